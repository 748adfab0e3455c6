"""重复点位: a place that keeps having one problem. Fixing it once more is not the answer; talking about it may be."""

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.reach import reach

if TYPE_CHECKING:
    from community.directory.models import User

# Half the sides of the square around a bare spot: two squares meet when the spots are within some fifty metres.
NORTH, EAST = 0.000225, 0.00028


class SpotQuerySet(models.QuerySet["RecurringSpot"]):
    def open(self) -> Self:
        return self.filter(settled_at=None)

    def visible_to(self, user: "User") -> Self:
        """To those who lead the community, and who work in its grid."""
        return self.filter(reach(user, Perm.SEE_CASES).within())


class RecurringSpot(models.Model):
    """One place (a house, or a bare spot) and one category, from its third report until the community has settled it.

    ``code`` is the category's, because its variants are one matter. ``times`` counts reports within the ninety days
    before ``last_at``.
    """

    community = models.ForeignKey(
        "directory.Community", models.CASCADE, related_name="recurring_spots", verbose_name=_("社区"), db_index=False
    )
    grid = models.ForeignKey("directory.Grid", models.SET_NULL, null=True, related_name="+", verbose_name=_("网格"))
    building = models.ForeignKey(
        "directory.Building", models.CASCADE, null=True, related_name="+", verbose_name=_("楼栋")
    )
    lat = models.FloatField(_("纬度"), null=True)
    lng = models.FloatField(_("经度"), null=True)
    category = models.ForeignKey("grids.Category", models.PROTECT, related_name="+", verbose_name=_("事件类别"))
    code = models.CharField(max_length=5)
    times = models.PositiveIntegerField(_("次数"))
    marked_at = models.DateTimeField(_("标记时间"))
    last_at = models.DateTimeField(_("最近一次"))
    settled_at = models.DateTimeField(_("了结时间"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("了结人")
    )
    settled_note = models.TextField(_("怎样了结的"), max_length=500, blank=True)

    objects: ClassVar = SpotQuerySet.as_manager()

    class Meta:
        verbose_name = _("重复点位")
        verbose_name_plural = _("重复点位")
        constraints = [
            models.UniqueConstraint(
                fields=["building", "code"], condition=Q(settled_at=None, building__isnull=False), name="one_open_spot"
            ),
            ExclusionConstraint(
                name="open_spots_apart",
                expressions=[
                    ("community", "="),
                    ("code", "="),
                    (
                        Func(
                            Func(F("lng") - EAST, F("lat") - NORTH, function="point"),
                            Func(F("lng") + EAST, F("lat") + NORTH, function="point"),
                            function="box",
                        ),
                        "&&",
                    ),
                ],
                condition=Q(settled_at=None, building=None),
            ),
            models.CheckConstraint(
                condition=Q(building__isnull=False, lat=None, lng=None)
                | Q(building=None, lat__isnull=False, lng__isnull=False),
                name="spot_is_somewhere",
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by=None) | Q(settled_at__isnull=False, settled_by__isnull=False),
                name="spot_settled_pair",
            ),
        ]
        indexes = [models.Index(fields=["community", "-last_at"], name="spot_open", condition=Q(settled_at=None))]

    def __str__(self) -> str:
        return f"{self.category} · {self.where}"

    @property
    def where(self) -> str:
        return str(self.building or self.grid or self.community)

    def settle(self, *, by: "User", note: str, now: datetime) -> None:
        """Say what was done about the cause; the next third report marks a new one. Raises ValidationError."""
        if not note.strip():
            raise ValidationError({"note": _("请写明怎样了结的。")})
        with transaction.atomic():
            mine = type(self).objects.select_for_update().get(pk=self.pk)
            if mine.settled_at is not None:
                raise ValidationError(_("已经了结了。"))
            self.settled_at, self.settled_by, self.settled_note = now, by, note.strip()[:500]
            self.save(update_fields=["settled_at", "settled_by", "settled_note"])
