"""Joining a household: by a printed code, or by asking."""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from community.cases.forms import OpeningForm, ReasonForm
from community.core.models import Case
from community.directory.models import Building, Dwelling, User
from grids.models.joining import JoinRequest


class CodeForm(forms.Form):
    """The code from the slip that the grid worker brought."""

    code = forms.CharField(
        label=_("入户码"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text=_("8 位，在网格员发的纸条上，例如 ACDE-3467。"),
    )


def buildings_of(user: User) -> "QuerySet[Building]":
    """The buildings of the account's own community."""
    return (
        Building.objects.filter(estate__community=user.community_id).select_related("estate").order_by("estate", "pk")
    )


class BuildingForm(forms.Form):
    """First step of asking: which building."""

    building = forms.ModelChoiceField(
        label=_("您住哪栋楼？"), queryset=Building.objects.none(), empty_label=_("请选择楼栋")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[Building]", self.fields["building"]).queryset = buildings_of(user)


class DoorField(forms.ModelChoiceField):
    """A dwelling, called by unit and room alone."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.unit}{obj.room}"


class AskForm(OpeningForm):
    """Second step: which door, and how the grid worker may know you. Over the API ``building`` is left out."""

    dwelling = DoorField(label=_("哪一户？"), queryset=Dwelling.objects.none(), empty_label=_("请选择门牌"))
    note = forms.CharField(
        label=_("怎样核实您？"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("比如：我是户主的女儿，周末在家。"),
    )

    def __init__(self, *args: Any, user: User, building: Building | None = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        doors = Dwelling.objects.filter(building__estate__community=user.community_id)
        field = cast("forms.ModelChoiceField[Dwelling]", self.fields["dwelling"])
        field.queryset = doors.filter(building=building) if building else doors

    def raise_case(self) -> Case:
        """Raises NotNow when another request is open."""
        data = self.cleaned_data
        return JoinRequest.request(
            by=self.user, dwelling=data["dwelling"], note=data["note"], request_key=data["request_key"]
        )


MOVE_FORMS = {"refuse": ReasonForm}
