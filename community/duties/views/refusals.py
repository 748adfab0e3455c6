"""Refusals of the domain, shown beside the fields of a form."""

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from community.core.workflow import MoveError


def show(form: forms.BaseForm, error: ValidationError | MoveError) -> None:
    """Each message at its field, or above the form where it has no such field."""
    if isinstance(error, MoveError):
        form.add_error(None, str(error.message))
        return
    told = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    for field, messages in told.items():
        for message in messages:
            form.add_error(field if field in form.fields else None, message)
