"""How far the statistics have read the timeline."""

from datetime import timedelta
from typing import ClassVar

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

OVERLAP = timedelta(minutes=2)


class Watermark(models.Model):
    """One row. ``reached`` is a moment of the database's clock before which every committed entry has been counted."""

    CELLS: ClassVar[str] = "cells"

    name = models.CharField(max_length=20, unique=True)
    reached = models.DateTimeField(_("已统计至"), null=True, blank=True)
    refreshed_at = models.DateTimeField(_("最近刷新"), null=True, blank=True)

    class Meta:
        verbose_name = _("统计进度")
        verbose_name_plural = _("统计进度")

    def __str__(self) -> str:
        return f"{self.name}: {self.reached}"

    @classmethod
    def taken(cls) -> "Watermark | None":
        """The locked row, or None while another worker holds it; the caller must be in a transaction."""
        cls.objects.get_or_create(name=cls.CELLS)
        return cls.objects.select_for_update(skip_locked=True).filter(name=cls.CELLS).first()

    def next_mark(self) -> None:
        """Set ``reached`` for the next refresh; call before the timeline is read.

        An entry carries the start of its transaction and appears at its commit. So the mark stays two minutes behind,
        and behind the oldest transaction that is still open.
        """
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT least(now() - make_interval(secs => %s), "
                "min(xact_start) FILTER (WHERE pid <> pg_backend_pid())) "
                "FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'",
                [OVERLAP.total_seconds()],
            )
            (self.reached,) = cursor.fetchone()
