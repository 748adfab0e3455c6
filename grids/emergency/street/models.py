"""街道统一响应: one emergency over several communities of a street, each of which acts on its own part as ever."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID, uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.reach import reach
from community.core.workflow import NotNow, NotYours
from community.directory.models import Community, Street
from community.notices.kinds import kind_of
from community.notices.outbox import queue
from grids.emergency.models import Emergency
from grids.emergency.street.opening import open_part, pass_on

if TYPE_CHECKING:
    from community.directory.models import User
    from grids.emergency.muster import Wanted


def commanded(user: "User") -> frozenset[int]:
    """The communities over which somebody both leads the street and commands emergencies."""
    return reach(user, Perm.LEAD_STREET).communities & reach(user, Perm.COMMAND_EMERGENCY).communities


def can_join(user: "User", whole: "StreetEmergency") -> "models.QuerySet[Community]":
    """The street's communities that somebody may add: they take no part yet, or theirs is over and danger is back."""
    ours = Community.objects.filter(pk__in=commanded(user), street=whole.street_id)
    return ours.exclude(pk__in=whole.parts.acting().values("community")).order_by("code")


def _must_command(user: "User", communities: "Sequence[Community]") -> None:
    if not {community.pk for community in communities} <= commanded(user):
        raise NotYours(_("您不能为这些社区启动应急。"))


class StreetEmergencyQuerySet(models.QuerySet["StreetEmergency"]):
    def visible_to(self, user: "User") -> Self:
        return self.filter(street__in=Community.objects.filter(pk__in=commanded(user)).values("street"))


class StreetEmergency(models.Model):
    """What the communities' emergencies have in common; it ends by itself when the last of them is stood down."""

    street = models.ForeignKey(Street, models.PROTECT, related_name="+", verbose_name=_("街道"))
    sort = models.CharField(_("类型"), max_length=10, choices=Emergency.Sort.choices)
    message = models.TextField(_("通知内容"), max_length=500)
    drill = models.BooleanField(_("演练"), default=False)
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("启动人")
    )  # fmt: skip
    declared_at = models.DateTimeField(_("启动时间"))
    closed_at = models.DateTimeField(_("全部解除"), null=True, blank=True)
    request_key = models.UUIDField(null=True, blank=True, editable=False)

    objects = StreetEmergencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("街道统一响应")
        verbose_name_plural = _("街道统一响应")
        constraints = [
            models.UniqueConstraint(fields=["declared_by", "request_key"], name="street_emergency_request_once"),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("declared_at")), name="street_emergency_closed"
            ),
        ]
        indexes = [models.Index(fields=["street", "-id"], name="street_emergency_newest")]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return Emergency.title_of(self.sort, drill=self.drill)

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @classmethod
    def declare(
        cls,
        *,
        by: "User",
        communities: "Sequence[Community]",
        sort: str,
        message: str,
        wanted: "Wanted | None" = None,
        drill: bool = False,
        now: datetime | None = None,
        request_key: UUID | None = None,
    ) -> "StreetEmergency":
        """One emergency in each of these communities of one street, over all its buildings: all or nothing."""
        if len({community.street_id for community in communities}) != 1:
            raise ValidationError({"communities": _("请选择同一街道的社区。")})
        _must_command(by, communities)
        now = now or timezone.now()
        with transaction.atomic():
            whole = cls.objects.create(
                street_id=communities[0].street_id, sort=sort, message=message.strip(), drill=drill, declared_by=by,
                declared_at=now, request_key=request_key,
            )  # fmt: skip
            for community in communities:
                whole._begin_in(community, wanted, by=by, now=now)
        return whole

    def _begin_in(
        self, community: Community, wanted: "Wanted | None", *, by: "User", now: datetime, orders: Any = ()
    ) -> None:
        emergency = open_part(self, community, wanted, by=by, now=now)
        StreetPart.objects.create(whole=self, community=community, emergency=emergency)
        pass_on(emergency, orders, now)

    def extend(
        self,
        communities: "Sequence[Community]",
        *,
        by: "User",
        wanted: "Wanted | None" = None,
        now: datetime | None = None,
    ) -> int:
        """Communities that join later, each as at the start and with the orders given so far; returns how many.

        Those that take part already are passed over, so that a request sent twice adds nothing. Where danger is back in
        one that was stood down, it begins anew: a part of its own, the earlier one stays as it ended. Raises NotYours,
        NotNow once it is over, ValidationError for another street's.
        """
        if {community.street_id for community in communities} != {self.street_id}:
            raise ValidationError({"communities": _("请选择本街道的社区。")})
        _must_command(by, communities)
        with transaction.atomic():
            # Orders wait for it, and so does the end of the last part, after which it is too late.
            self._hold_parts()
            self._hold()
            if not self.is_open:
                raise NotNow(_("各社区都已经解除。"))
            known = set(self.parts.acting().values_list("community", flat=True))
            new = [community for community in communities if community.pk not in known]
            orders, at = list(self.orders.select_related("given_by")), now or timezone.now()
            self.parts.filter(community__in=new, rejoined_at=None).update(rejoined_at=at)
            for community in new:
                self._begin_in(community, wanted, by=by, now=at, orders=orders)
        return len(new)

    def _hold_parts(self) -> "list[StreetPart]":
        """Taken by an order and by communities that join: neither misses the other."""
        return list(self.parts.select_for_update(of=("self",)).order_by("pk"))

    def _hold(self) -> None:
        """Not the key: an order that is being written refers to it, and waits for the part that ends."""
        rows = StreetEmergency.objects.select_for_update(of=("self",), no_key=True).select_related("declared_by")
        self.refresh_from_db(from_queryset=rows)

    def order(self, note: str, *, by: "User", now: datetime | None = None, request_key: UUID | None = None) -> None:
        """Write an order into the log of every community that still acts; the same request sent twice gives one."""
        with transaction.atomic():
            self._hold_parts()
            open_ones = list(Emergency.objects.open().filter(street_part__whole=self).order_by("pk"))
            if not open_ones:
                raise NotNow(_("各社区都已经解除。"))
            at = now or timezone.now()
            row, new = StreetOrder.objects.get_or_create(
                whole=self,
                request_key=request_key or uuid4(),
                defaults={"note": note.strip(), "given_by": by, "given_at": at},
            )
            for emergency in open_ones if new else ():
                # One that was stood down meanwhile needs no order any more.
                with suppress(NotNow):
                    emergency.street_order(by=by, now=at, note=row.note)

    def end_without(self, part: Emergency, now: datetime) -> None:
        """``part`` is being stood down: over when no other is open. Two that end at once wait for one another here."""
        with transaction.atomic():
            self._hold()
            if (
                self.closed_at is None
                and not self.parts.filter(emergency__closed_at=None).exclude(emergency=part).exists()
            ):
                self.closed_at = now
                self.save(update_fields=["closed_at"])
                queue(
                    kind_of("emergency.street_ended"),
                    [self.declared_by],
                    now=now,
                    matter=part,
                    params={"title": self.title},
                )


