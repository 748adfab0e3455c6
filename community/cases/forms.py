"""Forms behind verbs. Page and API validate with the same form, so a rule is written once."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID, uuid4, uuid5

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import IntegrityError, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.core.models import Case
from community.core.workflow import MoveError
from community.timers.calendar import calendar_for

if TYPE_CHECKING:
    from community.directory.models import User


def last_days() -> list[tuple[Any, str]]:
    """The choices of a list's time filter, in the reader's language."""
    return [("", gettext("不限")), *((days, gettext("最近 %(days)s 天") % {"days": days}) for days in (7, 30, 90))]


def tell(form: forms.BaseForm, refusal: ValidationError | MoveError) -> None:
    """Say on the form why it was refused: beside the field where it has the one that is meant, above it otherwise."""
    if isinstance(refusal, MoveError):
        form.add_error(None, str(refusal.message))
    elif hasattr(refusal, "error_dict"):
        for field, errors in refusal.error_dict.items():
            form.add_error(field if field in form.fields else None, errors)
    else:
        form.add_error(None, refusal)


class MoveForm(forms.Form):
    """Details of a move; further fields of a subclass are passed to the verb by their names.

    Callers use ``make_once``: many moves leave the state as it is, so the table alone would let a request sent twice
    make two of them.
    """

    request_key = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("说明"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4, "data-count": ""})
    )

    def __init__(self, *args: Any, case: Case, user: "User", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case, self.user = case, user

    def _post_clean(self) -> None:
        """The request's key is not the verb's business. Who goes back and writes something else sends another one."""
        super()._post_clean()  # type: ignore[misc]
        key: UUID | None = self.cleaned_data.pop("request_key", None)
        words = repr([self[name].data for name in self.fields if name != "request_key"])
        self.key = uuid5(key, words) if key else None

    def make(self, verb: str) -> None:
        """Make the move. Raises MoveError, or ValidationError from the model."""
        getattr(self.case, verb)(by=self.user, **self.cleaned_data)

    def make_once(self, verb: str) -> None:
        """Make the move, as ``make``; a request sent twice, even at the same moment, makes it once."""
        if self.key is None:
            return self.make(verb)
        with transaction.atomic():
            self.case.lock()
            if not self.case.sent_before(verb, self.user, self.key):
                self.make(verb)


class ReasonForm(MoveForm):
    """A move that must say why; ``note`` becomes required."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = True
        self.fields["note"].label = _("理由")
        self.fields["note"].error_messages["required"] = _("请写明理由。")


class DayForm(ReasonForm):
    """A reason and a day that is stated with it; the verb gets the moment at which the office closes then."""

    until = forms.DateField(
        label=_("到哪一天"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": _("请选择日期。"), "invalid": _("请选择日期。")},
    )
    field_order = ("until", "note")

    def clean_until(self) -> datetime:
        return calendar_for(self.case.community_id).closing(self.cleaned_data["until"])


class PauseForm(DayForm):
    """Why the clock rests, in words for whoever raised the case, and until when at the latest."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].label = _("最迟哪天恢复计时")
        note = cast(forms.CharField, self.fields["note"])
        note.label, note.max_length, note.help_text = _("暂停的原因"), 200, _("反映人会看到这句话。")
        note.validators.append(MaxLengthValidator(200))
        note.error_messages["required"] = _("请写明暂停的原因，反映人会看到。")


class OpeningForm(forms.Form):
    """Raises a case by ``raise_case``; callers use ``raised`` or ``raise_once``, which make a request sent twice one case."""

    request_key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: "User", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def raise_case(self) -> Case:
        """Raise it by one verb, which is a transaction; whoever needs two wraps them in one."""
        raise NotImplementedError

    def raise_once(self) -> tuple[Case, bool]:
        """The case and whether it is new: a request sent twice, even at the same moment, raises one case."""
        try:
            return self.raise_case(), True
        except (IntegrityError, MoveError):
            # Asked for afterwards, because hardly any request comes twice.
            if known := self.already_raised():
                return known, False
            raise

    def raised(self) -> Case | None:
        """What a form that was filled in has raised; None where it was not, or was refused, which it then says itself."""
        if not self.is_valid():
            return None
        try:
            return self.raise_once()[0]
        except (ValidationError, MoveError) as refusal:
            tell(self, refusal)
            return None

    def already_raised(self) -> Case | None:
        """The case that the same request raised before, if any."""
        key = self.cleaned_data.get("request_key")
        return Case.objects.filter(raised_by=self.user, request_key=key).first() if key else None
