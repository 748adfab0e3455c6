"""What happens when somebody's post has ended; apps above add themselves in ``apps.py``."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

if TYPE_CHECKING:
    from community.directory.models import User

# Called with the person and the moment, after the permissions of the post have been withdrawn; safe to repeat.
listeners: "list[Callable[[User, datetime], None]]" = []


def left(user: "User") -> None:
    now = timezone.now()
    for listener in listeners:
        listener(user, now)
