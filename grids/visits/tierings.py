"""批量分类: many households put into a tier by one move, and taken back by another; both stand in the timeline."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.core.models import Case
from community.core.models.case import CaseQuerySet
from community.core.verbs import Step, verb
from community.core.workflow import Move, NotYours, Workflow, sources
from community.directory.models import Dwelling
from community.duties.planning import lay_out
from grids.visits.reach import may_visit_at, places_visited, visits_here
from grids.visits.tiers import HouseholdTier, Tier

if TYPE_CHECKING:
    from community.directory.models import Grid, User

MOST = 500


class Status(models.TextChoices):
    DONE = "done", _("已调整")
    UNDONE = "undone", _("已撤销")


WORKFLOW = Workflow(
    moves=(
        Move("place", _("批量调整走访类别"), visits_here, target=Status.DONE, done=_("调整了走访类别"), icon="checklist"),
        Move("undo", _("撤销这次调整"), visits_here, sources(Status.DONE), Status.UNDONE,
             done=_("撤销了这次调整"), tone="danger", icon="arrow-back-up"),
    ),
    closed=sources(Status.DONE, Status.UNDONE),
)  # fmt: skip


class TieringQuerySet(CaseQuerySet["Tiering"]):
    def visible_to(self, user: "User") -> Self:
        """Those who visit there; why the households stand in the tier is not told here."""
        return self.filter(places_visited(user) | models.Q(raised_by=user))

    def listed_for(self, user: "User") -> Self:
        return self.visible_to(user)


class Tiering(Case):
    """Households that were put into ``visit_tier`` together. Its rows keep the reason, which stays hidden as for each alone."""

    Status = Status
    matter_kind = "tiering"
    number_prefix = "FL"
    workflow = WORKFLOW
    raised_at_work = True

    visit_tier = models.CharField(_("走访类别"), max_length=10, choices=Tier.choices)
    households = models.PositiveIntegerField(_("户数"))

    objects: ClassVar = TieringQuerySet.as_manager()

    class Meta:
        verbose_name = _("批量分类")
        verbose_name_plural = _("批量分类")

    @classmethod
    def place(
        cls,
        *,
        by: "User",
        homes: Sequence[Dwelling],
        tier: str,
        reason: str,
        facts: str = "",
        note: str = "",
        now: datetime | None = None,
        request_key: UUID | None = None,
    ) -> "Tiering":
        """All of them or none; a household that stands in the tier already keeps its visits.

        Raises NotYours for a household where ``by`` does not visit, ValidationError.
        """
        now, moved = now or timezone.now(), _not_yet(homes, tier)
        community_id, grid = _place_of(moved, by)
        made = cls(
            community_id=community_id, grid=grid, visit_tier=tier, households=len(moved), raised_by=by,
            channel=Case.Channel.DESK, request_key=request_key,
        )  # fmt: skip
        with transaction.atomic():
            made.opened("place", by=by, now=now, note=note)
            for home in moved:
                HouseholdTier.place(
                    dwelling=home, tier=tier, reason=reason, facts=facts, by=by, now=now, tiering=made
                )  # fmt: skip
            lay_out([row.plan for row in made.rows.select_related("plan")], now)
        return made

    def titled(self) -> str:
        facts = {"count": self.households, "tier": self.get_visit_tier_display()}
        return gettext("%(count)s 户列为“%(tier)s”") % facts

    @verb
    def undo(self, step: Step) -> None:
        """Every household back to where it stood before; one that was moved since stays where it is."""
        by: Any = step.by
        rows = list(self.rows.current().select_related("dwelling__building__grid").order_by("dwelling"))
        before = {row.dwelling_id: row for row in self._before(rows)}
        for row in rows:
            row.end(by=by, now=step.now)
            if old := before.get(row.dwelling_id):
                HouseholdTier.place(
                    dwelling=row.dwelling, tier=old.tier, reason=old.reason, facts=old.facts, by=by, now=step.now,
                    assignee=old.plan.assignee, person=old.plan.person,
                )  # fmt: skip
        step.data |= {"households": len(rows), "left": self.households - len(rows)}

    def _before(self, rows: list[HouseholdTier]) -> "models.QuerySet[HouseholdTier]":
        """The rows that these ended; where none did, the household stood in no tier."""
        homes, since = {row.dwelling_id for row in rows}, {row.since for row in rows}
        ended = HouseholdTier.objects.filter(dwelling__in=homes, until__in=since).exclude(tiering=self)
        return ended.select_related("plan__assignee", "plan__person").order_by("pk")


def _not_yet(homes: Sequence[Dwelling], tier: str) -> list[Dwelling]:
    """Those that do not stand in the tier, in the order in which everybody locks them."""
    there = HouseholdTier.objects.current().filter(dwelling__in=homes, tier=tier)
    known = set(there.values_list("dwelling", flat=True))
    return sorted((home for home in homes if home.pk not in known), key=lambda home: home.pk)


def _place_of(homes: Sequence[Dwelling], by: "User") -> "tuple[int, Grid | None]":
    """The community they lie in, and the grid if it is one. Raises NotYours, ValidationError."""
    if not homes:
        raise ValidationError({"homes": _("这些户已经在这一类，不用调整。")})
    if len(homes) > MOST:
        words = gettext("一次最多 %(most)s 户，请分几次调整。")
        raise ValidationError({"homes": words % {"most": MOST}})
    grids = {home.building.grid for home in homes}
    if any(not may_visit_at(by, grid.community_id, grid.pk) for grid in grids):
        raise NotYours(_("您不能调整这一户的走访类别。"))
    community_id = min(grid.community_id for grid in grids)
    if len(grids) == 1:
        return community_id, grids.pop()
    if any(grid.community_id != community_id for grid in grids) or not may_visit_at(by, community_id, None):
        raise ValidationError({"homes": _("请一次只选一个社区或一个网格的住户。")})
    return community_id, None
