"""一天一电话, and the turns of the other lines: what is done for an elder on one day."""

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.access.holders import nearest_holders
from community.core.models import Case
from community.core.perms import Perm
from community.core.reach import reach
from community.core.rules import either, the_clock
from community.core.verbs import Step, verb
from community.core.workflow import Move, Workflow, sources
from community.duties.models import Occurrence
from community.duties.models.occurrence import OccurrenceQuerySet
from grids.care.models import CarePlan
from grids.models.category import Category
from grids.models.incident import Incident
from grids.visits.reach import is_assigned, places_visited, visits_here

if TYPE_CHECKING:
    from community.directory.models import User

Status = Occurrence.Status
HELP_CATEGORY = "L12"
TRIES = 2  # after so many calls without an answer somebody is asked to look in at once


def is_neighbour(user: "User | None", call: "CareCall") -> bool:
    return user is not None and call.care.neighbour_id == user.pk


cares = either(is_assigned, visits_here, is_neighbour)

CALL_WORKFLOW = Workflow(
    moves=(
        Move(
            "answered", _("接通"), cares, sources(Status.PLANNED), Status.DONE,
            done=_("接通了，平安"), tone="primary", icon="phone-call",
        ),
        Move("no_answer", _("未接通"), cares, sources(Status.PLANNED), done=_("没有接通"), icon="phone"),
        Move(
            "seen", _("上门看过，平安"), cares, sources(Status.PLANNED), Status.DONE,
            done=_("上门看过，平安"), icon="home-heart",
        ),
        Move(
            "needs_help", _("需要帮助"), cares, sources(Status.PLANNED), Status.DONE,
            done=_("需要帮助，已紧急上报"), tone="danger", icon="lifebuoy",
        ),
        Move(
            "call_off", _("取消"), either(visits_here, the_clock), sources(Status.PLANNED),
            Status.CALLED_OFF, done=_("取消了"), icon="x",
        ),
        Move("miss", _("到期没有联系上"), the_clock, sources(Status.PLANNED), Status.MISSED,
             done=_("到期没有联系上"), icon="clock"),
    ),
    closed=sources(Status.DONE, Status.MISSED, Status.CALLED_OFF),
)  # fmt: skip

TURN_WORKFLOW = Workflow(
    moves=(
        Move("finish", _("做好了"), cares, sources(Status.PLANNED), Status.DONE, done=_("做好了"), tone="primary",
             icon="check"),
        Move(
            "call_off", _("取消"), either(visits_here, the_clock), sources(Status.PLANNED), Status.CALLED_OFF,
            done=_("取消了"), icon="x",
        ),
        Move("miss", _("到期没有做"), the_clock, sources(Status.PLANNED), Status.MISSED, done=_("到期没有做"), icon="clock"),
    ),
    closed=sources(Status.DONE, Status.MISSED, Status.CALLED_OFF),
)  # fmt: skip


class CareQuerySet(OccurrenceQuerySet[Any]):
    def of_kind(self) -> Self:
        return self.filter(kind=self.model.matter_kind)

    def visible_to(self, user: "User") -> Self:
        """One's own, those of the elder next door, and those of the places where one visits."""
        near = Q(assignee=user) | Q(plan__care_line__care__neighbour=user) | places_visited(user)
        return self.of_kind().filter(near)

    def waiting_for(self, user: "User") -> Self:
        """Open ones up to today that are the person's, or anybody's who walks the grid."""
        mine = Q(assignee=user) | Q(assignee=None) & reach(user, Perm.PATROL).within()
        return self.of_kind().open().filter(mine, day__lte=timezone.localdate())

    def listed(self) -> Self:
        return self.select_related(
            "plan__care_line__care", "person", "assignee", "grid", "community", "dwelling__building__estate"
        )


class CareDuty(Occurrence):
    """What the duties of the five lines share."""

    objects: ClassVar = CareQuerySet.as_manager()

    class Meta:
        proxy = True

    @property
    def care(self) -> CarePlan:
        return self.plan.care_line.care  # type: ignore[union-attr]

    @property
    def awaits_perm(self) -> str:
        return Perm.PATROL

    @property
    def neighbour(self) -> "User | None":
        """Who looks in first; where no neighbour is named, the worker."""
        return self.care.neighbour or self.worker

    @property
    def worker(self) -> "User | None":
        """Whoever visits the elder every week, as long as they work there; else whoever walks the grid."""
        visitor = self.care.handler
        if visitor is not None and visits_here(visitor, self):
            return visitor
        return next(iter(nearest_holders(Perm.PATROL, community_id=self.community_id, grid_id=self.grid_id)), None)

    @property
    def tone(self) -> str:
        if self.ended_at is None and self.due_at and self.due_at <= timezone.now():
            return "overdue"
        ended = {Status.DONE: "done", Status.MISSED: "overdue", Status.CALLED_OFF: "paused"}
        return ended.get(Status(self.status), "waiting")


class CareCall(CareDuty):
    """The day's call. Who stays unreached is looked in on by the neighbour, then the worker, then the leader."""

    matter_kind = "care_call"
    workflow = CALL_WORKFLOW

    class Meta:
        proxy = True
        verbose_name = _("电话问候")
        verbose_name_plural = _("电话问候")

    @property
    def tries(self) -> int:
        return self.timeline.filter(verb="no_answer").count()

    @verb
    def answered(self, step: Step) -> None:
        """They talked; the note is what the next caller should know."""
        self.assignee = step.by

    @verb
    def no_answer(self, step: Step) -> None:
        """Nobody picked up: call again; after the second time somebody is asked to look in."""
        step.data["tries"] = self.tries + 1

    @verb
    def seen(self, step: Step) -> None:
        """Somebody knocked and saw that all is well."""

    @verb
    def needs_help(self, step: Step) -> None:
        """An urgent incident at once, by the same hand; its clock never stops."""
        if not step.note.strip():
            raise ValidationError({"note": _("请写明需要什么帮助。")})
        self.assignee = step.by
        dwelling = self.care.dwelling
        incident = Incident.report(
            by=step.by, now=step.now, community=self.community, building=dwelling.building,  # type: ignore[arg-type]
            category=Category.objects.get(code=HELP_CATEGORY, variant=""), place=f"{dwelling.unit}{dwelling.room}",
            description=step.note, channel=Case.Channel.PHONE,
        )  # fmt: skip
        step.data["incident"] = incident.number

    @verb
    def call_off(self, step: Step) -> None:
        """The plan rests or has ended."""

    @verb
    def miss(self, step: Step) -> None:
        """The evening came and nobody had heard of them."""


class CareTurn(CareDuty):
    """家政, 活动 or 慰问: done on one day by a volunteer, a partner unit or a worker."""

    matter_kind = "care_turn"
    workflow = TURN_WORKFLOW

    class Meta:
        proxy = True
        verbose_name = _("助老服务")
        verbose_name_plural = _("助老服务")

    @verb
    def finish(self, step: Step) -> None:
        """What was done, in words: they are the proof, no photo is asked of anybody."""
        if not step.note.strip():
            raise ValidationError({"note": _("请写一句做了什么。")})
        self.assignee = step.by

    @verb
    def call_off(self, step: Step) -> None:
        """The plan rests or has ended."""

    @verb
    def miss(self, step: Step) -> None:
        """It was not done in time."""
