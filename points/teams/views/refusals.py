"""What the models refuse, in words above a page."""

from django.core.exceptions import ValidationError

from community.core.workflow import MoveError

Refusal = ValidationError | MoveError


def words_of(error: Refusal) -> str:
    return str(error.message) if isinstance(error, MoveError) else " ".join(error.messages)
