"""编制: how many of a post a grid or a community ought to have, where that differs from the role's own number."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from community.access.models.post import Role
from community.core.perms import Perm
from community.core.reach import reach
from community.directory.models import Community, Grid, User


class EstablishmentQuerySet(models.QuerySet["Establishment"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(reach(user, Perm.MANAGE_POSTS).within())


class Establishment(models.Model):
    """``grid`` empty: of the whole community, for roles that are held there."""

    community = models.ForeignKey(Community, models.CASCADE, related_name="establishments", verbose_name=_("社区"))
    grid = models.ForeignKey(
        Grid, models.CASCADE, null=True, blank=True, related_name="establishments", verbose_name=_("网格")
    )
    role = models.ForeignKey(Role, models.CASCADE, related_name="establishments", verbose_name=_("岗位"))
    required = models.PositiveSmallIntegerField(_("应配人数"))

    objects = EstablishmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("编制")
        verbose_name_plural = _("编制")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["community", "grid", "role"], nulls_distinct=False, name="establishment_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.grid or self.community} · {self.role} · {self.required}"
