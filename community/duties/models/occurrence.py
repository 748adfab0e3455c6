"""One occurrence of a duty: planned → started → done, or missed, or called off before it was due."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from community.core.models import Attachment, Entry, Moving
from community.core.perms import Perm
from community.core.reach import reach
from community.core.rules import either, holds, the_clock
from community.core.verbs import Step, verb
from community.core.workflow import Move, Workflow

if TYPE_CHECKING:
    from community.core.photos import CleanPhoto
    from community.directory.models import User

D = TypeVar("D", bound="Occurrence", covariant=True)
ENDED = frozenset({"done", "missed", "called_off"})


class OccurrenceQuerySet(models.QuerySet[D]):
    def open(self) -> Self:
        return self.filter(ended_at=None)

    def planned(self) -> Self:
        """Laid out, and nobody has begun."""
        return self.open().filter(status=Occurrence.Status.PLANNED)

    def not_secret_to(self, user: "User") -> Self:
        """Without those that nobody but the leaders may know of before they start."""
        led = reach(user, Perm.LEAD_GRID).within() | reach(user, Perm.LEAD_COMMUNITY).within()
        return self.filter(Q(secret=False) | Q(started_at__isnull=False) | led)


class TimeRange(Func):
    function = "tstzrange"


leads = either(holds(Perm.LEAD_GRID), holds(Perm.LEAD_COMMUNITY))

# Every kind of duty has these moves; they are added to its table below its own.
COMMON_MOVES = (
    Move("reassign", _("换人"), either(the_clock, leads), frozenset({"planned", "started"}), None,
         done=_("换了负责人"), icon="arrows-exchange", internal=True),
    Move("cover", _("由下一次一并完成"), the_clock, frozenset({"planned"}), "done", done=_("由下一次一并完成"),
         icon="check"),
    Move("call_off", _("取消"), either(the_clock, leads), frozenset({"planned"}), "called_off", done=_("取消了"),
         icon="ban"),
)  # fmt: skip


class Occurrence(Moving):
    """The spine of every duty. A kind of duty is a proxy of it that declares ``matter_kind``, ``workflow`` and its verbs;
    facts of its own stand in a table one to one with it, written by ``laid_out``.

    ``due_at`` is the close of its window and empties when the duty ends; until ``lapses_at`` it may still be done, late.
    ``about`` is the case that it follows up, ``name`` what it is called where no plan does. ``turn_of`` is whose duty it
    is by plan, ``assignee`` who does it: another where somebody stands in. What a leader has ``chosen`` by hand, planning
    leaves alone.
    """

    class Status(models.TextChoices):
        PLANNED = "planned", _("待开始")
        STARTED = "started", _("进行中")
        DONE = "done", _("已完成")
        MISSED = "missed", _("未完成")
        CALLED_OFF = "called_off", _("已取消")

    kinds: ClassVar[dict[str, type["Occurrence"]]] = {}

    status = models.CharField(_("状态"), max_length=20, choices=Status.choices, default=Status.PLANNED)
    plan = models.ForeignKey(
        "duties.Plan", models.PROTECT, null=True, blank=True, related_name="occurrences", verbose_name=_("计划")
    )
    community = models.ForeignKey("directory.Community", models.PROTECT, related_name="+", verbose_name=_("社区"))
    grid = models.ForeignKey(
        "directory.Grid", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("网格")
    )
    dwelling = models.ForeignKey(
        "directory.Dwelling", models.PROTECT, null=True, blank=True, related_name="duties", verbose_name=_("房屋")
    )
    person = models.ForeignKey(
        "directory.Person", models.PROTECT, null=True, blank=True, related_name="duties", verbose_name=_("服务对象")
    )
    about = models.ForeignKey(
        "core.Case", models.PROTECT, null=True, blank=True, related_name="duties", verbose_name=_("相关事项")
    )
    name = models.CharField(_("名称"), max_length=80, blank=True)
    kind = models.CharField(_("类型"), max_length=20)
    day = models.DateField(_("日期"))
    opens_at = models.DateTimeField(_("开始"))
    closes_at = models.DateTimeField(_("截止"))
    due_at = models.DateTimeField(_("时限"), null=True, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("负责人")
    )
    turn_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("原负责人")
    )
    chosen = models.BooleanField(default=False, editable=False)
    secret = models.BooleanField(_("开始前保密"), default=False)
    desk = models.ForeignKey(
        "duties.Desk", models.PROTECT, null=True, blank=True, related_name="shifts", verbose_name=_("值守岗")
    )
    lapses_at = models.DateTimeField(_("最晚完成"), null=True, blank=True)
    started_at = models.DateTimeField(_("实际开始"), null=True, blank=True)
    ended_at = models.DateTimeField(_("实际结束"), null=True, blank=True)

    objects = OccurrenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("任务")
        verbose_name_plural = _("任务")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "day"], condition=~Q(status="called_off"), name="occurrence_once_per_plan_and_day"
            ),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="occurrence_window"),
            models.CheckConstraint(condition=Q(ended_at=None) | Q(due_at=None), name="occurrence_ended_has_no_clock"),
            models.CheckConstraint(
                condition=Q(status__in=["planned", "started"], ended_at=None)
                | Q(status__in=["done", "missed", "called_off"], ended_at__isnull=False),
                name="occurrence_ended_pair",
            ),
            models.CheckConstraint(
                condition=Q(lapses_at=None) | Q(lapses_at__gte=F("closes_at")), name="occurrence_lapses_after_closing"
            ),
            ExclusionConstraint(
                name="desk_has_one_at_a_time",
                expressions=[
                    ("desk", RangeOperators.EQUAL),
                    (TimeRange("opens_at", "closes_at"), RangeOperators.OVERLAPS),
                ],
                condition=Q(desk__isnull=False) & ~Q(status="called_off"),
                violation_error_message=_("这个岗在这段时间已有班次。"),
            ),
            ExclusionConstraint(
                name="person_at_one_desk",
                expressions=[
                    ("assignee", RangeOperators.EQUAL),
                    (TimeRange("opens_at", "closes_at"), RangeOperators.OVERLAPS),
                ],
                condition=Q(desk__isnull=False, assignee__isnull=False) & ~Q(status="called_off"),
                violation_error_message=_("此人在这段时间已有别的班次。"),
            ),
        ]
        indexes = [
            models.Index(
                fields=["assignee", "due_at", "id"], condition=Q(ended_at=None), name="occurrence_of_assignee"
            ),
            models.Index(fields=["community", "kind", "day"], name="occurrence_by_day"),
            models.Index(fields=["day"], condition=Q(ended_at=None), name="occurrence_open_by_day"),
            models.Index(fields=["desk", "opens_at"], condition=Q(desk__isnull=False), name="occurrence_of_desk"),
            models.Index(
                fields=["dwelling", "-day"], condition=Q(dwelling__isnull=False), name="occurrence_of_dwelling"
            ),
            models.Index(fields=["person", "-day"], condition=Q(person__isnull=False), name="occurrence_of_person"),
        ]

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        if kind := cls.__dict__.get("matter_kind"):
            Occurrence.kinds[kind] = cls
        if table := cls.__dict__.get("workflow"):
            cls.workflow = with_common_moves(table)

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"

    @property
    def concrete(self) -> "Occurrence":
        """This occurrence as its own kind (``Patrol`` …)."""
        model = self.kinds[self.kind]
        return self if isinstance(self, model) else model._base_manager.get(pk=self.pk)

    @property
    def title(self) -> str:
        return self.name or (self.plan.title if self.plan else str(type(self)._meta.verbose_name))

    # For whom it waits, in the words that ladders and notices use for cases.
    @property
    def awaits_user_id(self) -> int | None:
        return self.assignee_id

    @property
    def awaits_user(self) -> "User | None":
        return self.assignee

    @property
    def awaits_perm(self) -> str:
        return Perm.LEAD_GRID if self.is_hidden else Perm.SEE_CASES

    @property
    def is_hidden(self) -> bool:
        """Whether nobody but the leaders may know of it as yet."""
        return self.secret and self.started_at is None

    @property
    def team(self) -> "list[User]":
        """Who takes part beside the one who answers for it; of a secret duty, known once it has started."""
        if self.plan is None or not self.secret or self.is_hidden:
            return []
        return [member.user for member in self.plan.members.select_related("user")]

    @property
    def stands_in(self) -> bool:
        """Whether somebody else does it than whose turn it is."""
        return self.turn_of_id is not None and self.turn_of_id != self.assignee_id

    @property
    def is_late(self) -> bool:
        """Done, but after its window had closed."""
        return self.status == self.Status.DONE and self.ended_at is not None and self.ended_at > self.closes_at

    @classmethod
    def laid_out(cls, occurrences: "Sequence[Any]") -> None:
        """Occurrences of this kind that have just been inserted, in the same transaction: write a kind's own facts."""

    @verb
    def reassign(self, step: Step, *, to: "User | None", turn_of: "User | None" = None) -> None:
        """Give the duty to ``to``: a leader by hand, or planning for a leave or a change of post."""
        step.data["from"], step.data["to"] = self.assignee_id, to.pk if to else None
        self.assignee, self.chosen = to, step.by is not None
        self.turn_of = turn_of or self.turn_of

    @verb
    def cover(self, step: Step) -> None:
        """The next one of the plan was done and counts for this one."""

    @verb
    def call_off(self, step: Step) -> None:
        """It will not take place: the plan rests, or has been changed."""

    def keep(self, photos: "Sequence[CleanPhoto]", purpose: str = Attachment.Purpose.EVIDENCE) -> None:
        """Called by a verb: these photos belong to the step being made, and are stored with it."""
        self._photos = (list(photos), purpose)

    def on_step(self, step: Step) -> None:
        if self.status == self.Status.STARTED:
            self.started_at = self.started_at or step.now
        elif self.status in ENDED:
            self.ended_at, self.due_at = self.ended_at or step.now, None

    def climb(self, rung: str, tier: int, now: datetime, data: dict[str, Any]) -> None:
        if tier:
            Entry.objects.create(
                occurrence_id=self.pk,
                community_id=self.community_id,
                verb=f"clock.{rung}",
                source=self.status,
                target=self.status,
                data=data,
                at=now,
            )

    def tell(self, step: Step) -> Entry:
        photos, purpose = self.__dict__.pop("_photos", ([], ""))
        Attachment.objects.attach(self, photos, by=step.by, now=step.now, purpose=purpose)
        return Entry.objects.create(
            occurrence_id=self.pk,
            community_id=self.community_id,
            verb=step.move.verb,
            source=step.source,
            target=self.status,
            actor=step.by,
            note=step.note,
            data=step.data,
            internal=step.move.internal,
            at=step.now,
        )


def with_common_moves(table: Workflow) -> Workflow:
    """A kind's table with the moves that every duty has."""
    have = {move.verb for move in table.moves}
    moves = (*table.moves, *(move for move in COMMON_MOVES if move.verb not in have))
    return replace(table, moves=moves, closed=table.closed | {Occurrence.Status.CALLED_OFF})
