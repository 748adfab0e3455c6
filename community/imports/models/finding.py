"""What the check found in a workbook: errors that keep a row out, and hints that do not."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from community.imports import problems
from community.imports.planning import BATCH
from community.imports.problems import Problem

if TYPE_CHECKING:
    from community.imports.models.run import ImportRun

MAX_KEPT = 20_000


class FindingQuerySet(models.QuerySet["Finding"]):
    def errors(self) -> Self:
        return self.filter(hint=False)

    def hints(self) -> Self:
        return self.filter(hint=True)


class Finding(models.Model):
    """One finding. ``row`` is None for a whole sheet; ``code`` and ``params`` become words when somebody reads them."""

    run = models.ForeignKey("imports.ImportRun", models.CASCADE, related_name="findings", verbose_name=_("导入"))
    hint = models.BooleanField(_("仅提醒"), default=False)
    sheet = models.CharField(_("工作表"), max_length=60, blank=True)
    row = models.PositiveIntegerField(_("行"), null=True)
    column = models.CharField(_("列"), max_length=60, blank=True)
    value = models.CharField(_("填写的内容"), max_length=200, blank=True)
    code = models.CharField(max_length=30)
    params = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("导入问题")
        verbose_name_plural = _("导入问题")
        ordering = ["id"]
        indexes = [models.Index(fields=["run", "hint", "id"], name="finding_of_run")]

    def __str__(self) -> str:
        return f"{self.place} {self.reason}"

    @classmethod
    def replace(cls, run: "ImportRun", found: Iterable[Problem]) -> None:
        """Keep the findings of the latest check, errors first when there are too many to keep."""
        Finding.objects.filter(run=run).delete()
        ordered = sorted(found, key=lambda problem: problem.hint)
        if len(ordered) > MAX_KEPT:
            ordered = [Problem("too_many_findings", {"limit": MAX_KEPT}), *ordered[:MAX_KEPT]]
        Finding.objects.bulk_create([Finding.of(run, problem) for problem in ordered], batch_size=BATCH)

    @classmethod
    def of(cls, run: "ImportRun", problem: Problem) -> Self:
        return cls(
            run=run,
            hint=problem.hint,
            sheet=problem.sheet[:60],
            row=problem.row,
            column=problem.column[:60],
            value=problem.value.replace("\x00", "")[:200],
            code=problem.code,
            params=problem.params,
        )

    @property
    def place(self) -> str:
        """“房屋 第 12 行 联系电话”, as much of it as there is."""
        row = str(_("第 %(row)d 行") % {"row": self.row}) if self.row else ""
        return " ".join(part for part in (self.sheet, row, self.column) if part)

    @property
    def reason(self) -> str:
        return problems.reason(self.code, self.params)

    @property
    def advice(self) -> str:
        return problems.advice(self.code, self.params)
