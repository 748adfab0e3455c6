"""A pledge card; who may read it is the member's own decision alone."""

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from community.core.workflow import NotNow
from community.directory.models import PartyMember
from points.showing import NameAs, named

if TYPE_CHECKING:
    from community.directory.models import Community, User

KEY_LENGTH = 12
ALPHABET = "34679ACDEFGHJKMNPQRTUWXY"


class PledgeQuerySet(models.QuerySet["Pledge"]):
    def showing(self) -> Self:
        """Cards that are shown: of people who want it, still live here and are still with us."""
        return self.filter(shown_since__isnull=False, user__is_active=True, user__community=F("community"))

    def visible_to(self, user: "User") -> Self:
        """One's own, and those shown in one's community."""
        return self.filter(Q(user=user) | Q(pk__in=self.showing().filter(community=user.community_id).values("pk")))


class Pledge(models.Model):
    """``shown_since`` is None while the card is the member's own business. ``as_party_member`` and ``with_star`` say
    what else the card may tell; being a Party member is nobody's to publish but the member's."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="pledges", verbose_name=_("成员"))
    community = models.ForeignKey("directory.Community", models.PROTECT, related_name="+", verbose_name=_("社区"))
    key = models.CharField(max_length=KEY_LENGTH, unique=True, editable=False)
    words = models.CharField(_("我的承诺"), max_length=200)
    name_as = models.CharField(_("名字怎么写"), max_length=10, choices=NameAs.choices, default=NameAs.FAMILY)
    nickname = models.CharField(_("昵称"), max_length=20, blank=True)
    as_party_member = models.BooleanField(_("亮出党员身份"), default=False)
    with_star = models.BooleanField(_("亮出我的星级"), default=False)
    shown_since = models.DateTimeField(_("公开时间"), null=True, blank=True)
    changed_at = models.DateTimeField(_("最近改动"))

    objects: ClassVar = PledgeQuerySet.as_manager()

    class Meta:
        verbose_name = _("承诺卡")
        verbose_name_plural = _("承诺卡")
        constraints = [
            models.UniqueConstraint(fields=["user", "community"], name="pledge_one_each"),
            models.CheckConstraint(
                condition=~Q(name_as="nickname") | ~Q(nickname=""),
                name="pledge_by_nickname_has_one",
                violation_error_message=_("请写一个昵称。"),
            ),
        ]
        indexes = [
            models.Index(fields=["community", "-id"], condition=Q(shown_since__isnull=False), name="pledge_showing")
        ]

    def __str__(self) -> str:
        return f"{self.shown_name} {self.words}"

    @classmethod
    def write(
        cls, *, by: "User", community: "Community", words: str, name_as: str, nickname: str = "",
        as_party_member: bool = False, with_star: bool = False, now: datetime | None = None,
    ) -> "Pledge":  # fmt: skip
        """Write one's card, or write it anew; whether it is shown stays as it was. Raises ValidationError, NotNow."""
        if by.community_id != community.pk:
            raise NotNow(_("只能在自己的社区写承诺卡。"))
        if as_party_member and not is_party_member(by):
            raise ValidationError({"as_party_member": _("社区底册里没有您的党员登记，请先联系支部。")})
        facts = {
            "words": words.strip(), "name_as": name_as, "nickname": nickname.strip(), "with_star": with_star,
            "as_party_member": as_party_member, "changed_at": now or timezone.now(),
        }  # fmt: skip
        card = cls(user=by, community=community, key=get_random_string(KEY_LENGTH, ALPHABET), **facts)
        card.full_clean(exclude=["user", "community"], validate_unique=False)
        with transaction.atomic():
            card, _new = cls.objects.update_or_create(
                user=by, community=community, defaults=facts, create_defaults=facts | {"key": card.key}
            )
        return card

    def show(self, *, by: "User", now: datetime | None = None) -> None:
        """The member shows the card. Doing it twice changes nothing."""
        self._own(by)
        if by.community_id != self.community_id:
            raise NotNow(_("您已不在这个社区，请写一张新的承诺卡。"))
        if self.shown_since is None:
            self.shown_since = now or timezone.now()
            self.save(update_fields=["shown_since"])

    def take_back(self, *, by: "User") -> None:
        """The member takes it back, at any time and without a reason."""
        self._own(by)
        self.shown_since = None
        self.save(update_fields=["shown_since"])

    def _own(self, by: "User") -> None:
        if by.pk != self.user_id:
            raise NotNow(_("这是别人的承诺卡，只有本人能决定。"))

    @property
    def shown_name(self) -> str:
        return named(self.user, self.name_as, self.nickname)


def is_party_member(user: "User") -> bool:
    return user.person_id is not None and PartyMember.objects.filter(person=user.person_id).exists()
