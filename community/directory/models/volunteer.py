"""Volunteers and their teams. Volunteering is unpaid and never assigned by force (志愿服务条例)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from community.directory.models.person import Person
from community.directory.models.places import Community


class VolunteerTeam(models.Model):
    """志愿服务队伍."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="volunteer_teams", verbose_name=_("社区"))
    name = models.CharField(_("队伍名称"), max_length=60)

    class Meta:
        verbose_name = _("志愿队伍")
        verbose_name_plural = _("志愿队伍")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["community", "name"], name="team_once_per_community")]

    def __str__(self) -> str:
        return self.name


class Volunteer(models.Model):
    """志愿者; ``hours_before`` are the hours served before the hub kept count."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="volunteer", verbose_name=_("人员"))
    team = models.ForeignKey(
        VolunteerTeam, models.PROTECT, null=True, blank=True, related_name="volunteers", verbose_name=_("队伍")
    )
    skills = models.CharField(_("特长"), max_length=120, blank=True)
    hours_before = models.PositiveIntegerField(_("累计服务小时"), default=0)

    class Meta:
        verbose_name = _("志愿者")
        verbose_name_plural = _("志愿者")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.person.name
