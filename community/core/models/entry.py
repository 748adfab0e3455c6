"""The one append-only timeline; points, notices, statistics and the public ledger are derived from it."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class EntryQuerySet(models.QuerySet["Entry"]):
    def public(self) -> Self:
        """Rows that the person who raised the case may read."""
        return self.filter(internal=False)


class Entry(models.Model):
    """One row of the story of a case or of a duty's occurrence. A trigger refuses to change or delete it.

    ``at`` is when it happened, ``recorded_at`` when the database learned of it (statistics follow the latter).
    ``request_key`` names the request that made the step, so that sent twice it makes one.
    """

    case = models.ForeignKey("core.Case", models.PROTECT, null=True, related_name="timeline", verbose_name=_("事项"))
    occurrence = models.ForeignKey(
        "duties.Occurrence", models.PROTECT, null=True, related_name="timeline", verbose_name=_("任务")
    )
    community = models.ForeignKey("directory.Community", models.PROTECT, related_name="+", verbose_name=_("社区"))
    verb = models.CharField(_("动作"), max_length=40)
    source = models.CharField(_("原状态"), max_length=20, blank=True)
    target = models.CharField(_("新状态"), max_length=20, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("经办人")
    )
    note = models.TextField(_("说明"), blank=True)
    data = models.JSONField(default=dict, blank=True)
    internal = models.BooleanField(_("仅内部可见"), default=False)
    at = models.DateTimeField(_("时间"))
    request_key = models.UUIDField(null=True, editable=False)
    recorded_at = models.DateTimeField(_("记录时间"), db_default=Now(), editable=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("时间线")
        verbose_name_plural = _("时间线")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(case__isnull=False, occurrence=None) | Q(case=None, occurrence__isnull=False),
                name="entry_tells_of_one",
            ),
            models.UniqueConstraint(
                fields=["case", "actor", "verb", "request_key"],
                condition=Q(request_key__isnull=False),
                name="entry_request_once",
            ),
        ]
        indexes = [
            models.Index(fields=["recorded_at"], name="entry_by_record"),
            models.Index(fields=["community", "at"], name="entry_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb}"
