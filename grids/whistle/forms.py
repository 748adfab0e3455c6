"""Forms of whistles: blowing one, and the details of a call's moves."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from community.cases.forms import MoveForm, ReasonForm
from grids.whistle.models import Department, Whistle

if TYPE_CHECKING:
    from community.core.models import Case
    from community.directory.models import User


class WordsForm(ReasonForm):
    """Words are needed; they are no reason but a report."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = _("说明")
        self.fields["note"].error_messages["required"] = _("请写一句说明。")


MOVE_FORMS: dict[str, type[MoveForm]] = {"remark": WordsForm, "finish": WordsForm, "release": ReasonForm}


class BlowForm(forms.Form):
    """Which departments, and what for."""

    departments = forms.ModelMultipleChoiceField(
        label=_("请哪些部门到场？"), queryset=Department.objects.none(), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选一个部门。")},
    )  # fmt: skip
    reason = forms.CharField(
        label=_("需要部门做什么"), max_length=500, widget=forms.Textarea(attrs={"rows": 3, "data-count": ""}),
        error_messages={"required": _("请写明需要部门做什么。")},
    )  # fmt: skip

    def __init__(self, *args: Any, case: "Case", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        field = cast("forms.ModelMultipleChoiceField[Department]", self.fields["departments"])
        called = Department.objects.filter(calls__whistle__case=case.pk, calls__whistle__ended_at=None)
        field.queryset = Department.objects.for_community(case.community).exclude(pk__in=called)

    def blow(self, by: "User") -> Whistle:
        return Whistle.blow(
            self.case, list(self.cleaned_data["departments"]), by=by, reason=self.cleaned_data["reason"]
        )
