"""What a patrol on a phone adds: check-points of a grid, the ticks on one walk, and what a phone has sent already."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.reach import reach

if TYPE_CHECKING:
    from community.directory.models import User

TOKEN_LENGTH = 12
SENT_LATER = timedelta(minutes=10)  # what comes later than this was kept on a phone without network


def new_token() -> str:
    """What a printed code holds; it opens nothing, it only says which point this is."""
    return get_random_string(TOKEN_LENGTH)


class CheckPointQuerySet(models.QuerySet["CheckPoint"]):
    def active(self) -> Self:
        return self.filter(active=True)

    def visible_to(self, user: "User") -> Self:
        """The points of the grids that one walks or leads."""
        walked = reach(user, Perm.PATROL).within("grid__community", "grid")
        return self.filter(walked | reach(user, Perm.LEAD_COMMUNITY).within("grid__community", "grid"))


class CheckPoint(models.Model):
    """检查点: a place on the route. It reminds, it does not control: a patrol may end without having passed it."""

    grid = models.ForeignKey("directory.Grid", models.PROTECT, related_name="check_points", verbose_name=_("网格"))
    name = models.CharField(_("检查点"), max_length=40)
    order = models.PositiveSmallIntegerField(_("顺序"), default=0)
    token = models.CharField(max_length=TOKEN_LENGTH, unique=True, default=new_token, editable=False)
    active = models.BooleanField(_("启用"), default=True)

    objects = CheckPointQuerySet.as_manager()

    class Meta:
        verbose_name = _("检查点")
        verbose_name_plural = _("检查点")
        ordering = ["grid", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["grid", "name"],
                name="check_point_once_per_grid",
                violation_error_message=_("这个网格已有同名的检查点。"),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Tick(models.Model):
    """One check-point passed on one patrol; written by ``Patrol.tick`` alone."""

    class How(models.TextChoices):
        CODE = "code", _("扫码")
        TAP = "tap", _("点选")

    patrol = models.ForeignKey("grids.Patrol", models.PROTECT, related_name="ticks", verbose_name=_("巡查"))
    point = models.ForeignKey(CheckPoint, models.PROTECT, related_name="ticks", verbose_name=_("检查点"))
    how = models.CharField(_("方式"), max_length=4, choices=How.choices)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("打卡")
        verbose_name_plural = _("打卡")
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["patrol", "point"], name="tick_once_per_patrol")]


class ReceiptQuerySet(models.QuerySet["Receipt"]):
    def sent_later(self) -> Self:
        """Kept on the phone for a while; not those whose phone only had a wrong clock."""
        return self.filter(clock_off=False, received_at__gt=F("phone_at") + SENT_LATER)

    def settled(self) -> Self:
        """Those that clashed with what the hub held, until the worker chose."""
        return self.exclude(choice="")


class Receipt(models.Model):
    """One item that a phone has sent: its key makes it count once however often it comes.

    ``phone_at`` is the phone's own word, ``received_at`` the hub's; ``clock_off`` says that the phone's was not believed
    and the hub's counts. ``choice`` is how the worker settled a conflict, if there was one.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("巡查人"))
    key = models.UUIDField(editable=False)
    kind = models.CharField(_("类型"), max_length=10)
    patrol = models.ForeignKey(
        "grids.Patrol", models.PROTECT, null=True, related_name="receipts", verbose_name=_("巡查")
    )
    case = models.ForeignKey("core.Case", models.PROTECT, null=True, related_name="+", verbose_name=_("事项"))
    phone_at = models.DateTimeField(_("手机时间"))
    received_at = models.DateTimeField(_("收到时间"))
    clock_off = models.BooleanField(_("手机时钟不准"), default=False)
    choice = models.CharField(_("冲突的处理"), max_length=20, blank=True)
    words = models.JSONField(default=list, blank=True)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = _("离线记录")
        verbose_name_plural = _("离线记录")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="receipt_once")]

    @classmethod
    def take(cls, *, by: "User", now: datetime, **facts: Any) -> "Receipt":
        """Note that an item has come. Raises IntegrityError when the same one came before."""
        return cls.objects.create(user=by, received_at=now, **facts)
