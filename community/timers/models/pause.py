"""When the clocks of a case rested, and why; kept for good, so that every promise can be reckoned again."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Pause(models.Model):
    """One rest. ``ended_at`` is None while it lasts; ``until`` is when it ends by itself."""

    case = models.ForeignKey("core.Case", models.CASCADE, related_name="pauses", verbose_name=_("事项"))
    reason = models.CharField(_("原因"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    began_at = models.DateTimeField(_("暂停时间"))
    until = models.DateTimeField(_("最迟恢复时间"))
    ended_at = models.DateTimeField(_("恢复时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("暂停计时")
        verbose_name_plural = _("暂停计时")
        ordering = ["began_at"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(ended_at=None), name="pause_one_at_a_time"),
            models.CheckConstraint(condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at")), name="pause_forward"),
            models.CheckConstraint(condition=Q(until__gt=F("began_at")) & ~Q(reason=""), name="pause_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.began_at:%Y-%m-%d %H:%M}"
