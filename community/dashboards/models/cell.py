"""Statistics cells: the one mechanism behind every figure, so that a page never counts cases."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.reach import reach

if TYPE_CHECKING:
    from community.directory.models import User


class CellQuerySet(models.QuerySet["Cell"]):
    def visible_to(self, user: "User") -> Self:
        return self.filter(reach(user, Perm.SEE_DASHBOARD).within(grid=None))

    def of(self, communities: Iterable[int]) -> Self:
        return self.filter(community__in=communities)

    def present(self) -> Self:
        """What stands open at this moment."""
        return self.filter(day=None)

    def between(self, first: date, last: date) -> Self:
        """What happened from ``first`` to ``last`` inclusive, in local days."""
        return self.filter(day__range=(first, last))

    def totals(self) -> Self:
        return self.filter(cut=Cell.Cut.TOTAL)

    def by_grid(self) -> Self:
        return self.filter(cut=Cell.Cut.GRID)

    def by_category(self) -> Self:
        return self.filter(cut=Cell.Cut.CATEGORY)


class Cell(models.Model):
    """One number of one community: what was counted (``measure`` of ``kind``), on which local day, along which cut.

    A cut holds the same events as the totals, divided by grid or by category, never by both: a page reads as many rows
    as there are days and grids, whatever the number of cases. ``day`` None is the present (open, overdue …).
    ``grid`` None within the cut by grid means events that belong to no grid.
    """

    class Cut(models.TextChoices):
        TOTAL = "total", _("合计")
        GRID = "grid", _("按网格")
        CATEGORY = "category", _("按类别")

    community = models.ForeignKey("directory.Community", models.CASCADE, related_name="+", verbose_name=_("社区"))
    cut = models.CharField(_("分组"), max_length=8, choices=Cut.choices, default=Cut.TOTAL)
    grid = models.ForeignKey(
        "directory.Grid", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("网格")
    )
    day = models.DateField(_("日期"), null=True, blank=True)
    kind = models.CharField(_("类型"), max_length=20)
    category = models.CharField(_("类别"), max_length=20, blank=True)
    measure = models.CharField(_("指标"), max_length=50)
    value = models.BigIntegerField(_("数值"))

    objects = CellQuerySet.as_manager()

    class Meta:
        verbose_name = _("统计单元")
        verbose_name_plural = _("统计单元")
        constraints = [
            models.UniqueConstraint(
                fields=["community", "cut", "day", "kind", "measure", "grid", "category"],
                nulls_distinct=False,
                name="cell_once",
            ),
            models.CheckConstraint(
                condition=Q(cut="total", grid=None, category="")
                | Q(cut="grid", category="")
                | (Q(cut="category", grid=None) & ~Q(category="")),
                name="cell_of_its_cut",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.community_id} {self.day} {self.kind}.{self.measure} = {self.value}"
