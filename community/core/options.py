"""Options of template components are checked where they are used: a typing error fails at once and says what fits."""

import re
from collections.abc import Mapping
from typing import Any

PASSED_ON = re.compile(
    r"^(id|name|value|form|formaction|formmethod|title|hidden|disabled|autofocus|target|rel|download|role|tabindex|open"
    r"|(aria|data|hx)-[\w:-]+)$"
)


class BadOption(Exception):
    """A component was used with an option it does not take."""


def check_choice(component: str, option: str, value: Any, allowed: list[str]) -> None:
    """Raise BadOption unless ``value`` is one of ``allowed``."""
    if str(value) not in allowed:
        raise BadOption(f'<c-{component}> takes {option}="{"|".join(allowed)}", not "{value}"')


def check_needed(component: str, option: str, value: Any) -> None:
    """Raise BadOption when a required option is absent or empty."""
    if value is None or value == "":
        raise BadOption(f"<c-{component}> needs {option}")


def check_passed_on(component: str, attributes: Mapping[str, Any]) -> None:
    """Raise BadOption for an attribute that is neither an option nor one that HTML elements share."""
    for name in attributes:
        if not PASSED_ON.match(name):
            raise BadOption(f"<c-{component}> has no option {name!r}")
