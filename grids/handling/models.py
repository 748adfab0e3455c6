"""Who handles an incident together with its handler, and how often silence is looked into."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

DEFAULT_SHARE = 20  # per cent of silent reporters, our own proposal


class Helper(models.Model):
    """联合处置: somebody who works on the incident beside the one who leads it."""

    incident = models.ForeignKey("grids.Incident", models.CASCADE, related_name="helpers", verbose_name=_("事件"))
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("协办人"))
    called_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    called_at = models.DateTimeField(_("加入时间"))

    class Meta:
        verbose_name = _("协办人")
        verbose_name_plural = _("协办人")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["incident", "person"], name="helper_once")]

    def __str__(self) -> str:
        return str(self.person)


class FollowUpShare(models.Model):
    """How many of a hundred reporters who stay silent are visited before their incident closes."""

    community = models.OneToOneField(
        "directory.Community", models.CASCADE, related_name="follow_up_share", verbose_name=_("社区")
    )
    percent = models.PositiveSmallIntegerField(
        _("抽查比例（%）"),
        default=DEFAULT_SHARE,
        validators=[MaxValueValidator(100)],
        help_text=_("核查通过后七天没有回复的反映人，按这个比例抽出回访。"),
    )

    class Meta:
        verbose_name = _("回访抽查比例")
        verbose_name_plural = _("回访抽查比例")
        constraints = [models.CheckConstraint(condition=Q(percent__lte=100), name="follow_up_share_percent")]

    def __str__(self) -> str:
        return f"{self.community} {self.percent}%"

    @classmethod
    def of(cls, community_id: int) -> int:
        own = cls.objects.filter(community=community_id).values_list("percent", flat=True).first()
        return DEFAULT_SHARE if own is None else own
