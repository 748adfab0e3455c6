"""调查表: versions, sections and questions. A trigger freezes what has been published."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _


class Form(models.Model):
    """One version of a survey's form; at most one is being written."""

    survey = models.ForeignKey("grids.Survey", models.CASCADE, related_name="forms", verbose_name=_("调查"))
    number = models.PositiveSmallIntegerField(_("版本"), default=1)
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("调查表")
        verbose_name_plural = _("调查表")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "number"], name="survey_form_version"),
            models.UniqueConstraint(fields=["survey"], condition=Q(published_at=None), name="survey_form_one_draft"),
        ]

    def __str__(self) -> str:
        return f"v{self.number}"

    def copied(self) -> "Form":
        """A draft of the next version with the same sections and questions."""
        made = Form.objects.create(survey_id=self.survey_id, number=self.number + 1)
        twins: dict[int, Question] = {}
        for section in self.sections.prefetch_related("questions"):
            old = list(section.questions.all())
            section.pk, section.form = None, made
            section._state.adding = True
            section.save()
            for question in old:
                key, question.pk, question.section = question.pk, None, section
                question._state.adding = True
                question.shown_if = twins.get(question.shown_if_id or 0)
                question.save()
                twins[key] = question
        return made


class Section(models.Model):
    """A part of the form, answered once for the household or once for each person."""

    class Per(models.TextChoices):
        HOUSEHOLD = "household", _("每户一份")
        PERSON = "person", _("每人一份")

    form = models.ForeignKey(Form, models.CASCADE, related_name="sections", verbose_name=_("调查表"))
    position = models.PositiveSmallIntegerField(_("顺序"), default=0)
    title = models.CharField(_("部分名称"), max_length=60)
    per = models.CharField(_("填写方式"), max_length=10, choices=Per.choices, default=Per.HOUSEHOLD)

    class Meta:
        verbose_name = _("调查表部分")
        verbose_name_plural = _("调查表部分")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title


class Question(models.Model):
    """One item. ``shown_if`` and ``shown_value``: asked only where an earlier item was answered so."""

    class Kind(models.TextChoices):
        TEXT = "text", _("文字")
        NUMBER = "number", _("数字")
        CHOICE = "choice", _("单选")
        MULTI = "multi", _("多选")
        DATE = "date", _("日期")

    section = models.ForeignKey(Section, models.CASCADE, related_name="questions", verbose_name=_("部分"))
    position = models.PositiveSmallIntegerField(_("顺序"), default=0)
    text = models.CharField(_("问题"), max_length=200)
    kind = models.CharField(_("题型"), max_length=8, choices=Kind.choices)
    required = models.BooleanField(_("必填"), default=True)
    sensitive = models.BooleanField(
        _("敏感项"), default=False, help_text=_("提交后隐藏，查看需说明理由，导出不含内容。")
    )
    low = models.DecimalField(_("最小值"), max_digits=12, decimal_places=2, null=True, blank=True)
    high = models.DecimalField(_("最大值"), max_digits=12, decimal_places=2, null=True, blank=True)
    choices = ArrayField(models.CharField(max_length=60), default=list, blank=True, verbose_name=_("选项"))
    shown_if = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="depends")
    shown_value = models.CharField(_("条件答案"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("问题")
        verbose_name_plural = _("问题")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(low=None) | Q(high=None) | Q(high__gte=F("low")), name="question_range"),
            models.CheckConstraint(
                condition=Q(shown_if=None, shown_value="") | Q(shown_if__isnull=False) & ~Q(shown_value=""),
                name="question_condition_pair",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def cleaned(self, raw: "str | list[str]") -> Any:
        """The value to keep, None for nothing. Raises ValidationError in words for the field."""
        many = [text.strip() for text in ([raw] if isinstance(raw, str) else raw) if text.strip()]
        if not many:
            return None
        return getattr(self, f"_{self.kind}")(many)

    def _text(self, many: list[str]) -> str:
        if len(many[0]) > 2000:
            raise ValidationError(_("最多 2000 个字。"))
        return many[0].replace("\x00", "")

    def _number(self, many: list[str]) -> str:
        try:
            number = Decimal(many[0])
        except InvalidOperation:
            raise ValidationError(_("请填数字。")) from None
        if not number.is_finite() or abs(number) >= Decimal(10) ** 10:
            raise ValidationError(_("请填数字。"))
        if self.low is not None and number < self.low:
            raise ValidationError(_("不能小于 %(low)s。"), params={"low": f"{self.low.normalize():f}"})
        if self.high is not None and number > self.high:
            raise ValidationError(_("不能大于 %(high)s。"), params={"high": f"{self.high.normalize():f}"})
        return f"{number.normalize():f}"

    def _choice(self, many: list[str]) -> str:
        if many[0] not in self.choices:
            raise ValidationError(_("请在选项里选一个。"))
        return many[0]

    def _multi(self, many: list[str]) -> list[str]:
        if not set(many) <= set(self.choices):
            raise ValidationError(_("请在选项里选。"))
        return [choice for choice in self.choices if choice in many]

    def _date(self, many: list[str]) -> str:
        try:
            found = parse_date(many[0])
        except ValueError:
            found = None
        if found is None:
            raise ValidationError(_("请填日期，如 2026-03-02。"))
        return found.isoformat()
