"""户表: one household's sheet, its people and answers, and what was sent back. Nothing here is counted on a page."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.reach import reach
from community.core.workflow import NotNow
from grids.surveys.drawing_lots import is_drawn
from grids.surveys.form_models import Form, Question
from grids.surveys.progress import Key, measured, shape_of
from points import rules
from points.rulebook.events import Happening

if TYPE_CHECKING:
    from community.directory.models import User


class SheetQuerySet(models.QuerySet["Sheet"]):
    def visible_to(self, user: "User") -> Self:
        """Those of the grids in which one surveys, and of the communities whose surveys one runs."""
        return self.filter(
            reach(user, Perm.FILL_SURVEYS).within("survey__community", "grid")
            | reach(user, Perm.RUN_SURVEYS).within("survey__community", None)
        )


class Sheet(models.Model):
    """``required`` and ``answered`` count items, ``people`` those entered of ``people_expected``; kept at every answer.

    ``parts`` remembers what this sheet has put into the tallies, so that the next answer adds only the difference.
    """

    class Stage(models.TextChoices):
        TODO = "todo", _("待入户")
        DOING = "doing", _("填写中")
        SUBMITTED = "submitted", _("待复核")
        RETURNED = "returned", _("待更正")
        ACCEPTED = "accepted", _("已通过")

    FILLING = (Stage.TODO, Stage.DOING, Stage.RETURNED)

    survey = models.ForeignKey("grids.Survey", models.PROTECT, related_name="sheets", verbose_name=_("调查"))
    form = models.ForeignKey(Form, models.PROTECT, related_name="sheets", verbose_name=_("调查表"))
    dwelling = models.ForeignKey("directory.Dwelling", models.PROTECT, related_name="+", verbose_name=_("房屋"))
    building = models.ForeignKey("directory.Building", models.PROTECT, related_name="+", verbose_name=_("楼栋"))
    grid = models.ForeignKey("directory.Grid", models.PROTECT, related_name="+", verbose_name=_("网格"))
    stage = models.CharField(_("状态"), max_length=10, choices=Stage.choices, default=Stage.TODO)
    people_expected = models.PositiveSmallIntegerField(_("本户人数"), null=True, blank=True)
    people = models.PositiveSmallIntegerField(_("已登记人数"), default=0)
    people_done = models.PositiveSmallIntegerField(_("填完人数"), default=0)
    required = models.PositiveSmallIntegerField(_("应填项"), default=0)
    answered = models.PositiveSmallIntegerField(_("已填项"), default=0)
    parts = models.JSONField(default=dict, editable=False)
    for_review = models.BooleanField(_("抽中复核"), default=False)
    filled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(_("复核时间"), null=True, blank=True)

    objects = SheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("户表")
        verbose_name_plural = _("户表")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "dwelling"], name="sheet_once_per_household"),
            models.CheckConstraint(condition=Q(answered__lte=F("required")), name="sheet_answered_of_required"),
        ]
        indexes = [
            # Covers the board, whatever the number of households.
            models.Index(
                fields=["survey", "grid", "stage"], name="sheet_board",
                include=["people", "people_expected", "people_done", "required", "answered"],
            ),
            models.Index(fields=["survey", "stage", "-id"], name="sheet_by_stage"),
            models.Index(fields=["survey", "building", "id"], name="sheet_of_building"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.dwelling)

    @property
    def is_filling(self) -> bool:
        return self.stage in self.FILLING and self.survey.is_open

    @property
    def tone(self) -> str:
        tones = {"todo": "waiting", "doing": "info", "submitted": "ontime", "returned": "overdue", "accepted": "done"}
        return tones[self.stage]

    def put(
        self, question: Question, member: "Member | None", raw: "str | list[str]", *, by: "User", now: datetime
    ) -> None:
        """Keep one answer (nothing: take it away). Raises NotNow, ValidationError in words for the field."""
        value = question.cleaned(raw)
        with transaction.atomic():
            self._begin(by)
            known = self.answers.filter(question=question, member=member)
            if value is None:
                known.delete()
            elif not known.update(value=value, by=by, at=now):
                Answer.objects.create(sheet=self, question=question, member=member, value=value, by=by, at=now)
            if value is not None:
                self.corrections.filter(question=question, member=member, fixed_at=None).update(fixed_at=now)
            self._recount()

    def expect(self, people: int, *, by: "User") -> None:
        """How many people live here; each is then entered (人不漏项)."""
        with transaction.atomic():
            self._begin(by)
            if people < self.people:
                raise ValidationError(_("已登记 %(people)s 人，请先删去多余的人。"), params={"people": self.people})
            self.people_expected = people
            self._recount()

    def add_member(self, name: str, *, by: "User") -> "Member":
        with transaction.atomic():
            self._begin(by)
            last = self.members.order_by("-number").first()
            made = Member.objects.create(sheet=self, number=last.number + 1 if last else 1, name=name.strip()[:40])
            self.people_expected = max(self.people_expected or 0, self.members.count())
            self._recount()
        return made

    def remove_member(self, member: "Member", *, by: "User") -> None:
        with transaction.atomic():
            self._begin(by)
            self.members.filter(pk=member.pk).delete()
            self._recount()

    def submit(self, *, by: "User", now: datetime) -> None:
        """Hand it in: every household item, every person and every item of theirs must be there."""
        with transaction.atomic():
            self._begin(by)
            if missing := self.missing():
                raise ValidationError(missing)
            again = self.stage == self.Stage.RETURNED
            self.for_review = (
                self.for_review or again or is_drawn(self.survey.seed, self.pk, self.survey.review_percent)
            )
            self.stage = self.Stage.SUBMITTED if self.for_review else self.Stage.ACCEPTED
            self.filled_by, self.submitted_at = by, now
            self.save()
            rules.happened(Happening("survey.sheet", self.survey.community_id, now, f"sheet-{self.pk}", person=by))

    def missing(self) -> str:
        """What still keeps it from being handed in, in words."""
        if self.people_expected is None:
            return str(_("请先填写本户人数。"))
        if self.people < self.people_expected:
            return str(_("还有 %(count)s 人没有登记。")) % {"count": self.people_expected - self.people}
        if self.answered < self.required:
            return str(_("还有 %(count)s 项没有填。")) % {"count": self.required - self.answered}
        left = self.corrections.filter(fixed_at=None).count()
        return str(_("还有 %(count)s 项退回的内容没有更正。")) % {"count": left} if left else ""

    def send_back(self, items: Collection[tuple[int, int | None]], *, reason: str, by: "User", now: datetime) -> None:
        """Return items (question, member) with a reason. Raises NotNow, ValidationError."""
        if not items or not reason.strip():
            raise ValidationError(_("请选出要更正的项，并写明原因。"))
        with transaction.atomic():
            self._lock()
            if self.stage not in (self.Stage.SUBMITTED, self.Stage.ACCEPTED) or not self.survey.is_open:
                raise NotNow(_("这份户表现在不能退回。"))
            Correction.objects.bulk_create(
                Correction(
                    sheet=self, question_id=question, member_id=member, reason=reason.strip()[:300], by=by, at=now
                )
                for question, member in items
            )
            self.stage, self.reviewed_by, self.reviewed_at = self.Stage.RETURNED, by, now
            self.save()

    def accept(self, *, by: "User", now: datetime) -> None:
        with transaction.atomic():
            self._lock()
            if self.stage != self.Stage.SUBMITTED:
                raise NotNow(_("这份户表不在待复核状态。"))
            self.stage, self.reviewed_by, self.reviewed_at = self.Stage.ACCEPTED, by, now
            self.save()

    def _lock(self) -> None:
        rows = Sheet.objects.select_for_update(of=("self",)).select_related("survey", "form")
        self.refresh_from_db(from_queryset=rows)

    def _begin(self, by: "User") -> None:
        self._lock()
        if not self.is_filling:
            raise NotNow(_("这份户表已经提交，不能再改。"))
        if self.stage == self.Stage.TODO:
            self.stage = self.Stage.DOING
        self.filled_by = by

    def _recount(self) -> None:
        """Count this one sheet anew, and carry the difference into the tallies, always in the same order of rows."""
        members = list(self.members.values_list("pk", flat=True))
        answers: dict[Key, Any] = {(row.question_id, row.member_id): row.value for row in self.answers.all()}
        found = measured(shape_of(self.form), answers, members)
        self.people, self.people_done = len(members), found.people_done
        self.required, self.answered = found.required, found.answered
        before, self.parts = self.parts, {str(key): list(pair) for key, pair in found.parts.items()}
        self.save()
        for key in sorted({*before, *self.parts}, key=int):
            was, now = before.get(key, (0, 0)), self.parts.get(key, (0, 0))
            if list(was) != list(now):
                Tally.objects.add(self, int(key), now[0] - was[0], now[1] - was[1])


class Member(models.Model):
    """One person of the household, as told at the door."""

    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="members", verbose_name=_("户表"))
    number = models.PositiveSmallIntegerField(_("序号"))
    name = models.CharField(_("姓名"), max_length=40)

    class Meta:
        verbose_name = _("家庭成员")
        verbose_name_plural = _("家庭成员")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["sheet", "number"], name="sheet_member_once")]

    def __str__(self) -> str:
        return self.name


class Answer(models.Model):
    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="answers", verbose_name=_("户表"))
    question = models.ForeignKey(Question, models.PROTECT, related_name="+", verbose_name=_("问题"))
    member = models.ForeignKey(Member, models.CASCADE, null=True, blank=True, related_name="answers")
    value = models.JSONField(_("答案"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("答案")
        verbose_name_plural = _("答案")
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "question", "member"], nulls_distinct=False, name="answer_once_per_item"
            )
        ]


class Correction(models.Model):
    """An item that was sent back, and when it was put right."""

    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="corrections", verbose_name=_("户表"))
    question = models.ForeignKey(Question, models.PROTECT, related_name="+", verbose_name=_("问题"))
    member = models.ForeignKey(Member, models.CASCADE, null=True, blank=True, related_name="+")
    reason = models.CharField(_("原因"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("退回时间"))
    fixed_at = models.DateTimeField(_("更正时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("退回更正")
        verbose_name_plural = _("退回更正")
        ordering = ["pk"]
        indexes = [models.Index(fields=["sheet"], condition=Q(fixed_at=None), name="correction_open")]


class TallyQuerySet(models.QuerySet["Tally"]):
    def add(self, sheet: Sheet, question: int, expected: int, answered: int) -> None:
        known = self.filter(survey=sheet.survey_id, grid=sheet.grid_id, question=question)
        if not known.update(expected=F("expected") + expected, answered=F("answered") + answered):
            _row, new = self.get_or_create(
                survey_id=sheet.survey_id, grid_id=sheet.grid_id, question_id=question,
                defaults={"expected": expected, "answered": answered},
            )  # fmt: skip
            if not new:  # somebody else's first answer came between
                known.update(expected=F("expected") + expected, answered=F("answered") + answered)


class Tally(models.Model):
    """How often one item was to be answered in a grid so far, and how often it was."""

    survey = models.ForeignKey("grids.Survey", models.CASCADE, related_name="tallies")
    grid = models.ForeignKey("directory.Grid", models.CASCADE, related_name="+")
    question = models.ForeignKey(Question, models.CASCADE, related_name="+")
    expected = models.IntegerField(default=0)
    answered = models.IntegerField(default=0)

    objects = TallyQuerySet.as_manager()

    class Meta:
        verbose_name = _("填写进度")
        verbose_name_plural = _("填写进度")
        constraints = [
            models.UniqueConstraint(fields=["survey", "question", "grid"], name="tally_once"),
            models.CheckConstraint(condition=Q(answered__gte=0, expected__gte=F("answered")), name="tally_of_expected"),
        ]
