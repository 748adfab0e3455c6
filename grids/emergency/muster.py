"""Who is called to an emergency, what they answer, and whether they are there."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.reach import reach
from community.core.workflow import NotNow

if TYPE_CHECKING:
    from community.directory.models import User


class Group(models.TextChoices):
    VOLUNTEER = "volunteer", _("志愿者")
    PARTY = "party", _("党员")
    WORKER = "worker", _("网格与社区工作人员")


@dataclass(frozen=True)
class Wanted:
    """Whom to call: groups, words of skills (any of them), and whether only those who live in the area."""

    groups: Collection[str]
    skills: str = ""
    near: bool = False


class AssemblyPoint(models.Model):
    """集合点."""

    emergency = models.ForeignKey("grids.Emergency", models.CASCADE, related_name="points", verbose_name=_("应急响应"))
    name = models.CharField(_("集合点"), max_length=60)

    class Meta:
        verbose_name = _("集合点")
        verbose_name_plural = _("集合点")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["emergency", "name"], name="assembly_point_once")]

    def __str__(self) -> str:
        return self.name


ON_SITE = Q(arrived_at__isnull=False, left_at=None)


class CallQuerySet(models.QuerySet["Call"]):
    def visible_to(self, user: "User") -> Self:
        """One's own, and those of an emergency that one commands."""
        path = "emergency__community"
        return self.filter(Q(user=user) | reach(user, Perm.COMMAND_EMERGENCY).within(path, None))

    def unanswered(self) -> Self:
        return self.filter(answer="", arrived_at=None)

    def counts(self) -> dict[str, int]:
        """The head-count in one query."""
        return self.aggregate(
            called=Count("pk"),
            coming=Count("pk", filter=Q(answer="coming")),
            cannot=Count("pk", filter=Q(answer="cannot")),
            unanswered=Count("pk", filter=Q(answer="", arrived_at=None)),
            arrived=Count("pk", filter=Q(arrived_at__isnull=False)),
            on_site=Count("pk", filter=ON_SITE),
        )


class Call(models.Model):
    """呼叫: one person's call. Who has no account is rung up, and whoever commands writes down the answer.

    Nobody is bound to come, and nobody's place is known unless they tap for it; it is forgotten at the end.
    """

    class Answer(models.TextChoices):
        COMING = "coming", _("能到")
        CANNOT = "cannot", _("来不了")

    emergency = models.ForeignKey("grids.Emergency", models.CASCADE, related_name="calls", verbose_name=_("应急响应"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    person = models.ForeignKey("directory.Person", models.PROTECT, null=True, blank=True, related_name="+")
    building = models.ForeignKey("directory.Building", models.SET_NULL, null=True, blank=True, related_name="+")
    group = models.CharField(_("身份"), max_length=10, choices=Group.choices)
    skills = models.CharField(_("特长"), max_length=120, blank=True)
    rounds = models.PositiveSmallIntegerField(_("呼叫次数"), default=1)
    called_at = models.DateTimeField(_("最近呼叫"))
    answer = models.CharField(_("应答"), max_length=8, choices=Answer.choices, blank=True)
    minutes = models.PositiveSmallIntegerField(_("几分钟到"), null=True, blank=True)
    answered_at = models.DateTimeField(_("应答时间"), null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    point = models.ForeignKey(AssemblyPoint, models.SET_NULL, null=True, blank=True, related_name="calls")
    arrived_at = models.DateTimeField(_("到达"), null=True, blank=True)
    left_at = models.DateTimeField(_("离开"), null=True, blank=True)
    lat = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    lng = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    located_at = models.DateTimeField(null=True, blank=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("应急呼叫")
        verbose_name_plural = _("应急呼叫")
        constraints = [
            models.UniqueConstraint(
                fields=["emergency", "user"], condition=Q(user__isnull=False), name="call_once_per_account"
            ),
            models.UniqueConstraint(
                fields=["emergency", "person"], condition=Q(person__isnull=False), name="call_once_per_person"
            ),
            models.CheckConstraint(condition=Q(user__isnull=False) | Q(person__isnull=False), name="call_for_somebody"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None) | ~Q(answer="") & Q(answered_at__isnull=False),
                name="call_answered_pair",
            ),
            models.CheckConstraint(condition=Q(minutes=None) | Q(answer="coming"), name="call_minutes_if_coming"),
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(arrived_at__isnull=False, left_at__gte=F("arrived_at")),
                name="call_left_after_arriving",
            ),
            models.CheckConstraint(
                condition=Q(lat=None, lng=None, located_at=None)
                | Q(lat__isnull=False, lng__isnull=False, located_at__isnull=False),
                name="call_located_whole",
            ),
        ]
        indexes = [models.Index(fields=["emergency", "answer"], name="call_by_answer")]

    def __str__(self) -> str:
        return str(self.person or self.user)

    @property
    def phone(self) -> str:
        """Where the commander rings."""
        return (self.person.phone if self.person else "") or (self.user.phone if self.user else "") or ""

    @property
    def place(self) -> str:
        """Where in their coming and going they stand."""
        if self.left_at:
            return "left"
        return "arrived" if self.arrived_at else self.answer or "waiting"

    def respond(self, answer: str, *, by: "User", now: datetime, minutes: int | None = None) -> None:
        """Coming, in so many minutes, or not. The last word counts. Raises NotNow after the end."""
        with transaction.atomic():
            self._lock()
            self.answer, self.answered_at, self.answered_by = answer, now, by
            self.minutes = minutes if answer == self.Answer.COMING else None
            self.save(update_fields=["answer", "answered_at", "answered_by", "minutes"])

    def arrive(self, *, by: "User", now: datetime, point: AssemblyPoint | None = None) -> None:
        """On the spot; arriving is an answer. A second tap changes nothing but the point."""
        with transaction.atomic():
            self._lock()
            if point is not None and point.emergency_id != self.emergency_id:
                point = None
            if not self.answer or self.answer == self.Answer.CANNOT:
                self.answer, self.answered_at, self.answered_by = self.Answer.COMING, now, by
            self.point = point or self.point
            self.arrived_at, self.left_at = self.arrived_at or now, None
            self.save()

    def leave(self, *, by: "User", now: datetime) -> None:
        """Signed out, safe. Raises NotNow for somebody who never arrived."""
        with transaction.atomic():
            self._lock()
            if self.arrived_at is None:
                raise NotNow(_("还没有签到，不用签离。"))
            self.left_at = self.left_at or max(now, self.arrived_at)
            self.save(update_fields=["left_at"])

    def locate(self, lat: Decimal, lng: Decimal, *, now: datetime) -> None:
        """Their place, because they tapped for it."""
        with transaction.atomic():
            self._lock()
            self.lat, self.lng, self.located_at = lat, lng, now
            self.save(update_fields=["lat", "lng", "located_at"])

    def _lock(self) -> None:
        self.refresh_from_db(from_queryset=Call.objects.select_for_update(of=("self",)).select_related("emergency"))
        if not self.emergency.is_open:
            raise NotNow(_("应急响应已经解除。"))