class StreetPartQuerySet(models.QuerySet["StreetPart"]):
    def acting(self) -> Self:
        """Not stood down yet."""
        return self.filter(emergency__closed_at=None)


class StreetPart(models.Model):
    """One community's emergency within the street's. One that was stood down and joined again has another beside it."""

    whole = models.ForeignKey(StreetEmergency, models.CASCADE, related_name="parts", verbose_name=_("街道统一响应"))
    community = models.ForeignKey(Community, models.PROTECT, related_name="+", verbose_name=_("社区"))
    emergency = models.OneToOneField(
        Emergency, models.CASCADE, related_name="street_part", verbose_name=_("应急响应")
    )  # fmt: skip
    rejoined_at = models.DateTimeField(_("再次加入时间"), null=True, blank=True, editable=False)

    objects = StreetPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("参与社区")
        verbose_name_plural = _("参与社区")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["whole", "community"], condition=Q(rejoined_at=None), name="street_part_once_at_a_time"
            )
        ]


class StreetOrder(models.Model):
    """街道指令: what the street told all its communities at once; each finds it in its own log."""

    whole = models.ForeignKey(StreetEmergency, models.CASCADE, related_name="orders", verbose_name=_("街道统一响应"))
    note = models.TextField(_("指令"), max_length=500)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("下达人"))
    given_at = models.DateTimeField(_("下达时间"))
    request_key = models.UUIDField(default=uuid4, editable=False)

    class Meta:
        verbose_name = _("街道指令")
        verbose_name_plural = _("街道指令")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["whole", "request_key"], name="street_order_once")]
