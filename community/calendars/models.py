"""The address under which a person's calendar may be read without signing in."""

from base64 import b32encode
from datetime import date, datetime
from typing import TYPE_CHECKING, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from community.directory.models import User


class FeedQuerySet(models.QuerySet["Feed"]):
    def visible_to(self, user: "User") -> Self:
        """One's own."""
        return self.filter(user=user)

    def behind(self, pk: int, code: str) -> "Feed | None":
        """The calendar that this address opens; of an account that may still sign in."""
        found = self.filter(pk=pk, user__is_active=True).select_related("user__community").first()
        return found if found is not None and constant_time_compare(found.code, code) else None


class Feed(models.Model):
    """Calendars know no sign-in, so whoever knows the address reads it.

    Nothing in the row opens it: the code is made of ``seed`` with the hub's secret, so that its owner may look the
    address up again and a copy of the table tells nobody. A new seed ends the old address, deleting the row any.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feed", verbose_name=_("账号")
    )
    seed = models.UUIDField(default=uuid4, editable=False)
    made_at = models.DateTimeField(_("地址生成时间"))
    read_on = models.DateField(_("最近被读取"), null=True, editable=False)

    objects = FeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("日历订阅")
        verbose_name_plural = _("日历订阅")

    def __str__(self) -> str:
        return str(self.user)

    def get_absolute_url(self) -> str:
        return reverse("calendars:feed", args=[self.pk, self.code])

    @classmethod
    def start(cls, *, by: "User", now: datetime | None = None) -> "Feed":
        """Asked for twice, also at once, it stays the first."""
        return cls.objects.get_or_create(user=by, defaults={"made_at": now or timezone.now()})[0]

    @classmethod
    def renew(cls, *, by: "User", now: datetime | None = None) -> bool:
        """From now on another address; False where there was none."""
        fresh = {"seed": uuid4(), "made_at": now or timezone.now(), "read_on": None}
        return bool(cls.objects.filter(user=by).update(**fresh))

    @classmethod
    def stop(cls, *, by: "User") -> None:
        """From now on no address at all."""
        cls.objects.filter(user=by).delete()

    @property
    def code(self) -> str:
        """Thirty-two letters and digits, 160 bits."""
        digest = salted_hmac("community.calendars", f"{self.pk}-{self.seed}", algorithm="sha256").digest()
        return b32encode(digest[:20]).decode().lower()

    def note_read(self, day: date) -> None:
        """Written once a day, however often phones look."""
        if self.read_on != day:
            Feed.objects.filter(pk=self.pk, seed=self.seed).update(read_on=day)
