"""``python3 -m bootstrap demo|test|bench|setup|lock``: set the clone up, then hand over to its own Python."""

import os
import sys

OLDEST = (3, 11)


def main():
    """Parses under any Python 3, so that an old one gets a sentence and not a SyntaxError."""
    if sys.version_info < OLDEST:
        use_newer_python()
    from bootstrap import commands

    sys.exit(commands.main(sys.argv[1:]))


def use_newer_python():
    """Start over with a newer Python of this machine, or say that there is none."""
    from shutil import which

    for name in ("python3.13", "python3.12", "python3.11", "python3.14"):
        path = which(name)
        if path and os.system("%s -c '' 2>/dev/null" % path) == 0:  # noqa: UP031
            os.execv(path, [path, "-m", "bootstrap"] + sys.argv[1:])  # noqa: RUF005
    here = ".".join(str(part) for part in sys.version_info[:2])
    sys.exit("Python 3.11 or later is needed and this is Python %s: install a newer one." % here)  # noqa: UP031


if __name__ == "__main__":
    main()
