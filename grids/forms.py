"""Forms of incidents: finding and reporting one, and the details of its moves."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from community.access.holders import holders
from community.cases.forms import MoveForm, OpeningForm, ReasonForm
from community.core.perms import Perm
from community.core.reach import reach
from community.core.widgets import PhotosField, StarsField
from community.directory.models import Building, Community, Grid, User
from grids.models import Category, Incident
from grids.models.incident import Level


class FoundForm(OpeningForm):
    """What every way of reporting asks: what, where, and photos; the location only if the person adds it."""

    category = forms.ModelChoiceField(
        label=_("什么问题？"),
        queryset=Category.objects.none(),
        error_messages={"required": _("请选一类问题。"), "invalid_choice": _("请选一类问题。")},
    )
    building = forms.ModelChoiceField(
        label=_("哪栋楼？"), queryset=Building.objects.none(), required=False, empty_label=_("（不在楼里或说不清）")
    )
    place = forms.CharField(
        label=_("具体位置"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("比如：2 单元门口")}),
    )
    description = forms.CharField(
        label=_("补充说明（可不填）"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "data-count": ""}),
    )
    photos = PhotosField(label=_("照片"), required=False, most=6)
    spot_lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    spot_lng = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self._choices("category").queryset = Category.objects.active()

    def _choices(self, name: str) -> Any:
        return cast("forms.ModelChoiceField[Any]", self.fields[name])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("building") and not cleaned.get("place", "").strip() and "building" not in self.errors:
            self.add_error("place", _("请选择楼栋，或写明在哪里。"))
        return cleaned

    @property
    def facts(self) -> dict[str, Any]:
        """The keyword arguments that ``Incident.report`` and ``fix_on_spot`` share."""
        data = self.cleaned_data
        names = ("category", "building", "place", "description", "photos", "request_key")
        spot = (data["spot_lat"], data["spot_lng"])
        return {name: data[name] for name in names} | {"spot": None if None in spot else spot}


class ReportForm(FoundForm):
    """“反映问题”: a resident, or staff away from a patrol, reports within the home community."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        here = Building.objects.filter(estate__community=user.community_id)
        self._choices("building").queryset = here.select_related("estate").order_by("pk")
        if user.person_id and user.person and user.person.dwelling:
            self.initial.setdefault("building", user.person.dwelling.building_id)

    def clean(self) -> dict[str, Any]:
        if self.user.community_id is None:
            raise forms.ValidationError(_("您的账号还没有加入社区，请先在“我的”里加入。"))
        return super().clean()

    def raise_case(self) -> Incident:
        return Incident.report(by=self.user, community=cast(Community, self.user.community), **self.facts)


class EvidenceForm(MoveForm):
    """A move that shows what was done: words, a photo, or both."""

    photos = PhotosField(label=_("照片"), required=False, most=6)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("note") and not cleaned.get("photos") and "photos" not in self.errors:
            self.add_error("note", _("请写明怎样处理的，或附一张照片。"))
        return cleaned


class ProgressForm(ReasonForm):
    photos = PhotosField(label=_("照片（可不加）"), required=False, most=6)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = _("进展")
        self.fields["note"].error_messages["required"] = _("请写一句进展。")


class RateForm(MoveForm):
    rating = StarsField(label=_("您满意吗？"))
    field_order = ("rating", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = _("想说的话（可不填）")


class DispatchForm(ReasonForm):
    """To the level above, or to a named person; an incident without a grid may be given to one."""

    level = forms.TypedChoiceField(label=_("派到"), coerce=int, choices=Level.choices)
    grid = forms.ModelChoiceField(label=_("所属网格"), queryset=Grid.objects.none(), required=False)
    handler = forms.ModelChoiceField(
        label=_("指定承办人（可不选）"), queryset=User.objects.none(), required=False, empty_label=_("（由该层级安排）")
    )
    field_order = ("level", "grid", "handler", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        incident = cast(Incident, self.case)
        levels = cast(forms.ChoiceField, self.fields["level"])
        lowest = Level.GRID if incident.grid_id is None else incident.level
        levels.choices = [choice for choice in Level.choices if choice[0] >= lowest]
        levels.initial = min(incident.level + 1, Level.STREET)
        people = cast("forms.ModelChoiceField[User]", self.fields["handler"])
        people.queryset = holders(
            Perm.HANDLE_INCIDENTS, community_id=incident.community_id, grid_id=incident.grid_id
        ).order_by("pk")
        if incident.grid_id is None:
            cast("forms.ModelChoiceField[Grid]", self.fields["grid"]).queryset = Grid.objects.filter(
                community=incident.community_id
            )
        else:
            del self.fields["grid"]


MOVE_FORMS = {
    "progress": ProgressForm,
    "resolve": EvidenceForm,
    "dispatch": DispatchForm,
    "send_back": ReasonForm,
    "reject": ReasonForm,
    "rate": RateForm,
    "reopen": ReasonForm,
    "void": ReasonForm,
}


class IncidentFilter(forms.Form):
    """Filters of the staff's list; the dashboard's figures link here with the same names."""

    state = forms.ChoiceField(
        label=_("状态"), required=False,
        choices=[("", _("全部")), ("open", _("未结案")), *Incident.Status.choices],
    )  # fmt: skip
    due = forms.ChoiceField(
        label=_("时限"), required=False, choices=[("", _("全部")), ("overdue", _("已超时")), ("soon", _("即将到期"))]
    )
    category = forms.ModelChoiceField(
        label=_("类别"), required=False, queryset=Category.objects.all(), empty_label=_("全部"), to_field_name="pk"
    )
    grid = forms.ModelChoiceField(label=_("网格"), required=False, queryset=Grid.objects.none(), empty_label=_("全部"))
    community = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = reach(user, Perm.SEE_CASES)
        grids = cast("forms.ModelChoiceField[Grid]", self.fields["grid"])
        grids.queryset = Grid.objects.filter(seen.within("community", "pk"))
