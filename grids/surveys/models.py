"""入户调查: a form over all households of a community or a sample of them, from its design to its end."""

from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from community.access.holders import nearest_holders
from community.core.models import Case
from community.core.models.case import CaseQuerySet
from community.core.perms import Perm
from community.core.reach import reach
from community.core.verbs import Step, verb
from community.directory.models import Dwelling
from grids.surveys.drawing_lots import sample
from grids.surveys.form_models import Form, Question, Section
from grids.surveys.sheets import Answer, Correction, Member, Sheet, Tally
from grids.surveys.workflow import WORKFLOW, Status

if TYPE_CHECKING:
    from community.directory.models import Community, User


class SurveyQuerySet(CaseQuerySet["Survey"]):
    def visible_to(self, user: "User") -> Self:
        """To who runs surveys; to grid workers those that have sheets in their grid."""
        mine = Exists(Sheet.objects.filter(survey=OuterRef("pk"), grid__in=reach(user, Perm.FILL_SURVEYS).grids))
        return self.filter(reach(user, Perm.RUN_SURVEYS).within() | Q(mine) & ~Q(status=Status.DRAFT))

    def listed_for(self, user: "User") -> Self:
        return self.visible_to(user)


class Survey(Case):
    """``seed`` draws the sample and the sheets that are looked at again; with ``frame_last`` both can be drawn anew."""

    Status = Status
    matter_kind = "survey"
    number_prefix = "DC"
    workflow = WORKFLOW
    raised_at_work = True

    purpose = models.TextField(_("调查目的"), max_length=1000, blank=True)
    permille = models.PositiveSmallIntegerField(
        _("抽样比例（‰）"), default=1000, validators=[MinValueValidator(1), MaxValueValidator(1000)]
    )
    review_percent = models.PositiveSmallIntegerField(
        _("复核比例（%）"), default=10, validators=[MaxValueValidator(100)]
    )
    ends_on = models.DateField(_("截止日期"), null=True, blank=True)
    seed = models.CharField(max_length=32, editable=False)
    frame_size = models.PositiveIntegerField(_("总户数"), default=0)
    frame_last = models.PositiveBigIntegerField(default=0, editable=False)
    drawn = models.PositiveIntegerField(_("应调查户数"), default=0)

    objects: ClassVar = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("入户调查")
        verbose_name_plural = _("入户调查")
        constraints = [
            models.CheckConstraint(condition=Q(permille__range=(1, 1000)), name="survey_permille"),
            models.CheckConstraint(condition=Q(review_percent__lte=100), name="survey_review_percent"),
        ]

    @property
    def surveyors(self) -> "list[User]":
        """Who goes to the doors: the surveyors of every grid that has a sheet. One query per grid."""
        grids = self.sheets.exclude(grid=None).order_by().values_list("grid_id", flat=True).distinct()
        return [
            person
            for grid in grids
            for person in nearest_holders(Perm.FILL_SURVEYS, community_id=self.community_id, grid_id=grid)
        ]

    @classmethod
    def draft(
        cls,
        *,
        by: "User",
        community: "Community",
        title: str,
        purpose: str = "",
        permille: int = 1000,
        review_percent: int = 10,
        ends_on: date | None = None,
        now: datetime | None = None,
        request_key: UUID | None = None,
    ) -> "Survey":
        made = cls(
            community=community, title=title, purpose=purpose, permille=permille, review_percent=review_percent,
            ends_on=ends_on, seed=get_random_string(32), raised_by=by, handler=by, channel=Case.Channel.DESK,
            request_key=request_key,
        )  # fmt: skip
        with transaction.atomic():
            made.opened("draft", by=by, now=now)
            Form.objects.create(survey=made)
        return made

    @property
    def tone(self) -> str:
        return {Status.DRAFT: "waiting", Status.COLLECTING: "info", Status.CLOSED: "done"}[Status(self.status)]

    def draft_form(self) -> Form | None:
        return self.forms.filter(published_at=None).first()

    def current_form(self) -> Form | None:
        return self.forms.exclude(published_at=None).order_by("-number").first()

    def draw(self, frame_last: int | None = None) -> list[int]:
        """The households, drawn with the seed; after publishing the same ones again, whoever asks."""
        doors = Dwelling.objects.filter(building__estate__community=self.community_id)
        doors = doors.filter(pk__lte=self.frame_last if frame_last is None else frame_last)
        return sample(self.seed, doors.values_list("pk", flat=True), self.permille)

    @verb
    def publish(self, step: Step) -> None:
        """Freeze the form, draw the households and lay out a sheet for each."""
        form = self._freeze(step)
        if self.ends_on is not None and self.ends_on < timezone.localdate(step.now):
            raise ValidationError(_("截止日期已过，请先改日期。"))
        doors = Dwelling.objects.filter(building__estate__community=self.community_id)
        self.frame_size = doors.count()
        self.frame_last = doors.aggregate(last=models.Max("pk"))["last"] or 0
        drawn = self.draw()
        if not drawn:
            raise ValidationError(_("底册里还没有房屋，请先导入底册。"))
        self.drawn, self.responded_at = len(drawn), step.now
        rows = Dwelling.objects.filter(pk__in=drawn).order_by("building", "pk")
        Sheet.objects.bulk_create(
            (
                Sheet(survey=self, form=form, dwelling_id=pk, building_id=building, grid_id=grid)
                for pk, building, grid in rows.values_list("pk", "building", "building__grid")
            ),
            batch_size=2000,
        )
        step.data = {"frame": self.frame_size, "drawn": self.drawn, "version": form.number}

    @verb
    def revise(self, step: Step) -> None:
        """A new version is written beside the frozen one."""
        current = self.current_form()
        if current is not None:
            current.copied()

    @verb
    def adopt(self, step: Step) -> None:
        """The new version counts from now on: households not yet begun are asked by it, the others keep theirs."""
        form = self._freeze(step)
        moved = self.sheets.filter(stage=Sheet.Stage.TODO).update(form=form)
        step.data = {"version": form.number, "sheets": moved}

    @verb
    def close(self, step: Step) -> None:
        self.resolved_at = step.now

    def _freeze(self, step: Step) -> Form:
        form = self.draft_form()
        if form is None or not Question.objects.filter(section__form=form).exists():
            raise ValidationError(_("调查表还没有问题，请先添加。"))
        form.published_at = step.now
        form.save(update_fields=["published_at"])
        return form


__all__ = ["Answer", "Correction", "Form", "Member", "Question", "Section", "Sheet", "Survey", "Tally"]
