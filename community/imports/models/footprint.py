"""What an import made and changed, so that it can be taken back."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from community.imports.planning import BATCH, Draft

if TYPE_CHECKING:
    from community.imports.models.run import ImportRun


class FootprintQuerySet(models.QuerySet["Footprint"]):
    def made(self) -> Self:
        return self.filter(before__isnull=True)

    def changed(self) -> Self:
        return self.filter(before__isnull=False)


class Footprint(models.Model):
    """One object of one import: ``before`` None means the import made it; else ``before`` and ``after`` hold the
    changed columns (``{"phone": "…"}``)."""

    run = models.ForeignKey("imports.ImportRun", models.CASCADE, related_name="footprints")
    model = models.CharField(max_length=60)
    object_pk = models.BigIntegerField()
    before = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(null=True, encoder=DjangoJSONEncoder)

    objects = FootprintQuerySet.as_manager()

    class Meta:
        verbose_name = _("导入痕迹")
        verbose_name_plural = _("导入痕迹")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["run", "model", "object_pk"], name="footprint_once"),
            models.CheckConstraint(
                condition=models.Q(before__isnull=True, after__isnull=True)
                | models.Q(before__isnull=False, after__isnull=False),
                name="footprint_pair",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.object_pk}"

    @classmethod
    def leave(cls, run: "ImportRun", drafts: Iterable[Draft]) -> None:
        """Write down what the drafts did; called once they are saved."""
        Footprint.objects.bulk_create([Footprint.of(run, draft) for draft in drafts], batch_size=BATCH)

    @classmethod
    def of(cls, run: "ImportRun", draft: Draft) -> Self:
        instance = draft.instance
        after = None if draft.before is None else {column: getattr(instance, column) for column in draft.before}
        return cls(
            run=run,
            model=instance._meta.label,
            object_pk=instance.pk,
            before=as_json(draft.before),
            after=as_json(after),
        )


def as_json(values: dict[str, Any] | None) -> dict[str, Any] | None:
    """Dates and decimals as the text that ``Field.to_python`` reads back."""
    if values is None:
        return None
    return {
        column: value if value is None or isinstance(value, bool | int | str) else _text(value)
        for column, value in values.items()
    }


def _text(value: Any) -> str:
    """A moment is the same in every zone, and is written in one."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)
