"""Rotas: whose turn it is, one after the other; for a joint duty, who takes part."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Member(models.Model):
    """One person of a plan's rota, at a place in its order."""

    plan = models.ForeignKey("duties.Plan", models.CASCADE, related_name="members", verbose_name=_("计划"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("人员"))
    position = models.PositiveSmallIntegerField(_("次序"))

    class Meta:
        verbose_name = _("轮值人员")
        verbose_name_plural = _("轮值人员")
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "user"], name="member_once", violation_error_message=_("此人已在名单中。")
            ),
            models.UniqueConstraint(fields=["plan", "position"], name="member_position_once"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.user}"
