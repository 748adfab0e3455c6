"""One occurrence of a duty: planned → started → done, or missed, or called off before it was due."""

from typing import ClassVar, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from community.core.models import Entry, Moving
from community.core.verbs import Step

D = TypeVar("D", bound="Occurrence", covariant=True)
ENDED = frozenset({"done", "missed", "called_off"})


class OccurrenceQuerySet(models.QuerySet[D]):
    def open(self) -> Self:
        return self.filter(ended_at=None)


class Occurrence(Moving):
    """The spine of every duty; a kind of duty extends it one to one, as cases do.

    ``due_at`` is the close of its window and empties when the duty ends. ``about`` is the case that it follows up,
    ``name`` what it is called where no plan does.
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
    started_at = models.DateTimeField(_("实际开始"), null=True, blank=True)
    ended_at = models.DateTimeField(_("实际结束"), null=True, blank=True)

    objects = OccurrenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("任务")
        verbose_name_plural = _("任务")
        constraints = [
            models.UniqueConstraint(fields=["plan", "day"], name="occurrence_once_per_plan_and_day"),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="occurrence_window"),
            models.CheckConstraint(condition=Q(ended_at=None) | Q(due_at=None), name="occurrence_ended_has_no_clock"),
            models.CheckConstraint(
                condition=Q(status__in=["planned", "started"], ended_at=None)
                | Q(status__in=["done", "missed", "called_off"], ended_at__isnull=False),
                name="occurrence_ended_pair",
            ),
        ]
        indexes = [
            models.Index(
                fields=["assignee", "due_at", "id"], condition=Q(ended_at=None), name="occurrence_of_assignee"
            ),
            models.Index(fields=["community", "kind", "day"], name="occurrence_by_day"),
            models.Index(
                fields=["dwelling", "-day"], condition=Q(dwelling__isnull=False), name="occurrence_of_dwelling"
            ),
            models.Index(fields=["person", "-day"], condition=Q(person__isnull=False), name="occurrence_of_person"),
        ]

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        if kind := cls.__dict__.get("matter_kind"):
            Occurrence.kinds[kind] = cls

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"

    @property
    def concrete(self) -> "Occurrence":
        """This occurrence as its own kind (``Patrol`` …)."""
        model = self.kinds[self.kind]
        return self if isinstance(self, model) else model._base_manager.get(pk=self.pk)

    def on_step(self, step: Step) -> None:
        if self.status == self.Status.STARTED:
            self.started_at = self.started_at or step.now
        elif self.status in ENDED:
            self.ended_at, self.due_at = step.now, None

    def tell(self, step: Step) -> Entry:
        return Entry.objects.create(
            occurrence_id=self.pk,
            community_id=self.community_id,
            verb=step.move.verb,
            source=step.source,
            target=self.status,
            actor=step.by,
            note=step.note,
            data=step.data,
            at=step.now,
        )
