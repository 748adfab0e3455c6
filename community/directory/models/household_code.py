"""Printed codes with which a household's members join it."""

import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import get_random_string, salted_hmac
from django.utils.translation import gettext_lazy as _

from community.directory.attempts import Allowance, TooManyAttempts
from community.directory.models.building import Dwelling
from community.directory.models.membership import Membership

if TYPE_CHECKING:
    from community.directory.models.user import User

# No letter or digit that is read or heard as another one (0 O, 1 I L, 2 Z, 5 S, 8 B, U V).
ALPHABET = "34679ACDEFGHJKMNPQRTUWXY"
LENGTH = 8
LIFETIME = timedelta(days=30)
USES = 6
GUESSES = Allowance("household-code", most=5, seconds=15 * 60)


class CodeRefused(Exception):
    """The code does not open a household. Wrong, used up and expired sound the same to whoever guesses."""

    message = _("入户码不正确或已失效，请核对，或请网格员重新打印。")


class CodeLocked(CodeRefused):
    message = _("尝试次数过多，请 15 分钟后再试，或改为提交入户申请。")


class HouseholdCodeQuerySet(models.QuerySet["HouseholdCode"]):
    def valid(self, now: datetime) -> Self:
        return self.filter(expires_at__gt=now, used__lt=F("uses"))


class HouseholdCode(models.Model):
    """A dwelling's code: kept as a keyed hash, good for ``uses`` members until it expires or a new one is made."""

    dwelling = models.ForeignKey(Dwelling, models.CASCADE, related_name="codes", verbose_name=_("房屋"))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    uses = models.PositiveSmallIntegerField(_("可用次数"), default=USES)
    used = models.PositiveSmallIntegerField(_("已用次数"), default=0)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("制作人"))
    made_at = models.DateTimeField(_("制作时间"))
    expires_at = models.DateTimeField(_("有效期至"))

    objects = HouseholdCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("入户码")
        verbose_name_plural = _("入户码")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(used__lte=F("uses")), name="household_code_uses"),
        ]

    @classmethod
    def make(
        cls, dwellings: Iterable[Dwelling], *, by: "User", now: datetime | None = None, uses: int = USES
    ) -> list[tuple[Dwelling, str]]:
        """New codes, one per dwelling, which void the earlier ones. The only moment at which they can be read."""
        now = now or timezone.now()
        codes = [(dwelling, get_random_string(LENGTH, ALPHABET)) for dwelling in dwellings]
        with transaction.atomic():
            cls.objects.valid(now).filter(dwelling__in=[dwelling for dwelling, _code in codes]).update(expires_at=now)
            HouseholdCode.objects.bulk_create(
                HouseholdCode(
                    dwelling=dwelling,
                    digest=digest_of(code),
                    uses=uses,
                    made_by=by,
                    made_at=now,
                    expires_at=now + LIFETIME,
                )
                for dwelling, code in codes
            )
        return codes

    @classmethod
    def redeem(cls, typed: str, *, by: "User", now: datetime | None = None) -> Membership:
        """Join the code's household. Raises CodeRefused, or CodeLocked after too many wrong codes of one account."""
        now = now or timezone.now()
        try:
            GUESSES.spend(str(by.pk))
        except TooManyAttempts:
            raise CodeLocked from None
        with transaction.atomic():
            code = cls.objects.select_for_update().valid(now).filter(digest=digest_of(normal_code(typed))).first()
            if code is None:
                raise CodeRefused
            if not Membership.objects.current().filter(user=by, dwelling=code.dwelling).exists():
                code.used += 1
                code.save(update_fields=["used"])
            membership = Membership.begin(user=by, dwelling=code.dwelling, how=Membership.How.CODE, now=now)
        GUESSES.give_back(str(by.pk))
        return membership


def normal_code(typed: str) -> str:
    """“ａｃｄｅ-3467” → ACDE3467: letters and digits alone, upper case, half width."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", typed).upper() if letter.isalnum())


def spelt(code: str) -> str:
    """ACDE3467 → ACDE-3467, as printed."""
    return f"{code[:4]}-{code[4:]}"


def digest_of(code: str) -> str:
    """Keyed by the hub's secret, so that a copy of the table opens no door."""
    return salted_hmac("household-code", code, algorithm="sha256").hexdigest()
