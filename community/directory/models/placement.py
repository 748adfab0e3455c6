"""In which grid a building lies, and since when: the past keeps its grid, and the future may be drawn ahead."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import connection, models, transaction
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from community.directory.models.building import Building
from community.directory.models.places import Grid


class DateRange(Func):
    function = "daterange"


class MovedThatDay(Exception):
    """A building already begins in a grid on that very day; ``buildings`` are those."""

    def __init__(self, buildings: list[Building]) -> None:
        super().__init__(", ".join(map(str, buildings)))
        self.buildings = buildings


class PlacementQuerySet(models.QuerySet["Placement"]):
    def on(self, day: date) -> Self:
        """Where every building lies on that day: one row each."""
        begun, lasting = Q(begins_on=None) | Q(begins_on__lte=day), Q(ends_on=None) | Q(ends_on__gt=day)
        return self.filter(begun, lasting)

    def of_community(self, community_id: int) -> Self:
        return self.filter(building__estate__community=community_id)


class Placement(models.Model):
    """归格: the building, with every household in it, lies in the grid from ``begins_on`` until before ``ends_on``.

    Empty ends reach back, or on, for ever. The database keeps it whole: no two of a building overlap (exclusion), they
    leave no gap (a deferred trigger), a new building begins in its grid, and a grid changed by hand or by an import is
    written here as well. So every household is in exactly one grid on any day, past or to come.
    """

    # The building's shadow: it comes and goes with it, so it does not keep an import from being taken back.
    shadows: ClassVar[str] = "building"

    building = models.ForeignKey(Building, models.CASCADE, related_name="placements", verbose_name=_("楼栋"))
    grid = models.ForeignKey(Grid, models.PROTECT, related_name="placements", verbose_name=_("网格"))
    begins_on = models.DateField(_("开始日期"), null=True, blank=True)
    ends_on = models.DateField(_("结束日期"), null=True, blank=True)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        verbose_name = _("楼栋归格")
        verbose_name_plural = _("楼栋归格")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(begins_on=None) | Q(ends_on=None) | Q(ends_on__gt=F("begins_on")), name="placement_term"
            ),
            ExclusionConstraint(
                name="placement_one_grid_at_a_time",
                expressions=[
                    ("building", RangeOperators.EQUAL),
                    (DateRange("begins_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("这栋楼在这段时间已经属于一个网格。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.building} · {self.grid}"

    @classmethod
    def move(cls, buildings: Iterable[Building], grid: Grid, on: date) -> None:
        """From that day on (until what was drawn for later) the buildings lie in the grid. Raises MovedThatDay."""
        with transaction.atomic():
            for row in cls._lying(buildings, on):
                later, row.ends_on = row.ends_on, on
                row.save(update_fields=["ends_on"])
                cls.objects.create(building_id=row.building_id, grid=grid, begins_on=on, ends_on=later)

    @classmethod
    def take_back(cls, buildings: Iterable[Building], grid: Grid, on: date) -> None:
        """Undo a move that was to begin on that day: what lay there before goes on."""
        with transaction.atomic():
            for row in cls.objects.select_for_update().filter(building__in=buildings, grid=grid, begins_on=on):
                before = cls.objects.filter(building=row.building_id, ends_on=on)
                ends_on = row.ends_on
                row.delete()
                before.update(ends_on=ends_on)

    @classmethod
    def _lying(cls, buildings: Iterable[Building], on: date) -> "list[Placement]":
        lying = cls.objects.select_for_update(of=("self",)).on(on).filter(building__in=buildings)
        rows: list[Placement] = list(lying.select_related("building__estate").order_by("building"))
        if twice := [row.building for row in rows if row.begins_on == on]:
            raise MovedThatDay(twice)
        return rows

    @classmethod
    def settle(cls, community_id: int, day: date) -> int:
        """Make every building's present grid the one of that day; safe to repeat. Returns how many changed."""
        with transaction.atomic(), connection.cursor() as cursor:
            # The periods say it already; the trigger that follows changes made by hand need not write it again.
            cursor.execute("SELECT set_config('mulin.placed', 'on', true)")
            changed = 0
            for row in cls.objects.of_community(community_id).on(day).exclude(grid=F("building__grid")):
                changed += Building.objects.filter(pk=row.building_id).update(grid=row.grid_id)
            cursor.execute("SELECT set_config('mulin.placed', 'off', true)")
        return changed
