"""巡查: a walk through the grid, planned every day; what is found on it becomes incidents."""

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.reach import reach
from community.core.rules import either, holds, the_clock
from community.core.verbs import Step, verb
from community.core.workflow import Move, NotNow, Workflow, sources
from community.duties.models import Member, Occurrence
from community.duties.models.occurrence import OccurrenceQuerySet, leads

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from community.directory.models import User
    from grids.patrols.models import CheckPoint

Status = Occurrence.Status
RUNNING = sources(Status.PLANNED, Status.STARTED)


def sets_out(user: "User | None", patrol: "Patrol") -> bool:
    """Whoever walks there; of one that is still secret, the leaders alone."""
    return leads(user, patrol) if patrol.is_hidden else holds(Perm.PATROL)(user, patrol)


def is_walker(user: "User | None", patrol: "Patrol") -> bool:
    return user is not None and patrol.assignee_id == user.pk


def nobody_walked(user: "User | None", patrol: "Patrol") -> bool:
    """It was nobody's in particular, and the person may walk there."""
    return patrol.assignee_id is None and holds(Perm.PATROL)(user, patrol)


WORKFLOW = Workflow(
    moves=(
        Move(
            "start", _("开始巡查"), sets_out, sources(Status.PLANNED), Status.STARTED,
            done=_("开始巡查"), tone="primary", icon="walk",
        ),
        Move(
            "finish", _("结束巡查"), is_walker, sources(Status.STARTED), Status.DONE,
            done=_("完成巡查"), tone="primary", icon="check",
        ),
        # Where somebody passed is worth a line at any time, also when the phone tells of it late.
        Move(
            "tick", _("到达检查点"), is_walker, sources(Status.STARTED, Status.DONE, Status.MISSED),
            done=_("到达检查点"), icon="map-pin",
        ),
        # Walked without network and told of when the day's window had closed: both stand in the timeline.
        Move(
            "hand_in", _("补交巡查"), either(is_walker, nobody_walked), sources(Status.MISSED), Status.DONE,
            done=_("离线走完，联网后补交"), icon="cloud-upload",
        ),
        Move("miss", _("到期未完成"), the_clock, RUNNING, Status.MISSED, done=_("到期未完成"), icon="clock"),
    ),
    closed=sources(Status.DONE, Status.MISSED),
)  # fmt: skip


def joined(user: "User") -> "QuerySet[Any, Any]":
    """The plans of joint patrols in whose team the person is."""
    return Member.objects.filter(user=user, plan__secret=True).values("plan")


class PatrolQuerySet(OccurrenceQuerySet["Patrol"]):
    def of_kind(self) -> Self:
        return self.filter(kind=Patrol.matter_kind)

    def visible_to(self, user: "User") -> Self:
        """One's own, those one takes part in, and those of the places one sees or walks; no secret ones."""
        own = Q(assignee=user) | Q(secret=True, plan__in=joined(user))
        seen = own | reach(user, Perm.SEE_CASES).within() | reach(user, Perm.PATROL).within()
        return self.of_kind().filter(seen).not_secret_to(user)

    def waiting_for(self, user: "User") -> Self:
        """Open ones that the person is to walk, or that nobody in particular is to walk where they may."""
        mine = Q(assignee=user) | Q(secret=True, plan__in=joined(user))
        mine |= Q(assignee=None) & reach(user, Perm.PATROL).within()
        return self.of_kind().open().filter(mine).not_secret_to(user)

    def with_findings(self) -> Self:
        """Each with ``found`` and ``fixed``: how much was found, and how much of it put right at once."""
        from grids.models.incident import Incident

        findings = Incident.objects.filter(patrol=OuterRef("pk")).order_by().values("patrol")
        fixed = findings.filter(fixed_on_spot=True)
        return self.annotate(
            found=Coalesce(Subquery(findings.annotate(n=Count("pk")).values("n")), 0),
            fixed=Coalesce(Subquery(fixed.annotate(n=Count("pk")).values("n")), 0),
        )


class Patrol(Occurrence):
    """One patrol of one grid on one day; whoever starts it walks it. All its facts stand on the duty's spine."""

    matter_kind = "patrol"
    workflow = WORKFLOW

    objects: ClassVar = PatrolQuerySet.as_manager()

    class Meta:
        proxy = True
        verbose_name = _("巡查")
        verbose_name_plural = _("巡查")

    def __str__(self) -> str:
        return _("%(grid)s %(month)d月%(day)d日巡查") % {
            "grid": self.grid or self.community,
            "month": self.day.month,
            "day": self.day.day,
        }

    @property
    def tone(self) -> str:
        """The colour of its state in a list."""
        return {Status.STARTED: "info", Status.DONE: "done", Status.MISSED: "overdue"}.get(
            Status(self.status), "waiting"
        )

    @property
    def title(self) -> str:
        return str(self)

    @property
    def awaits_perm(self) -> str:
        return Perm.LEAD_GRID if self.is_hidden else Perm.PATROL

    @property
    def is_ahead(self) -> bool:
        """Its day has not come."""
        return self.day > timezone.localdate()

    @verb
    def start(self, step: Step) -> None:
        """Whoever sets out has it, also in a colleague's place; one day's walk is not another's."""
        if timezone.localdate(step.now) < self.day:
            raise NotNow(_("这次巡查的日子还没到。"))
        self.assignee = step.by

    @verb
    def finish(self, step: Step) -> None:
        """The walk is done; the note is what the next person should know."""

    @verb
    def tick(self, step: Step, *, point: "CheckPoint", how: str) -> None:
        """Passed a check-point. The database keeps a point from being ticked twice."""
        if point.grid_id != self.grid_id:
            raise ValidationError({"point": _("这个检查点不在这次巡查的网格里。")})
        step.data |= {"point": point.name, "how": how}
        self.ticks.create(point=point, how=how, at=step.now)

    @verb
    def hand_in(self, step: Step, *, began: "datetime | None" = None) -> None:
        """Walked in time, but the phone had no network until the window had closed."""
        self.assignee = step.by
        self.started_at = self.started_at or began or step.now

    @verb
    def miss(self, step: Step) -> None:
        """The day's window closed before it was done."""
