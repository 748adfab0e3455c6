"""走访记录: one knock at one door, and what came of it."""

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.core.models import Case
from community.core.verbs import Step
from community.directory.models import Dwelling, Person
from community.duties.models import Occurrence
from grids.visits.found import Found, Outcome
from grids.visits.reach import places_visited

if TYPE_CHECKING:
    from community.directory.models import User


class VisitRecordQuerySet(models.QuerySet["VisitRecord"]):
    def visible_to(self, user: "User") -> Self:
        return self.filter(Q(by=user) | places_visited(user))

    def met(self) -> Self:
        return self.filter(outcome=Outcome.MET)


class VisitRecord(models.Model):
    """Belongs to a visit or to a door-knock round. ``grid`` is the grid of that day, whatever is re-drawn later.

    ``private_note`` (health, money, family) is shown for a reason alone, and the look is logged.
    """

    Outcome = Outcome

    community = models.ForeignKey("directory.Community", models.PROTECT, related_name="+", verbose_name=_("社区"))
    grid = models.ForeignKey("directory.Grid", models.PROTECT, related_name="+", verbose_name=_("网格"))
    dwelling = models.ForeignKey(Dwelling, models.PROTECT, related_name="visit_records", verbose_name=_("房屋"))
    duty = models.ForeignKey(Occurrence, models.PROTECT, related_name="records", verbose_name=_("任务"))
    outcome = models.CharField(_("结果"), max_length=10, choices=Outcome.choices)
    present = models.ManyToManyField(Person, related_name="+", blank=True, verbose_name=_("在家的人"))
    others = models.CharField(_("其他在家的人"), max_length=120, blank=True)
    note = models.TextField(_("走访情况"), max_length=2000, blank=True)
    private_note = models.TextField(_("敏感情况"), max_length=2000, blank=True)
    phone_changed = models.BooleanField(_("更新了电话"), default=False)
    solved = models.BooleanField(_("问题已解决"), null=True, blank=True)
    raised = models.ManyToManyField(Case, related_name="+", blank=True, verbose_name=_("由此提出"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("走访人"))
    at = models.DateTimeField(_("时间"))
    request_key = models.UUIDField(null=True, blank=True, editable=False)

    objects = VisitRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("走访记录")
        verbose_name_plural = _("走访记录")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["by", "request_key"], name="visit_record_request_once"),
        ]
        indexes = [
            models.Index(fields=["dwelling", "-id"], name="visit_record_of_door"),
            models.Index(fields=["grid", "at"], name="visit_record_of_grid"),
            models.Index(fields=["community", "at"], name="visit_record_of_place"),
        ]

    def __str__(self) -> str:
        return f"{self.dwelling} {self.get_outcome_display()}"

    @property
    def tone(self) -> str:
        return {Outcome.MET: "done", Outcome.REFUSED: "paused"}.get(Outcome(self.outcome), "waiting")

    @classmethod
    def write(cls, duty: Occurrence, step: Step, *, dwelling: Any, outcome: str, found: Found) -> "VisitRecord":
        """One row for the knock, then what follows from it; called by a verb, inside its transaction."""
        from grids.visits import following_on

        if step.by is None:
            raise ValueError("a record needs somebody who was there")
        record = cls.objects.create(
            community_id=duty.community_id, grid=dwelling.building.grid, dwelling=dwelling, duty_id=duty.pk,
            outcome=outcome, others=found.others, note=found.note or step.note, private_note=found.private_note,
            phone_changed=bool(found.phones), solved=found.solved, by=step.by, at=step.now,
            request_key=found.request_key,
        )  # fmt: skip
        if found.present:
            record.present.set(found.present)
        if outcome == Outcome.MET:
            following_on.carry_out(record, found, by=step.by, now=step.now)
        return record
