"""敲门行动: every door of some buildings, by everybody who works there, until a day."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import TYPE_CHECKING, ClassVar, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.rules import either, holds, the_clock
from community.core.verbs import Step, open_matter, verb
from community.core.workflow import Move, Workflow, sources
from community.directory.models import Building, Dwelling
from community.duties.models import Occurrence
from community.duties.models.occurrence import OccurrenceQuerySet
from grids.visits.found import Found, Outcome
from grids.visits.reach import places_visited, visits_here
from grids.visits.record import VisitRecord

if TYPE_CHECKING:
    from community.directory.models import Grid, User

Status = Occurrence.Status
RUNNING = sources(Status.PLANNED, Status.STARTED)
leads_here = either(holds(Perm.LEAD_GRID), holds(Perm.LEAD_COMMUNITY))

WORKFLOW = Workflow(
    moves=(
        Move("announce", _("发起敲门行动"), leads_here, target=Status.PLANNED, icon="home-heart"),
        Move("knock", _("敲一户门"), visits_here, RUNNING, Status.STARTED, done=_("走访了一户"), icon="home"),
        Move(
            "finish", _("结束行动"), leads_here, RUNNING, Status.DONE,
            done=_("结束了敲门行动"), tone="primary", icon="check",
        ),
        Move(
            "call_off", _("取消行动"), leads_here, sources(Status.PLANNED), Status.CALLED_OFF,
            done=_("取消了敲门行动"), tone="danger", icon="x",
        ),
        Move("run_out", _("到期未走完"), the_clock, RUNNING, Status.MISSED, done=_("到期，还有住户没有走到"), icon="clock"),
    ),
    closed=sources(Status.DONE, Status.MISSED, Status.CALLED_OFF),
)  # fmt: skip


class RoundQuerySet(OccurrenceQuerySet["Round"]):
    def visible_to(self, user: "User") -> Self:
        return self.filter(places_visited(user))

    def listed(self) -> Self:
        """With how many doors there are and how many have been reached; one query."""
        records = VisitRecord.objects.filter(duty=models.OuterRef("pk")).exclude(outcome=Outcome.NOBODY)
        reached = records.order_by().values("duty").annotate(n=models.Count("dwelling", distinct=True)).values("n")
        doors = (
            Dwelling.objects.filter(building__rounds=models.OuterRef("pk")).order_by().values("building__rounds")
            .annotate(n=models.Count("pk")).values("n")
        )  # fmt: skip
        zero = models.Value(0)
        return self.select_related("grid", "community").annotate(
            doors=models.functions.Coalesce(models.Subquery(doors), zero),
            reached=models.functions.Coalesce(models.Subquery(reached), zero),
        )


class Round(Occurrence):
    """A door-knock round over ``buildings`` of one grid; each door is a ``VisitRecord``."""

    matter_kind = "round"
    workflow = WORKFLOW

    purpose = models.CharField(_("走访内容"), max_length=300, blank=True)
    buildings = models.ManyToManyField(Building, related_name="rounds", verbose_name=_("楼栋"))
    request_key = models.UUIDField(unique=True, null=True, blank=True, editable=False)

    objects: ClassVar = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("敲门行动")
        verbose_name_plural = _("敲门行动")

    def __str__(self) -> str:
        return self.name

    @property
    def tone(self) -> str:
        return {Status.STARTED: "info", Status.DONE: "done", Status.MISSED: "overdue", Status.CALLED_OFF: "paused"}.get(
            Status(self.status), "waiting"
        )

    @property
    def awaits_perm(self) -> str:
        """Nobody in particular: everybody who walks the grid."""
        return Perm.PATROL

    @classmethod
    def open_up(
        cls,
        *,
        by: "User",
        grid: "Grid",
        name: str,
        buildings: Iterable[Building],
        last_day: date,
        purpose: str = "",
        now: datetime | None = None,
        request_key: UUID | None = None,
    ) -> "Round":
        """Announce a round that lasts until the evening of ``last_day``. Raises NotYours, ValidationError."""
        now, chosen = now or timezone.now(), list(buildings)
        closes = datetime.combine(last_day, time(20), timezone.get_default_timezone())
        if not chosen or any(building.grid_id != grid.pk for building in chosen):
            raise ValidationError({"buildings": _("请选择本网格的楼栋。")})
        if closes <= now:
            raise ValidationError({"last_day": _("截止日期已经过了，请往后选。")})
        found = cls(
            kind=cls.matter_kind, community_id=grid.community_id, grid=grid, name=name, purpose=purpose,
            day=timezone.localdate(now), opens_at=now, closes_at=closes, lapses_at=closes, request_key=request_key,
        )  # fmt: skip
        with transaction.atomic():
            open_matter(found, "announce", by=by, now=now)
            found.buildings.set(chosen)
        return found

    @verb
    def knock(self, step: Step, *, dwelling: Dwelling, outcome: str, found: Found) -> None:
        """One door: somebody met, nobody home (come again), or refused. The latest knock counts."""
        if not self.buildings.filter(pk=dwelling.building_id).exists():
            raise ValidationError(_("这一户不在这次行动里。"))
        step.data |= {"dwelling": dwelling.pk, "outcome": outcome}
        VisitRecord.write(self, step, dwelling=dwelling, outcome=outcome, found=found)

    @verb
    def finish(self, step: Step) -> None:
        """The leader says that it is enough; the note says what was learnt."""

    @verb
    def call_off(self, step: Step) -> None:
        """It will not take place."""

    @verb
    def run_out(self, step: Step) -> None:
        """The last evening came with doors not yet reached."""
