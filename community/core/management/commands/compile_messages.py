from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from community.embedded.messages import compile_messages


class Command(BaseCommand):
    help = "Compile the hub's translations; needs no gettext programs, unlike Django's compilemessages."

    def handle(self, *args: Any, **options: Any) -> None:
        written = sum(compile_messages(Path(folder)) for folder in settings.LOCALE_PATHS)
        self.stdout.write(f"{written} catalogues compiled.")
