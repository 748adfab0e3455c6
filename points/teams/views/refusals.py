"""What the models refuse, in words beside a form or above a page."""

from django import forms
from django.core.exceptions import ValidationError

from community.core.workflow import MoveError

Refusal = ValidationError | MoveError


def beside(form: forms.Form, error: Refusal) -> None:
    form.add_error(None, str(error.message) if isinstance(error, MoveError) else error)


def words_of(error: Refusal) -> str:
    return str(error.message) if isinstance(error, MoveError) else " ".join(error.messages)
