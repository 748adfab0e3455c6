"""A deadline is a row: of what, which rung of which clock, due when, fired when, stopped when and why."""

from datetime import datetime
from typing import TYPE_CHECKING, Self, cast

from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from community.core.models import Case
from community.core.perms import Perm
from community.core.reach import reach
from community.core.workflow import NotNow, NotYours
from community.timers.clocks import PAUSE, clock_named

if TYPE_CHECKING:
    from community.core.models import Moving
    from community.directory.models import User

OWNERS = ("case", "occurrence", "hold")
RUNNING = Q(fired_at=None, stopped_at=None, failed_at=None)


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    def running(self) -> Self:
        return self.filter(RUNNING)

    def due(self, now: datetime) -> Self:
        return self.running().filter(try_at__lte=now)

    def after(self, last: "Deadline | None") -> Self:
        """Those that the sweep meets later than ``last``, in its order (``try_at``, then id)."""
        if last is None:
            return self
        return self.filter(try_at__gte=last.try_at).exclude(try_at=last.try_at, pk__lte=last.pk)

    def failed(self) -> Self:
        return self.exclude(failed_at=None)

    def of(self, matter: "Moving") -> Self:
        return self.filter(**{owner_field(matter): matter.pk})

    def visible_to(self, user: "User") -> Self:
        """For the operations page: deadlines of the communities that the person runs."""
        return self.filter(reach(user, Perm.OPERATE).within(grid=None))


class Deadline(models.Model):
    """One rung of one running clock, of a case, a duty, or assets held for a time.

    ``try_at`` is when the sweep looks again: ``due_at``, or later after an error.
    """

    case = models.ForeignKey("core.Case", models.CASCADE, null=True, related_name="deadlines", verbose_name=_("事项"))
    occurrence = models.ForeignKey(
        "duties.Occurrence", models.CASCADE, null=True, related_name="deadlines", verbose_name=_("任务")
    )
    hold = models.ForeignKey("points.Hold", models.CASCADE, null=True, related_name="deadlines", verbose_name=_("预留"))
    community = models.ForeignKey("directory.Community", models.CASCADE, related_name="+", verbose_name=_("社区"))
    kind = models.CharField(_("类型"), max_length=20)
    clock = models.CharField(_("时钟"), max_length=20)
    rung = models.CharField(_("阶梯"), max_length=20)
    urgent = models.BooleanField(_("不受静默时段限制"), default=False)
    is_due = models.BooleanField(_("到期点"), default=False)
    started_at = models.DateTimeField(_("起算时间"))
    due_at = models.DateTimeField(_("应触发时间"))
    try_at = models.DateTimeField()
    fired_at = models.DateTimeField(_("触发时间"), null=True, blank=True)
    stopped_at = models.DateTimeField(_("停止时间"), null=True, blank=True)
    stop_reason = models.CharField(_("停止原因"), max_length=60, blank=True)
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    failed_at = models.DateTimeField(_("失败时间"), null=True, blank=True)
    error = models.TextField(_("错误"), blank=True)

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = _("时限")
        verbose_name_plural = _("时限")
        constraints = [
            models.CheckConstraint(
                condition=Q(case__isnull=False, occurrence=None, hold=None)
                | Q(case=None, occurrence__isnull=False, hold=None)
                | Q(case=None, occurrence=None, hold__isnull=False),
                name="deadline_of_one",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at=None, stop_reason="") | (Q(stopped_at__isnull=False) & ~Q(stop_reason="")),
                name="deadline_stop_pair",
            ),
            models.CheckConstraint(condition=Q(fired_at=None) | Q(stopped_at=None), name="deadline_fired_or_stopped"),
            models.CheckConstraint(condition=Q(due_at__gte=F("started_at")), name="deadline_after_start"),
            models.UniqueConstraint(
                fields=["case", "clock", "rung"], condition=RUNNING & Q(case__isnull=False), name="deadline_runs_once"
            ),
            models.UniqueConstraint(
                fields=["occurrence", "clock", "rung"],
                condition=RUNNING & Q(occurrence__isnull=False),
                name="duty_deadline_runs_once",
            ),
            models.UniqueConstraint(
                fields=["hold", "clock", "rung"],
                condition=RUNNING & Q(hold__isnull=False),
                name="hold_deadline_runs_once",
            ),
        ]
        indexes = [
            models.Index(fields=["try_at", "id"], condition=RUNNING, name="deadline_to_sweep"),
            models.Index(fields=["failed_at"], condition=Q(failed_at__isnull=False), name="deadline_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}.{self.clock}.{self.rung}"

    @property
    def matter(self) -> "Moving":
        """The spine row of the case or duty, or the hold, whose clock this is."""
        return cast("Moving", getattr(self, self.owner))

    @property
    def owner(self) -> str:
        """Which of its columns points at the matter."""
        return next(name for name in OWNERS if getattr(self, f"{name}_id") is not None)

    def retry(self, *, by: "User", now: datetime) -> None:
        """Hand a rung that failed back to the sweep; where its clock no longer runs it is laid to rest instead.

        Raises NotYours, and NotNow when it has not failed (often: somebody was faster).
        """
        with transaction.atomic():
            self.refresh_from_db(from_queryset=Deadline.objects.select_for_update())
            if not reach(by, Perm.OPERATE).covers(self.community_id):
                raise NotYours(_("您不能处理这个社区的时限。"))
            if self.failed_at is None:
                raise NotNow(_("这个时限已不在失败状态，请刷新后再看。"))
            self.failed_at, self.attempts, self.try_at = None, 0, now
            if not self._still_meant():
                self.stopped_at, self.stop_reason = now, "moved_on"
            self.save(update_fields=["failed_at", "attempts", "try_at", "stopped_at", "stop_reason"])

    def _still_meant(self) -> bool:
        """Whether the matter still stands where this clock runs, and the rung has not been started anew."""
        if self.clock == PAUSE.name:
            return self.matter.paused_at is not None
        same = Deadline.objects.of(self.matter).running().filter(clock=self.clock, rung=self.rung)
        return self.matter.status in clock_named(self.kind, self.clock).runs_in and not same.exists()


def owner_field(matter: "Moving") -> str:
    """Which column of a deadline points at this matter."""
    if isinstance(matter, Case):
        return "case_id"
    return "hold_id" if matter.matter_kind == "hold" else "occurrence_id"
