"""Seals: what was posted, numbered and hashed into one chain for each community, append-only by trigger."""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.reach import reach

if TYPE_CHECKING:
    from community.directory.models import User

models.BinaryField.register_lookup(Length)


class SealQuerySet(models.QuerySet["Seal"]):
    def visible_to(self, user: "User") -> Self:
        """Whoever lives in the community, and whoever sees its ledger."""
        return self.filter(Q(community=user.community_id) | reach(user, Perm.SEE_POINTS).within(grid=None))

    def without_content(self) -> Self:
        """For pages: what was sealed can be long."""
        return self.defer("postings", "leaves")

    def at_the_end_of(self, day: date) -> "Seal | None":
        """The last seal of the local day; what it chains is everything up to then."""
        midnight = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
        return self.filter(sealed_at__lt=midnight).without_content().order_by("-number").first()


class Seal(models.Model):
    """One block of a community's chain: which postings in which order, the hash of each, their root, and the chain up
    to here (``points.chain`` says how they are made).

    ``upto_xact`` and ``upto_id`` are where the next seal goes on. ``beyond_id`` is 0 until the database is moved to a
    server whose transactions count from a lower number: postings up to that id then lie before the present counting.
    """

    community = models.ForeignKey(
        "directory.Community", models.PROTECT, related_name="+", db_index=False, verbose_name=_("社区")
    )
    number = models.PositiveIntegerField(_("封存序号"))
    postings = ArrayField(models.BigIntegerField(), verbose_name=_("记账"))
    leaves = models.BinaryField(_("各笔指纹"))
    root = models.BinaryField(_("本次指纹"), max_length=32)
    previous = models.BinaryField(_("上次链值"), max_length=32)
    chain = models.BinaryField(_("链值"), max_length=32)
    first_id = models.BigIntegerField(editable=False)
    last_id = models.BigIntegerField(editable=False)
    upto_xact = models.BigIntegerField(editable=False)
    upto_id = models.BigIntegerField(editable=False)
    beyond_id = models.BigIntegerField(default=0, editable=False)
    sealed_at = models.DateTimeField(_("封存时间"))

    objects = SealQuerySet.as_manager()

    class Meta:
        verbose_name = _("封存")
        verbose_name_plural = _("封存")
        constraints = [
            models.UniqueConstraint(fields=["community", "number"], name="seal_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="seal_counts_from_one"),
            models.CheckConstraint(
                condition=Q(root__length=32, previous__length=32, chain__length=32), name="seal_of_whole_hashes"
            ),
            models.CheckConstraint(condition=Q(postings__len__gt=0), name="seal_of_something"),
        ]
        indexes = [
            models.Index(fields=["community", "upto_xact"], name="seal_of_posting"),
            models.Index(fields=["community", "-sealed_at"], name="seal_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.community_id}/{self.number}"

    @property
    def short(self) -> str:
        """The beginning of the link, enough to recognise it."""
        return f"{bytes(self.chain).hex()[:16]}…"
