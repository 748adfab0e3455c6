"""When the ledger was recomputed, how far, and whether everything fitted."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Audit(models.Model):
    """One verification of a community's ledger. The next goes on from the last one without faults."""

    community = models.ForeignKey(
        "directory.Community", models.CASCADE, related_name="+", db_index=False, verbose_name=_("社区")
    )
    at = models.DateTimeField(_("核验时间"))
    whole = models.BooleanField(_("从头核验"))
    seal_number = models.PositiveIntegerField(_("核验至第几次封存"))
    postings = models.PositiveIntegerField(_("核验笔数"))
    faults = models.PositiveIntegerField(_("不符处"))

    class Meta:
        verbose_name = _("核验记录")
        verbose_name_plural = _("核验记录")
        indexes = [models.Index(fields=["community", "-id"], name="audit_of_community")]

    def __str__(self) -> str:
        return f"{self.community_id}/{self.seal_number}"
