"""A certificate of voluntary service: free, with a code that anybody can check. 谁组织谁记录，谁记录谁证明。"""

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from community.access.masking import mask_name
from community.core.models.serial import next_number
from community.core.perms import Perm
from community.core.reach import reach
from community.core.workflow import NotNow, NotYours
from community.notices.kinds import NoticeKind
from community.notices.outbox import queue
from points.apart import manages
from points.models.account import Account, Asset, member
from points.stars.models import VolunteerStar

if TYPE_CHECKING:
    from community.directory.models import Community, User

KEY_LENGTH = 12
ALPHABET = "34679ACDEFGHJKMNPQRTUWXY"
PREFIX = "FW"
REVOKED = NoticeKind(
    "certificate.revoked", _("志愿服务证书 %(number)s 已作废"), body=_("%(reason)s。可以按现在的时长重新开具。")
)


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def visible_to(self, user: "User") -> Self:
        return self.filter(user=user)

    def in_reach_of(self, user: "User") -> Self:
        """Those that the person may revoke, one's own aside."""
        return self.filter(reach(user, Perm.MANAGE_POINTS).within(grid=None)).exclude(user=user)

    def called(self, words: str) -> Self:
        """By the number or the code on the paper."""
        plain = words.strip().upper()
        return self.filter(Q(number=plain) | Q(key=plain))

    def standing(self) -> Self:
        return self.filter(revoked_at=None)


class Certificate(models.Model):
    """What the hub proves: whole minutes in the hours account at the moment of issue, and the stars reached by then.

    One that proves the same is not issued twice; one issued in error is revoked and stays, so that its code says so.
    ``full_name``: whether a stranger who checks the code reads the whole name. The paper itself bears it.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="certificates")
    community = models.ForeignKey("directory.Community", models.PROTECT, related_name="+", verbose_name=_("社区"))
    number = models.CharField(_("证书编号"), max_length=30, unique=True)
    key = models.CharField(max_length=KEY_LENGTH, unique=True, editable=False)
    name = models.CharField(_("姓名"), max_length=40)
    minutes = models.PositiveIntegerField(_("累计时长（分钟）"))
    stars = models.PositiveSmallIntegerField(_("志愿服务星级"), default=0)
    full_name = models.BooleanField(_("查验时显示全名"), default=False)
    issued_at = models.DateTimeField(_("开具时间"))
    revoked_at = models.DateTimeField(_("作废时间"), null=True, blank=True)
    reason = models.CharField(_("作废理由"), max_length=200, blank=True)

    objects: ClassVar = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("志愿服务证书")
        verbose_name_plural = _("志愿服务证书")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "community", "minutes"], condition=Q(revoked_at=None), name="certificate_once_for_hours"
            ),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="certificate_proves_something"),
            models.CheckConstraint(
                condition=Q(revoked_at=None, reason="") | (Q(revoked_at__isnull=False) & ~Q(reason="")),
                name="certificate_revoked_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @classmethod
    def issue(
        cls, *, by: "User", community: "Community", full_name: bool = False, now: datetime | None = None
    ) -> "Certificate":
        """The volunteer's own request; asked twice for the same hours, the first stands. Raises NotNow without hours."""
        now = now or timezone.now()
        with transaction.atomic():
            purse = member(by, community.pk, Asset.HOURS)
            account = Account.objects.select_for_update().named([purse]).first()
            minutes = account.balance if account else 0
            if minutes <= 0:
                raise NotNow(_("还没有记录的志愿服务时长，暂时不能开具证书。"))
            if known := cls.objects.filter(user=by, community=community, minutes=minutes, revoked_at=None).first():
                return known
            reached = VolunteerStar.objects.filter(user=by, community=community).aggregate(stars=Max("stars"))["stars"]
            return cls.objects.create(
                user=by, community=community, number=next_number(PREFIX, community.pk, now), name=str(by),
                key=get_random_string(KEY_LENGTH, ALPHABET), minutes=minutes, stars=reached or 0, full_name=full_name,
                issued_at=now,
            )  # fmt: skip

    def revoke(self, *, by: "User", reason: str, now: datetime | None = None) -> None:
        """Who manages points takes back what was issued on hours that were wrong."""
        if not manages(by, self.community_id) or by.pk == self.user_id:
            raise NotYours(_("您不能作废这张证书。"))
        if not reason.strip():
            raise ValidationError({"reason": _("请写明理由。")})
        now = now or timezone.now()
        with transaction.atomic():
            self.refresh_from_db(from_queryset=Certificate.objects.select_for_update())
            if self.revoked_at is not None:
                raise NotNow(_("这张证书已经作废。"))
            self.revoked_at, self.reason = now, reason.strip()
            self.save(update_fields=["revoked_at", "reason"])
            queue(REVOKED, [self.user], now=now, params={"number": self.number, "reason": self.reason})

    @property
    def shown_name(self) -> str:
        return self.name if self.full_name else mask_name(self.name)


def certificates_of(user: "User") -> list[Certificate]:
    return list(Certificate.objects.visible_to(user).select_related("community")[:20])
