"""Which households to put into a tier together: ticked in a list, or named in a workbook."""

from collections.abc import Iterable, Iterator
from typing import IO, TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from community.cases.forms import OpeningForm
from community.core.models import Case
from community.directory.models import Building, Dwelling, Grid, User
from community.imports.base.addresses import take_apart
from community.imports.container import check_container
from community.imports.problems import Unreadable, sentence
from community.imports.reading import open_tables
from grids.forms import ALL
from grids.visits.forms import TierForm
from grids.visits.reach import places_visited
from grids.visits.tierings import MOST, Tiering
from grids.visits.tiers import HouseholdTier, Tier

if TYPE_CHECKING:
    from community.imports.base.addresses import Home

NO_TIER = "none"


class HomeFilter(forms.Form):
    """Building by building, as the office goes through its list."""

    grid = forms.ModelChoiceField(label=_("网格"), required=False, queryset=Grid.objects.none(), empty_label=ALL[1])
    building = forms.ModelChoiceField(
        label=_("楼栋"), required=False, queryset=Building.objects.none(), empty_label=ALL[1]
    )
    tier = forms.ChoiceField(
        label=_("走访类别"), required=False, choices=[ALL, *Tier.choices, (NO_TIER, _("未列入"))]
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grids = cast("forms.ModelChoiceField[Grid]", self.fields["grid"])
        grids.queryset = Grid.objects.filter(places_visited(user, "community", "pk"))
        buildings = Building.objects.filter(places_visited(user, "estate__community", "grid"))
        field = cast("forms.ModelChoiceField[Building]", self.fields["building"])
        field.queryset = buildings.select_related("estate").order_by("estate", "pk")

    @property
    def active(self) -> int:
        return sum(1 for name in self.fields if self.data.get(name))

    @property
    def query(self) -> str:
        """What was asked for, as an address says it."""
        return urlencode({name: value for name in self.fields if (value := self.data.get(name))})

    def narrowed(self, homes: "QuerySet[Dwelling]") -> "QuerySet[Dwelling]":
        """The homes asked for, each with the tier in which it stands now."""
        chosen = self.cleaned_data if self.is_valid() else {}
        now = HouseholdTier.objects.current().filter(dwelling=OuterRef("pk")).order_by()
        homes = homes.annotate(tier_now=Subquery(now.values("tier")))
        if chosen.get("grid"):
            homes = homes.filter(building__grid=chosen["grid"])
        if chosen.get("building"):
            homes = homes.filter(building=chosen["building"])
        if tier := chosen.get("tier"):
            homes = homes.filter(tier_now=None if tier == NO_TIER else tier)
        return homes


class PlaceForm(TierForm, OpeningForm):
    """The tier for all of them, why, and a word on this list for the timeline."""

    homes = forms.ModelMultipleChoiceField(
        label=_("住户"), queryset=Dwelling.objects.none(), widget=forms.MultipleHiddenInput,
        error_messages={"required": _("请先选住户。"), "invalid_choice": _("有的住户不在您走访的地方，请重新选。")},
    )  # fmt: skip
    note = forms.CharField(
        label=_("这批名单的说明"), required=False, max_length=200, help_text=_("写进时间线，请不要写姓名和病情。")
    )
    field_order = ("tier", "reason", "facts", "note")

    def __init__(self, *args: Any, homes: "QuerySet[Dwelling]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelMultipleChoiceField[Dwelling]", self.fields["homes"]).queryset = homes

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("tier") == Tier.URGENT and not data.get("facts", "").strip():
            self.add_error("facts", _("列为紧急，请写明具体情况。"))
        return data

    def raise_case(self) -> Case:
        """A second click finds the first one's: by then the households stand in the tier, which alone would be refused."""
        return self.already_raised() or Tiering.place(by=self.user, **self.cleaned_data)


class NamesForm(forms.Form):
    """A workbook with an address in each row."""

    file = forms.FileField(
        label=_("名单文件"), widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=_("Excel 或 CSV，每行一户，写地址，如“春风里 3号楼1单元301”；或分“小区、楼栋、单元、房号”几列。"),
        error_messages={"required": _("请选择文件。"), "empty": _("文件是空的。请重新选择文件。")},
    )  # fmt: skip

    def clean_file(self) -> UploadedFile:
        upload: UploadedFile = self.cleaned_data["file"]
        try:
            check_container(upload, upload.name or "", text=True)
        except Unreadable as wrong:
            raise ValidationError(sentence(wrong)) from None
        return upload

    def found(self, homes: "QuerySet[Dwelling]") -> tuple[list[Dwelling], list[tuple[int, str]]]:
        """The households named, and the rows that name none. Raises ValidationError for a file that is damaged."""
        try:
            with open_tables(cast("IO[bytes]", self.cleaned_data["file"])) as tables:
                rows = [(number, _text(values)) for number, values in tables[0]][: 2 * MOST]
        except Unreadable as wrong:
            raise ValidationError({"file": sentence(wrong)}) from None
        return _matched(rows, homes)


def _text(values: Iterable[Any]) -> str:
    return "".join(str(value).strip() for value in values if value not in (None, ""))[:200]


def _matched(rows: list[tuple[int, str]], homes: "QuerySet[Dwelling]") -> tuple[list[Dwelling], list[tuple[int, str]]]:
    """Every row's household; a first row that is none is a heading."""
    estates = list(homes.order_by().values_list("building__estate__name", flat=True).distinct())
    asked = [(number, text, _parts(text, estates)) for number, text in rows]
    known = dict(_doors(homes, [home for _number, _text, home in asked if home]))
    found = {row.pk: row for _number, _text, home in asked if home and (row := known.get(home))}
    wrong = [(number, text) for number, text, home in asked if home not in known]
    if wrong and rows and wrong[0][0] == rows[0][0] and asked[0][2] is None:
        wrong.pop(0)
    return list(found.values()), wrong


def _parts(text: str, estates: list[str]) -> "Home | None":
    """An address without its estate is meant where there is but one."""
    home = take_apart(text, estates)
    return (estates[0], *home[1:]) if home and not home[0] and len(estates) == 1 else home


def _doors(homes: "QuerySet[Dwelling]", wanted: "list[Home]") -> "Iterator[tuple[Home, Dwelling]]":
    """One query for all of them."""
    rooms = Q(building__name__in={home[1] for home in wanted}, room__in={home[3] for home in wanted})
    for row in homes.filter(rooms):
        yield (row.building.estate.name, row.building.name, row.unit, row.room), row
