"""走访: somebody knocks at one door. Nobody home is no failure: the visit gets a new time and stays open."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from community.core.perms import Perm
from community.core.reach import reach
from community.core.rules import either, the_clock
from community.core.verbs import Step, open_matter, verb
from community.core.workflow import Move, Workflow, sources
from community.duties.models import Occurrence, Plan
from community.duties.models.occurrence import OccurrenceQuerySet
from grids.visits.found import Found, Outcome
from grids.visits.reach import is_assigned, places_visited, visits_here

if TYPE_CHECKING:
    from community.core.models import Case
    from community.directory.models import Dwelling, Person, User

Status = Occurrence.Status
TRIES = 3  # after so many closed doors the leader hears of it
CATCH_UP_WITHIN = timedelta(days=7)
goes = either(is_assigned, visits_here)

WORKFLOW = Workflow(
    moves=(
        Move("send", _("安排走访"), either(visits_here, the_clock), target=Status.PLANNED, icon="home-heart"),
        Move(
            "meet", _("见到人了"), goes, sources(Status.PLANNED), Status.DONE,
            done=_("走访了住户"), tone="primary", icon="check",
        ),
        Move("nobody_home", _("家里没人"), goes, sources(Status.PLANNED), done=_("家里没人，改期再访"), icon="clock"),
        Move(
            "refused", _("住户谢绝"), goes, sources(Status.PLANNED), Status.DONE,
            done=_("住户谢绝走访"), icon="hand-stop",
        ),
        Move(
            "call_off", _("取消走访"), either(visits_here, the_clock), sources(Status.PLANNED), Status.CALLED_OFF,
            done=_("取消了走访"), icon="x",
        ),
        Move("miss", _("到期未走访"), the_clock, sources(Status.PLANNED), Status.MISSED, done=_("到期未走访"), icon="clock"),
    ),
    closed=sources(Status.DONE, Status.MISSED, Status.CALLED_OFF),
)  # fmt: skip


class VisitQuerySet(OccurrenceQuerySet["Visit"]):
    def of_kind(self) -> Self:
        return self.filter(kind=Visit.matter_kind)

    def visible_to(self, user: "User") -> Self:
        """One's own, and those of the places where one visits. Addresses go no higher than the community."""
        return self.of_kind().filter(Q(assignee=user) | places_visited(user))

    def waiting_for(self, user: "User", now: datetime) -> Self:
        """Open ones of today and before that the person is to make, or anybody who walks the grid."""
        tonight = timezone.localtime(now).replace(hour=23, minute=59, second=59)
        mine = Q(assignee=user) | Q(assignee=None) & reach(user, Perm.PATROL).within()
        return self.of_kind().open().filter(mine, opens_at__lte=tonight)

    def listed(self) -> Self:
        return self.select_related("plan", "grid", "community", "assignee", "dwelling__building__estate", "about")


class Visit(Occurrence):
    """A visit to ``dwelling``. One that was sent for (urgent, or after a closed case) carries a name of its own."""

    matter_kind = "visit"
    workflow = WORKFLOW

    objects: ClassVar = VisitQuerySet.as_manager()

    class Meta:
        proxy = True
        verbose_name = _("走访")
        verbose_name_plural = _("走访")

    def __str__(self) -> str:
        return self.title

    @property
    def is_follow_up(self) -> bool:
        return self.about_id is not None

    @property
    def is_urgent(self) -> bool:
        """Sent for at once, not by a rhythm and not because a case was closed."""
        return bool(self.name) and self.about_id is None

    @property
    def tone(self) -> str:
        if self.ended_at is None and self.due_at and self.due_at <= timezone.now():
            return "overdue"
        ended = {Status.DONE: "done", Status.MISSED: "overdue", Status.CALLED_OFF: "paused"}
        return ended.get(Status(self.status), "soon" if self.is_urgent else "waiting")

    @property
    def awaits_perm(self) -> str:
        return Perm.PATROL

    @classmethod
    def send(
        cls,
        *,
        dwelling: "Dwelling",
        by: "User | None",
        now: datetime,
        until: datetime,
        name: str = "",
        plan: Plan | None = None,
        about: "Case | None" = None,
        assignee: "User | None" = None,
        person: "Person | None" = None,
    ) -> "Visit":
        """A visit outside any rhythm. Call it in a transaction."""
        grid = dwelling.building.grid
        visit = cls(
            kind=cls.matter_kind, community_id=grid.community_id, grid=grid, dwelling=dwelling, plan=plan, about=about,
            name=(name or gettext_noop("紧急走访 %(home)s") % {"home": dwelling})[:80], assignee=assignee, person=person,
            day=timezone.localdate(now), opens_at=now, closes_at=until, lapses_at=until,
        )  # fmt: skip
        return open_matter(visit, "send", by=by, now=now)

    @classmethod
    def stop(cls, plan: Plan, *, by: "User", now: datetime, but: int | None = None) -> None:
        """End a rhythm, and call off what of it still stands open; ``but`` is the visit being made at this moment.

        Whoever visits may do so, not only the leaders who change other plans.
        """
        with transaction.atomic():
            last = max(plan.starts_on, timezone.localdate(now) - timedelta(days=1))
            Plan.objects.filter(pk=plan.pk).update(ends_on=last)
            for visit in cls.objects.of_kind().open().filter(plan=plan).exclude(pk=but or 0):
                visit.call_off(by=by, now=now)

    @verb
    def meet(self, step: Step, *, found: Found) -> None:
        """Somebody opened the door; what was found is written down once and goes to every register that needs it."""
        from grids.visits import follow_up

        self.assignee = step.by
        self._write_down(step, Outcome.MET, found)
        if self.about_id is not None and found.solved is not None:
            follow_up.answer(self, step, found.solved)

    @verb
    def refused(self, step: Step, *, found: Found) -> None:
        """The household would rather not; that is their right and no failure."""
        self.assignee = step.by
        self._write_down(step, Outcome.REFUSED, found)

    @verb
    def nobody_home(self, step: Step, *, again_at: datetime, until: datetime, found: Found) -> None:
        """Come again: the clock starts anew for the new time, within a week."""
        if not step.now <= again_at < until <= step.now + CATCH_UP_WITHIN:
            raise ValidationError({"again": _("请在七天内选一个再来的时间。")})
        self.opens_at, self.closes_at, self.lapses_at = again_at, until, until
        self._write_down(step, Outcome.NOBODY, found)
        step.data["tries"] = self.records.count()

    @verb
    def call_off(self, step: Step) -> None:
        """It is no longer needed."""

    @verb
    def miss(self, step: Step) -> None:
        """Nobody went in time."""

    def _write_down(self, step: Step, outcome: str, found: Found) -> None:
        from grids.visits.record import VisitRecord

        step.data["outcome"] = outcome
        if found.solved is not None:
            step.data["solved"] = found.solved
        VisitRecord.write(self, step, dwelling=self.dwelling, outcome=outcome, found=found)
