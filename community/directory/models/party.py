"""Party branches and their members."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from community.directory.models.person import Person
from community.directory.models.places import Community


class Branch(models.Model):
    """党支部."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="branches", verbose_name=_("社区"))
    name = models.CharField(_("支部名称"), max_length=60)

    class Meta:
        verbose_name = _("党支部")
        verbose_name_plural = _("党支部")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["community", "name"], name="branch_once_per_community")]

    def __str__(self) -> str:
        return self.name


class PartyMember(models.Model):
    """党员; ``home_study`` marks those to whom study is brought home (送学上门)."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="party_member", verbose_name=_("人员"))
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="members", verbose_name=_("所在支部"))
    joined_on = models.DateField(_("入党日期"), null=True, blank=True)
    veteran = models.BooleanField(_("退役军人"), default=False)
    home_study = models.BooleanField(_("送学上门"), default=False)

    class Meta:
        verbose_name = _("党员")
        verbose_name_plural = _("党员")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.person.name
