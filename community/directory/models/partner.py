"""Partner units that build the community together with it (共建单位)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from community.directory.models.places import Community


class PartnerUnit(models.Model):
    """共建单位: an organisation with an agreement and resources to offer."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="partner_units", verbose_name=_("社区"))
    name = models.CharField(_("单位名称"), max_length=80)
    contact = models.CharField(_("联系人"), max_length=40, blank=True)
    phone = models.CharField(_("电话"), max_length=20, blank=True)
    resources = models.CharField(_("可提供资源"), max_length=300, blank=True)
    agreed_on = models.DateField(_("协议日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("共建单位")
        verbose_name_plural = _("共建单位")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["community", "name"], name="partner_once_per_community")]

    def __str__(self) -> str:
        return self.name
