"""Who lives where: an account's membership of a household."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.directory.models.building import Dwelling
from community.directory.models.person import Person

if TYPE_CHECKING:
    from community.directory.models.user import User


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> Self:
        return self.filter(until=None)


class Membership(models.Model):
    """An account belongs to a household from ``since`` until it leaves; to one household at a time."""

    class How(models.TextChoices):
        CODE = "code", _("入户码")
        REQUEST = "request", _("网格员审核")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships", verbose_name=_("账号")
    )
    dwelling = models.ForeignKey(Dwelling, models.PROTECT, related_name="memberships", verbose_name=_("房屋"))
    since = models.DateTimeField(_("入户时间"))
    until = models.DateTimeField(_("离户时间"), null=True, blank=True)
    how = models.CharField(_("入户方式"), max_length=10, choices=How.choices)
    admitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("审核人")
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("住户")
        verbose_name_plural = _("住户")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(until=None), name="membership_one_at_a_time"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="membership_term"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.dwelling}"

    @classmethod
    def begin(
        cls, *, user: "User", dwelling: Dwelling, how: str, by: "User | None" = None, now: datetime | None = None
    ) -> "Membership":
        """Move the account into the household, out of any other; joining the same one twice is once.

        ``by`` is who admitted, None where a code did. The account's community and person follow.
        """
        now = now or timezone.now()
        with transaction.atomic():
            _lock(user)
            known = cls.objects.current().filter(user=user).first()
            if known is not None and known.dwelling_id == dwelling.pk:
                return known
            if known is not None:
                known._close(now)
            membership = cls.objects.create(user=user, dwelling=dwelling, since=now, how=how, admitted_by=by)
            _settle(user, dwelling)
        return membership

    def end(self, *, by: "User", now: datetime | None = None) -> None:
        """Leave the household; the account keeps its community. Ending twice is ending once."""
        with transaction.atomic():
            _lock(self.user)
            self.refresh_from_db()
            if self.until is None:
                self._close(now or timezone.now())
                Person.objects.filter(user=self.user, dwelling=self.dwelling_id).update(dwelling=None)

    def _close(self, now: datetime) -> None:
        self.until = max(now, self.since)
        self.save(update_fields=["until"])


def _lock(user: "User") -> None:
    """One change of household at a time for an account."""
    get_user_model()._base_manager.select_for_update().get(pk=user.pk)


def _settle(user: "User", dwelling: Dwelling) -> None:
    """Make the account's community and person those of its new household."""
    community_id = dwelling.building.estate.community_id
    person = user.person if user.person_id else None
    if person is None or person.community_id != community_id:
        person = _known_person(user, community_id) or Person(
            community_id=community_id, name=user.name or user.username, phone=user.phone or ""
        )
    person.dwelling = dwelling
    person.save()
    user.person, user.community_id = person, community_id
    user.save(update_fields=["person", "community"])


def _known_person(user: "User", community_id: int) -> Person | None:
    """The person the community already knows: same name and a phone that the account has proved.

    A name alone proves nothing: anybody may sign up as their neighbour.
    """
    if not user.phone or not user.phone_verified:
        return None
    same = Person.objects.filter(community=community_id, phone=user.phone, name=user.name, user=None)
    return same.order_by("pk").first()
