"""Between a running database and the first page: migrations, translations, static files, the demonstration."""

from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command, get_commands

from bootstrap.console import say
from bootstrap.stamps import Stamp, fingerprint
from community.embedded.messages import compile_messages


def prepare() -> None:
    """Safe to repeat; a second run finds nothing to do."""
    django.setup()
    say("==> Migrating the database")
    call_command("migrate", interactive=False, verbosity=1)
    compile_messages(Path(settings.BASE_DIR) / "locale")
    collect_static()
    if "load_demo" in get_commands():
        say("==> Loading the demonstration")
        call_command("load_demo")


def collect_static() -> None:
    """Collect the static files when one of them, or a package that brings some, has changed."""
    base, target = Path(settings.BASE_DIR), Path(settings.STATIC_ROOT)
    inputs = fingerprint([base / "static", base / "requirements" / "base.txt"])
    stamp = Stamp(target / ".stamp", inputs)
    if stamp.fresh:
        return
    say("==> Collecting the static files")
    call_command("collectstatic", interactive=False, clear=target.is_dir(), verbosity=0)
    stamp.write()
