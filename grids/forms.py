"""Forms of incidents: the details of their moves, and the filters of the lists."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from community.cases.forms import MoveForm, PauseForm, ReasonForm, last_days
from community.core.perms import Perm
from community.core.reach import reach
from community.core.widgets import PhotosField, StarsField
from community.directory.models import Grid, User
from grids.handling.forms import (
    AskExtensionForm,
    CallInForm,
    DispatchForm,
    FollowUpForm,
    RecategoriseForm,
    SplitForm,
    TransferForm,
)
from grids.models import Category, Incident, Patrol
from grids.suggesting.forms import SayForm, SecondForm


class EvidenceForm(MoveForm):
    """A move that shows what was done: words, a photo, or both."""

    photos = PhotosField(label=_("照片"), required=False, most=6)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("note") and not cleaned.get("photos") and "photos" not in self.errors:
            self.add_error("note", _("请写明怎样处理的，或附一张照片。"))
        return cleaned


class ProgressForm(ReasonForm):
    photos = PhotosField(label=_("照片"), required=False, most=6)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = _("进展")
        self.fields["note"].error_messages["required"] = _("请写一句进展。")


class RateForm(MoveForm):
    rating = StarsField(label=_("您满意吗？"))
    field_order = ("rating", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = _("想说的话")


MOVE_FORMS: dict[str, type[MoveForm]] = {
    "progress": ProgressForm,
    "resolve": EvidenceForm,
    "dispatch": DispatchForm,
    "transfer": TransferForm,
    "dispute": ReasonForm,
    "overrule": ReasonForm,
    "call_in": CallInForm,
    "split": SplitForm,
    "recategorise": RecategoriseForm,
    "ask_extension": AskExtensionForm,
    "refuse_extension": ReasonForm,
    "pause": PauseForm,
    "reject": ReasonForm,
    "follow_up": FollowUpForm,
    "not_solved": ReasonForm,
    "rate": RateForm,
    "reopen": ReasonForm,
    "void": ReasonForm,
    "second": SecondForm,
    "say": SayForm,
}


ALL = ("", _("全部"))


class ListFilter(forms.Form):
    """What the lists of grids share; the dashboard's figures link here with the same names."""

    grid = forms.ModelChoiceField(label=_("网格"), required=False, queryset=Grid.objects.none(), empty_label=ALL[1])
    gridless = forms.BooleanField(required=False, widget=forms.HiddenInput)
    days = forms.TypedChoiceField(label=_("时间"), required=False, coerce=int, empty_value=None, choices=last_days)
    community = forms.IntegerField(required=False, min_value=1, max_value=2**31, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = reach(user, Perm.SEE_CASES)
        grids = cast("forms.ModelChoiceField[Grid]", self.fields["grid"])
        grids.queryset = Grid.objects.filter(seen.within("community", "pk"))

    @property
    def active(self) -> int:
        """How many filters are in use."""
        return sum(1 for name in self.fields if self.data.get(name))


class IncidentFilter(ListFilter):
    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[ALL, ("open", _("未结案")), *Incident.Status.choices]
    )
    due = forms.ChoiceField(
        label=_("时限"), required=False, choices=[ALL, ("overdue", _("已超时")), ("soon", _("即将到期"))]
    )
    category = forms.ModelChoiceField(
        label=_("类别"), required=False, queryset=Category.objects.all(), empty_label=ALL[1]
    )
    moment = forms.ChoiceField(
        label=_("按哪个时间"),
        required=False,
        choices=[("", _("上报")), ("responded_at", _("响应")), ("resolved_at", _("办结")), ("closed_at", _("结案"))],
    )
    feedback = forms.ChoiceField(required=False, choices=[ALL, ("kept", ""), ("missed", "")], widget=forms.HiddenInput)
    field_order = ("state", "due", "category", "grid", "days", "moment")


class PatrolFilter(ListFilter):
    state = forms.ChoiceField(label=_("状态"), required=False, choices=[ALL, *Patrol.Status.choices])
    day = forms.DateField(label=_("日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    field_order = ("state", "day", "grid", "days")
