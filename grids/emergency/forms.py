"""Forms of emergencies: declaring one, mustering more people, and standing down."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from community.cases.forms import MoveForm, OpeningForm, ReasonForm
from community.core.perms import Perm
from community.core.reach import reach
from community.directory.asking import ask_community
from community.directory.models import Building, Community
from grids.emergency.models import Call, Emergency
from grids.emergency.muster import Group, Wanted


def groups_field(**options: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("召集谁"), choices=Group.choices, widget=forms.CheckboxSelectMultiple, **options
    )


def skills_field() -> forms.CharField:
    return forms.CharField(
        label=_("需要的特长"),
        max_length=120,
        required=False,
        help_text=_("如：医护 电工。空着就不限。工作人员不按特长筛选。"),
    )


def near_field() -> forms.BooleanField:
    return forms.BooleanField(label=_("只召集住在涉及楼栋的志愿者和党员"), required=False)


class BuildingChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, building: Any) -> str:
        return f"{building} · {building.grid.name}"


class DeclareForm(OpeningForm):
    """One page: what, where, what people are told, and who is called."""

    community = forms.ModelChoiceField(label=_("社区"), queryset=Community.objects.none())
    sort = forms.ChoiceField(label=_("发生了什么"), choices=Emergency.Sort.choices, widget=forms.RadioSelect)
    drill = forms.BooleanField(label=_("这是一次演练"), required=False)
    buildings = BuildingChoice(
        label=_("涉及楼栋"), queryset=Building.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    message = forms.CharField(
        label=_("通知内容"), max_length=500, help_text=_("马上发给被召集的人，夜里也发。"),
        widget=forms.Textarea(attrs={"rows": 3, "data-count": ""}),
    )  # fmt: skip
    points = forms.CharField(
        label=_("集合点"),
        max_length=400,
        required=False,
        help_text=_("一行一个。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    groups = groups_field(required=False, initial=[Group.VOLUNTEER, Group.PARTY, Group.WORKER])
    skills = skills_field()
    near = near_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_community(self, self.user, Perm.COMMAND_EMERGENCY)
        buildings = cast("forms.ModelMultipleChoiceField[Building]", self.fields["buildings"])
        within = reach(self.user, Perm.COMMAND_EMERGENCY).within("estate__community", None)
        buildings.queryset = Building.objects.filter(within).select_related("estate", "grid").order_by("grid", "pk")

    def raise_case(self) -> Emergency:
        data = self.cleaned_data
        wanted = Wanted(data["groups"], data["skills"], data["near"]) if data["groups"] else None
        return Emergency.declare(
            by=self.user, community=data["community"], sort=data["sort"], message=data["message"], drill=data["drill"],
            buildings=list(data["buildings"]), points=data["points"].splitlines(), wanted=wanted,
            request_key=data["request_key"],
        )  # fmt: skip


class MusterForm(MoveForm):
    groups = groups_field()
    skills = skills_field()
    near = near_field()
    field_order = ("groups", "skills", "near", "note")


class LogForm(ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = _("现在的情况")
        self.fields["note"].error_messages["required"] = _("请写明情况。")


class OrderForm(ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = _("指令")
        self.fields["note"].error_messages["required"] = _("请写明指令。")


class StandDownForm(ReasonForm):
    all_out = forms.BooleanField(label=_("没有签离的人，我都核实过是安全的"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = _("总结")
        self.fields["note"].error_messages["required"] = _("请写明总结。")
        if not cast(Emergency, self.case).calls.counts()["on_site"]:
            del self.fields["all_out"]


MOVE_FORMS: dict[str, type[MoveForm]] = {
    "muster": MusterForm,
    "log": LogForm,
    "street_order": OrderForm,
    "stand_down": StandDownForm,
}


class AnswerForm(forms.Form):
    """One tap: coming in so many minutes, not coming, arrived, left, or “here I am”."""

    act = forms.ChoiceField(choices=[(name, name) for name in ("coming", "cannot", "arrive", "leave", "locate")])
    minutes = forms.IntegerField(required=False, min_value=0, max_value=600)
    point: "forms.ModelChoiceField[Any]" = forms.ModelChoiceField(queryset=None, required=False)
    lat = forms.DecimalField(required=False, max_digits=9, decimal_places=6, min_value=-90, max_value=90)
    lng = forms.DecimalField(required=False, max_digits=9, decimal_places=6, min_value=-180, max_value=180)

    def __init__(self, *args: Any, call: Call, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[Any]", self.fields["point"]).queryset = call.emergency.points.all()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("act") == "locate" and (data.get("lat") is None or data.get("lng") is None):
            self.add_error(None, _("没有取到位置。"))
        return data
