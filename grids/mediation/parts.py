"""What a mediation file holds: its parties and the records of its meetings."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from community.access.masking import mask_phone


class Party(models.Model):
    """当事人: named as on paper, whether or not the hub knows them."""

    class Side(models.TextChoices):
        FIRST = "first", _("甲方")
        SECOND = "second", _("乙方")
        OTHER = "other", _("其他关系人")

    mediation = models.ForeignKey("grids.Mediation", models.CASCADE, related_name="parties", verbose_name=_("调解"))
    side = models.CharField(_("身份"), max_length=8, choices=Side.choices)
    name = models.CharField(_("姓名"), max_length=40)
    phone = models.CharField(_("联系电话"), max_length=20, blank=True)
    address = models.CharField(_("住址"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("当事人")
        verbose_name_plural = _("当事人")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.phone)


class Meeting(models.Model):
    """调解记录: one meeting. A trigger keeps it as it was written; a later record puts an earlier one right."""

    mediation = models.ForeignKey("grids.Mediation", models.PROTECT, related_name="meetings", verbose_name=_("调解"))
    held_at = models.DateTimeField(_("调解时间"))
    place = models.CharField(_("地点"), max_length=80, blank=True)
    present = models.CharField(_("在场人员"), max_length=200, blank=True)
    record = models.TextField(_("记录"), max_length=4000)
    sensitive = models.TextField(_("敏感记录"), max_length=4000, blank=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField(_("记录时间"))

    class Meta:
        verbose_name = _("调解记录")
        verbose_name_plural = _("调解记录")
        ordering = ["held_at", "pk"]

    def __str__(self) -> str:
        return f"{self.held_at:%Y-%m-%d}"
