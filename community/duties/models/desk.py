"""值守岗: a place that is to have exactly one person at a time."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.reach import reach
from community.directory.models import Grid
from community.duties.models.rota import Member

if TYPE_CHECKING:
    from community.directory.models import User


class DeskQuerySet(models.QuerySet["Desk"]):
    def visible_to(self, user: "User") -> Self:
        """Desks of the places one works in and of the whole community around them, and those on whose rota one stands."""
        works = reach(user, Perm.SEE_CASES)
        around = Q(grid=None, community__in=Grid.objects.filter(pk__in=works.grids).values("community"))
        own = Q(pk__in=Member.objects.filter(user=user, plan__desk__isnull=False).values("plan__desk"))
        return self.filter(own | around | works.within())


class Desk(models.Model):
    """Its shifts are the occurrences of its plans: none may overlap, nor may one person's at different desks.

    ``phone`` is the telephone of the desk, not of a person; ``published`` shows it to the community's residents.
    """

    community = models.ForeignKey("directory.Community", models.PROTECT, related_name="+", verbose_name=_("社区"))
    grid = models.ForeignKey(
        "directory.Grid", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("网格")
    )
    name = models.CharField(_("岗名"), max_length=40)
    phone = models.CharField(_("值班电话"), max_length=20, blank=True)
    published = models.BooleanField(_("向居民公布"), default=True)

    objects = DeskQuerySet.as_manager()

    class Meta:
        verbose_name = _("值守岗")
        verbose_name_plural = _("值守岗")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["community", "name"], name="desk_named_once", violation_error_message=_("已有同名的值守岗。")
            )
        ]

    def __str__(self) -> str:
        return self.name
