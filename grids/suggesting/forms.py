"""What is typed so far, and the word of those who join an incident."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from community.cases.forms import MoveForm
from community.core.widgets import PhotosField, StarsField
from community.directory.models import Building, Community, Grid, User
from grids.models import Category, Patrol
from grids.suggesting.alike import Telling
from grids.suggesting.places import Place
from grids.suggesting.words import MOST_CHARACTERS


class TypedForm(forms.Form):
    """A report on its way: whatever is there counts, whatever is wrong is left out."""

    category = forms.ModelChoiceField(queryset=Category.objects.none(), required=False)
    building = forms.ModelChoiceField(queryset=Building.objects.none(), required=False)
    patrol = forms.ModelChoiceField(queryset=Patrol.objects.none(), required=False)
    place = forms.CharField(required=False)
    description = forms.CharField(required=False)
    spot_lat = forms.FloatField(required=False, min_value=-90, max_value=90)
    spot_lng = forms.FloatField(required=False, min_value=-180, max_value=180)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        fields = cast(Any, self.fields)
        fields["category"].queryset = Category.objects.active()
        fields["building"].queryset = Building.objects.select_related("estate")
        fields["patrol"].queryset = Patrol.objects.visible_to(user).select_related("community", "grid")

    @property
    def found(self) -> dict[str, Any]:
        self.is_valid()
        return self.cleaned_data

    @property
    def text(self) -> str:
        return self.found.get("description", "")[:MOST_CHARACTERS]

    def telling(self) -> Telling | None:
        """What is told so far; None for somebody who belongs to no community."""
        found = self.found
        patrol = found.get("patrol")
        community: Community | None = patrol.community if patrol else self.user.community
        if community is None:
            return None
        building = found.get("building")
        if building is not None and building.estate.community_id != community.pk:
            building = None
        place = Place.of(community.pk, building, self._grid(patrol), self._spot())
        return Telling.of(place, found.get("category"), self.text, found.get("place", ""))

    def _grid(self, patrol: Patrol | None) -> Grid | None:
        return patrol.grid if patrol else None

    def _spot(self) -> tuple[float, float] | None:
        lat, lng = self.found.get("spot_lat"), self.found.get("spot_lng")
        return None if lat is None or lng is None else (lat, lng)


class SecondForm(MoveForm):
    """“我也遇到”: what I saw, where exactly, and photos; all of it may stay empty."""

    photos = PhotosField(label=_("照片"), required=False, most=6)
    place = forms.CharField(label=_("具体位置"), max_length=120, required=False)
    field_order = ("note", "photos", "place")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = _("看到了什么")


class SayForm(MoveForm):
    """A further reporter's word on the result."""

    rating = StarsField(label=_("您满意吗？"))
    field_order = ("rating", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = _("想说的话")
