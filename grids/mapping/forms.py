"""What the map is asked: which part of the ground, and which incidents."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.forms import IncidentFilter
from grids.mapping.ground import Box

OPEN = "open"
SHOWN_DAYS = 90  # of closed ones; so the map asks about months, however many years the history has


class BoxForm(forms.Form):
    west = forms.FloatField(min_value=-180, max_value=180)
    south = forms.FloatField(min_value=-90, max_value=90)
    east = forms.FloatField(min_value=-180, max_value=180)
    north = forms.FloatField(min_value=-90, max_value=90)
    heat = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not (cleaned["west"] < cleaned["east"] and cleaned["south"] < cleaned["north"]):
            raise forms.ValidationError(_("地图范围不对，请刷新页面。"))
        return cleaned

    @property
    def box(self) -> Box:
        return Box(*(self.cleaned_data[name] for name in ("west", "south", "east", "north")))


class MapFilter(IncidentFilter):
    """The list's filters; what is open unless another state is asked for, and of the past ninety days at most."""

    def __init__(self, data: Any, **kwargs: Any) -> None:
        asked = data.copy()
        if "state" not in asked:
            asked["state"] = OPEN
        if asked["state"] != OPEN and not asked.get("days"):
            asked["days"] = str(SHOWN_DAYS)
        super().__init__(asked, **kwargs)
