"""Forms of appeals: lodging one, and answering it."""

from typing import Any, cast

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext_lazy as _

from community.cases.forms import MoveForm, OpeningForm, ReasonForm
from community.core.models import Case
from community.core.phrases import day
from points import amounts
from points.appeals.models import MOST_GIVEN, Appeal
from points.models import Line, Posting


class AnswerForm(ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = _("答复")
        self.fields["note"].help_text = _("申诉人会看到。")
        self.fields["note"].error_messages["required"] = _("请写明答复，申诉人会看到。")


class GiveForm(AnswerForm):
    amount = forms.IntegerField(
        label=_("补记多少分"), min_value=1, validators=[MaxValueValidator(MOST_GIVEN)],
        error_messages={"required": _("请填多少分。"), "invalid": _("请填整数。")},
    )  # fmt: skip
    field_order = ("amount", "note")


MOVE_FORMS: dict[str, type[MoveForm]] = {"undo": AnswerForm, "give": GiveForm, "uphold": AnswerForm}


class LineField(forms.ModelChoiceField):
    """One's own lines, each as its day, words and amount."""

    def label_from_instance(self, line: Any) -> str:
        return f"{day(line.posting.at)} · {line.posting.reason} · {amounts.signed(line.account.asset, line.amount)}"


class LodgeForm(OpeningForm):
    line = LineField(
        label=_("哪一笔账"), queryset=Line.objects.none(), empty_label=None,
        error_messages={"required": _("请选一笔。"), "invalid_choice": _("请从您自己的明细里选一笔。")},
    )  # fmt: skip
    words = forms.CharField(
        label=_("哪里不对"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4, "data-count": ""}),
        error_messages={"required": _("请写明哪里不对。")},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Line.objects.visible_to(self.user).filter(posting__kind__in=(Posting.Kind.POST, Posting.Kind.SETTLE))
        latest = own.order_by("-pk").values("pk")[:50]
        field = cast(LineField, self.fields["line"])
        field.queryset = Line.objects.filter(pk__in=latest).select_related("posting", "account").order_by("-pk")

    def raise_case(self) -> Case:
        chosen = self.cleaned_data
        return Appeal.lodge(
            by=self.user, posting=chosen["line"].posting, words=chosen["words"], request_key=chosen["request_key"]
        )
