"""Forms behind verbs. Page and API validate with the same form, so a rule is written once."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.db import IntegrityError, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.core.models import Case
from community.core.workflow import MoveError

if TYPE_CHECKING:
    from community.directory.models import User


def last_days() -> list[tuple[Any, str]]:
    """The choices of a list's time filter, in the reader's language."""
    return [("", gettext("不限")), *((days, gettext("最近 %(days)s 天") % {"days": days}) for days in (7, 30, 90))]


class MoveForm(forms.Form):
    """Details of a move; further fields of a subclass are passed to the verb by their names."""

    note = forms.CharField(
        label=_("说明"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4, "data-count": ""})
    )

    def __init__(self, *args: Any, case: Case, user: "User", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case, self.user = case, user

    def make(self, verb: str) -> None:
        """Make the move. Raises MoveError, or ValidationError from the model."""
        getattr(self.case, verb)(by=self.user, **self.cleaned_data)


class ReasonForm(MoveForm):
    """A move that must say why; ``note`` becomes required."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = True
        self.fields["note"].label = _("理由")
        self.fields["note"].error_messages["required"] = _("请写明理由。")


class OpeningForm(forms.Form):
    """Raises a case by ``raise_case``; callers use ``raise_once``, which makes a request sent twice one case."""

    request_key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: "User", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def raise_case(self) -> Case:
        raise NotImplementedError

    def raise_once(self) -> tuple[Case, bool]:
        """The case and whether it is new: a request sent twice, even at the same moment, raises one case."""
        try:
            with transaction.atomic():
                return self.raise_case(), True
        except (IntegrityError, MoveError):
            # Asked for afterwards, because hardly any request comes twice.
            if known := self.already_raised():
                return known, False
            raise

    def already_raised(self) -> Case | None:
        """The case that the same request raised before, if any."""
        key = self.cleaned_data.get("request_key")
        return Case.objects.filter(raised_by=self.user, request_key=key).first() if key else None
