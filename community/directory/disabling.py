"""What happens when an account is disabled: the layers above add themselves in ``apps.py``."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from community.directory.models import User

# Called with the account once it can no longer sign in; safe to repeat.
listeners: "list[Callable[[User], None]]" = []


def disabled(user: "User") -> None:
    for listener in listeners:
        listener(user)
