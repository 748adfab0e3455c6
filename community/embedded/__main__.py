"""``python -m community.embedded demo|test|bench|prepare|messages``, in the virtual environment."""

import argparse
import os
import sys

from bootstrap.failures import Failure, explain_os_error
from community.embedded.servers import PROJECT
from community.embedded.supervisor import Stopped


def main(arguments: list[str]) -> int:
    """Returns the exit status: 0 done or stopped as asked, 1 failed with one sentence or a list of failed steps."""
    parser = argparse.ArgumentParser(prog="python -m community.embedded")
    parser.add_argument("command", choices=["demo", "test", "bench", "prepare", "messages"])
    parser.add_argument("rest", nargs=argparse.REMAINDER)
    options = parser.parse_args(arguments)
    os.chdir(PROJECT)
    os.environ["PYTHONUNBUFFERED"] = "1"  # progress and logs of all that is started here appear at once
    try:
        return run(options.command, options.rest)
    except Failure as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"\n{explain_os_error(error)}", file=sys.stderr)
        return 1
    except Stopped:
        return 0


def run(command: str, rest: list[str]) -> int:
    """Imports only what the command needs, so that each starts quickly."""
    if command == "demo":
        from community.embedded.demo import demo

        demo()
    elif command == "prepare":
        from community.embedded.preparation import prepare

        prepare()
    elif command == "messages":
        from community.embedded.messages import compile_messages

        print(f"{compile_messages(PROJECT / 'locale')} compiled")
    else:
        from community.embedded import checks

        return checks.test(rest) if command == "test" else checks.bench(rest)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
