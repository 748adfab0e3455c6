"""Forms with which incidents are found: on a patrol in four taps, or from home."""

from collections import Counter
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from community.cases.forms import OpeningForm
from community.core.widgets import PhotosField
from community.directory.models import Building, Community, User
from grids.models import Category, Incident, Patrol
from grids.suggesting.bounds import is_too_far

COMMON = 6
LOOKED_AT = 300
# Before anything has been reported: what communities meet most, in our own estimate.
FIRST_CODES = ("06010", "L07", "09010", "L08", "06036", "L03")


@dataclass(frozen=True)
class Heading:
    """The categories under one heading of the picker."""

    label: Any
    icon: str
    categories: list[Category]


class BuildingField(forms.ModelChoiceField):
    """Buildings by their short names where all stand in one estate."""

    @cached_property
    def short(self) -> bool:
        """Asked only when the choices are drawn, not when they are sent."""
        queryset = cast("QuerySet[Building]", self.queryset)
        return len(set(queryset.order_by().values_list("estate", flat=True).distinct()[:2])) <= 1

    def label_from_instance(self, building: Any) -> str:
        return building.name if self.short else str(building)


class FoundForm(OpeningForm):
    """What every way of reporting asks: what, where, and photos; the location only if the person adds it."""

    category = forms.ModelChoiceField(
        label=_("什么问题？"),
        queryset=Category.objects.none(),
        error_messages={"required": _("请选一类问题。"), "invalid_choice": _("请选一类问题。")},
    )
    photos = PhotosField(label=_("照片"), most=6)
    building = BuildingField(
        label=_("哪栋楼？"), queryset=Building.objects.none(), required=False, empty_label=_("不在楼里")
    )
    place = forms.CharField(
        label=_("具体位置"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("比如：2单元门口")}),
    )
    description = forms.CharField(
        label=_("补充说明"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    spot_lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    spot_lng = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        cast(Any, self.fields["category"]).queryset = Category.objects.active()

    def offer_buildings(self, buildings: Any) -> None:
        field = cast(BuildingField, self.fields["building"])
        field.queryset = buildings.select_related("estate").order_by("estate", "pk")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("building") and not cleaned.get("place", "").strip() and "building" not in self.errors:
            self.add_error("place", _("请选择楼栋，或写明在哪里。"))
        spot = self.spot
        if spot and self.community_id and is_too_far(spot, self.community_id):
            self.add_error("place", _("这个位置离社区的楼栋太远，没有加上。请去掉位置，写明在哪里。"))
        return cleaned

    @property
    def spot(self) -> tuple[float, float] | None:
        lat, lng = self.cleaned_data.get("spot_lat"), self.cleaned_data.get("spot_lng")
        return None if lat is None or lng is None else (lat, lng)

    @property
    def community_id(self) -> int | None:
        """Where it is reported."""
        return self.user.community_id

    @property
    def facts(self) -> dict[str, Any]:
        """The keyword arguments that ``Incident.report`` and ``fix_on_spot`` share."""
        data = self.cleaned_data
        names = ("category", "building", "place", "description", "photos", "request_key")
        return {name: data[name] for name in names} | {"spot": self.spot}

    @cached_property
    def categories(self) -> list[Category]:
        return list(Category.objects.active())

    @cached_property
    def common(self) -> list[Category]:
        """The most used of late, for the large buttons."""
        used = Counter(self.recent().values_list("category_id", flat=True)[:LOOKED_AT])
        known = {row.pk: row for row in self.categories}
        first = [known[pk] for pk, _count in used.most_common(COMMON) if pk in known]
        spare = [row for code in FIRST_CODES for row in self.categories if row.code == code and row not in first]
        return (first + spare)[:COMMON]

    @property
    def headings(self) -> list[Heading]:
        """All the others, by group."""
        others = [row for row in self.categories if row not in self.common]
        return [
            Heading(group.label, Category.ICONS[group], rows)
            for group in Category.Group
            if (rows := [row for row in others if row.group == group])
        ]

    @property
    def chosen(self) -> str:
        return str(self["category"].value() or "")

    @property
    def chosen_is_rare(self) -> bool:
        return self.chosen not in [str(row.pk) for row in self.common]

    def recent(self) -> Any:
        """The latest incidents from which the common categories are told."""
        return Incident.objects.of_kind().filter(community=self.user.community_id).order_by("-pk")


class ReportForm(FoundForm):
    """“反映问题”: a resident, or staff away from a patrol, reports within the home community."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.offer_buildings(Building.objects.filter(estate__community=user.community_id))
        words = self.fields["description"]
        words.label = _("看到了什么？")
        words.widget.attrs["placeholder"] = _("比如：楼道灯坏了三天，老人上楼看不见")
        if user.person_id and user.person and user.person.dwelling:
            self.initial.setdefault("building", user.person.dwelling.building_id)

    def clean(self) -> dict[str, Any]:
        if self.user.community_id is None:
            raise forms.ValidationError(_("您的账号还没有加入社区，请先在“我的”里加入。"))
        return super().clean()

    def raise_case(self) -> Incident:
        return Incident.report(by=self.user, community=cast(Community, self.user.community), **self.facts)


class FindingForm(FoundForm):
    """A finding of a patrol: one screen, and two buttons that end it."""

    FIXED, REPORTED = "fixed", "reported"
    outcome = forms.ChoiceField(
        choices=[(FIXED, _("已随手解决")), (REPORTED, _("上报"))], widget=forms.HiddenInput, required=True
    )

    def __init__(self, *args: Any, user: User, patrol: Patrol, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.patrol = patrol
        here = {"grid": patrol.grid} if patrol.grid_id else {"estate__community": patrol.community_id}
        field = self.fields["building"]
        if patrol.grid_id:
            field.widget = forms.RadioSelect()
        self.offer_buildings(Building.objects.filter(**here))
        if self.is_bound:
            return
        if last := patrol.findings.exclude(building=None).order_by("-pk").first():
            self.initial.setdefault("building", last.building_id)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("outcome") == self.FIXED and not cleaned.get("photos") and "photos" not in self.errors:
            self.add_error("photos", _("随手解决请附一张处理后的照片。"))
        return cleaned

    def raise_case(self) -> Incident:
        open_it = Incident.fix_on_spot if self.cleaned_data["outcome"] == self.FIXED else Incident.report
        patrol = self.patrol
        return open_it(by=self.user, community=patrol.community, grid=patrol.grid, patrol=patrol, **self.facts)

    @property
    def community_id(self) -> int | None:
        return self.patrol.community_id

    def recent(self) -> Any:
        incidents = Incident.objects.of_kind().order_by("-pk")
        return incidents.filter(grid=self.patrol.grid_id) if self.patrol.grid_id else super().recent()
