"""Where assets stand: a person's purses in a community, and the community's own sources and sinks."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from community.directory.models import User


class Asset(models.TextChoices):
    """What is counted, in whole units. Hours are counted in minutes, money in cents of CNY. They never mix."""

    POINTS = "points", _("积分")
    HOURS = "hours", _("志愿服务时长")
    CENTS = "cents", _("资金")


class Kind(models.TextChoices):
    AVAILABLE = "available", _("可用")
    HELD = "held", _("预留")
    ISSUANCE = "issuance", _("发放")
    REDEEMED = "redeemed", _("已兑换")
    EXPIRED = "expired", _("已过期")
    MOVED = "moved", _("跨社区划转")
    DONATED = "donated", _("捐款来源")
    EARNED = "earned", _("集市等收入来源")
    SPENT = "spent", _("已支出")
    GOODS_IN = "goods_in", _("捐物来源")
    GOODS = "goods", _("库存物资")
    GOODS_OUT = "goods_out", _("已发放物资")


# Sources: they owe what they gave, so they stand below zero.
SOURCES = (Kind.ISSUANCE, Kind.MOVED, Kind.DONATED, Kind.EARNED, Kind.GOODS_IN)
OWNED_KINDS = (Kind.AVAILABLE, Kind.HELD)


class Purse(NamedTuple):
    """The name of an account, which opens with its first posting. Make one with ``member``, ``issuance`` …

    ``project_id`` names a project of the public-welfare fund, which owns money as a member owns points.
    """

    community_id: int
    kind: str
    asset: str
    owner_id: int | None = None
    project_id: int | None = None

    def of_kind(self, kind: str) -> "Purse":
        """The same owner's account of another kind."""
        return self._replace(kind=kind)


def member(owner: "User", community_id: int, asset: str = Asset.POINTS) -> Purse:
    """What a person has at their disposal in a community."""
    return Purse(community_id, Kind.AVAILABLE, asset, owner.pk)


def issuance(community_id: int, asset: str = Asset.POINTS) -> Purse:
    """Where a community's points come from; its balance is minus all that was ever given out."""
    return Purse(community_id, Kind.ISSUANCE, asset)


class AccountQuerySet(models.QuerySet["Account"]):
    def named(self, purses: Iterable[Purse]) -> Self:
        wanted = Q(pk__in=())
        for purse in purses:
            wanted |= Q(**purse._asdict())
        return self.filter(wanted)


class Account(models.Model):
    """An account of the ledger. ``balance`` is kept by ``points.ledger`` alone and equals the sum of its lines.

    It keeps its name for good (trigger in ``0004_seal_guards``). What comes back to a person whose account was merged or
    inherited goes to ``successor``, set once by ``points.closing``.
    """

    Kind = Kind

    community = models.ForeignKey(
        "directory.Community", models.PROTECT, related_name="+", db_index=False, verbose_name=_("社区")
    )
    kind = models.CharField(_("类别"), max_length=12, choices=Kind.choices)
    asset = models.CharField(_("资产"), max_length=8, choices=Asset.choices)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="point_accounts",
        verbose_name=_("户主"),
    )
    project = models.ForeignKey(
        "points.Project", models.PROTECT, null=True, blank=True, related_name="accounts", db_index=False,
        verbose_name=_("基金项目"),
    )  # fmt: skip
    balance = models.BigIntegerField(_("余额"), default=0)
    moved_at = models.DateTimeField(_("最近变动时间"), null=True, editable=False)
    successor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("并入"),
    )

    objects = AccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("积分账户")
        verbose_name_plural = _("积分账户")
        constraints = [
            models.UniqueConstraint(
                fields=["community", "kind", "asset", "owner", "project"], nulls_distinct=False, name="account_once"
            ),
            models.CheckConstraint(condition=Q(balance__gte=0) | Q(kind__in=SOURCES), name="account_never_below_zero"),
            models.CheckConstraint(
                condition=Q(kind__in=OWNED_KINDS, owner__isnull=False, project=None)
                | Q(kind__in=OWNED_KINDS, owner=None, project__isnull=False, asset="cents")
                | Q(kind="spent", owner=None, project__isnull=False, asset="cents")
                | (~Q(kind__in=[*OWNED_KINDS, "spent"]) & Q(owner=None, project=None)),
                name="account_owner_by_kind",
            ),
            models.CheckConstraint(
                condition=Q(successor=None) | (Q(kind__in=OWNED_KINDS) & ~Q(successor=F("owner"))),
                name="account_succeeded_by_another",
            ),
        ]
        indexes = [
            models.Index(fields=["project"], condition=Q(project__isnull=False), name="account_of_project"),
        ]

    def __str__(self) -> str:
        return (
            f"{self.owner or self.project or self.community} · {self.get_kind_display()} · {self.get_asset_display()}"
        )

    def balance_at(self, moment: datetime) -> int:
        """What stood here right after everything that was entered up to a moment; costs the same however long ago."""
        last = self.lines.model.objects.last_before(self.pk, moment)
        return 0 if last is None else last.balance

    @property
    def purse(self) -> Purse:
        return Purse(self.community_id, self.kind, self.asset, self.owner_id, self.project_id)
