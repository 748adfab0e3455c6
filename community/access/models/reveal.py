"""A look at a hidden fact: asked with a reason, and written where the person looked at can read it."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from community.directory.models import Person, User


class RevealQuerySet(models.QuerySet["Reveal"]):
    def about(self, user: "User") -> Self:
        """Every look at the account or at the person behind it."""
        mine = models.Q(account=user)
        return self.filter(mine | models.Q(person=user.person_id) if user.person_id else mine)


class Reveal(models.Model):
    """One look: who looked at which fact of whom, for which matter, and why. Append-only."""

    class Fact(models.TextChoices):
        NAME = "name", _("姓名")
        PHONE = "phone", _("手机号")
        ADDRESS = "address", _("住址")
        CARE_GROUPS = "care_groups", _("重点人群")
        CONTACT = "contact", _("姓名、电话与住址")
        RECORD = "record", _("调解敏感记录")
        AGREEMENT = "agreement", _("调解协议书")
        ANSWER = "answer", _("调查敏感项")

    person = models.ForeignKey("directory.Person", models.CASCADE, null=True, related_name="reveals")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="reveals")
    case = models.ForeignKey("core.Case", models.CASCADE, null=True, related_name="reveals")
    community = models.ForeignKey("directory.Community", models.PROTECT, related_name="+")
    fact = models.CharField(_("内容"), max_length=12, choices=Fact.choices)
    reason = models.CharField(_("理由"), max_length=200)
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("查看人"))
    at = models.DateTimeField(_("时间"))

    objects = RevealQuerySet.as_manager()

    class Meta:
        verbose_name = _("查看记录")
        verbose_name_plural = _("查看记录")
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="reveal_has_a_reason")]

    @classmethod
    def record(
        cls,
        *,
        by: "User",
        fact: str,
        reason: str,
        community_id: int,
        person: "Person | None" = None,
        account: "User | None" = None,
        case_id: int | None = None,
    ) -> "Reveal":
        """Write down a look before anything is shown. Raises ValidationError for an empty reason."""
        if len(reason.strip()) < 4:
            raise ValidationError({"reason": _("请写明查看理由（至少四个字）。")})
        return cls.objects.create(
            seen_by=by,
            fact=fact,
            reason=reason.strip(),
            community_id=community_id,
            person=person,
            account=account,
            case_id=case_id,
            at=timezone.now(),
        )
