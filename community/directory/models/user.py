"""The account with which somebody signs in; who they are in the community is a ``Person``."""

from typing import ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from community.core.reach import Reach
from community.directory.models.partner import PartnerUnit
from community.directory.models.person import Person
from community.directory.models.places import Community


class User(AbstractUser):
    """账号. ``community`` is home; what the account may do elsewhere comes from posts alone."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("姓名"), max_length=40, blank=True)
    phone = models.CharField(_("手机号"), max_length=20, unique=True, null=True, blank=True)
    phone_verified = models.BooleanField(_("手机号已验证"), default=False)
    community = models.ForeignKey(
        Community, models.PROTECT, null=True, blank=True, related_name="users", verbose_name=_("社区")
    )
    person = models.OneToOneField(
        Person, models.SET_NULL, null=True, blank=True, related_name="user", verbose_name=_("人员")
    )
    partner_unit = models.ForeignKey(
        PartnerUnit, models.SET_NULL, null=True, blank=True, related_name="users", verbose_name=_("共建单位")
    )
    language = models.CharField(_("语言"), max_length=10, default="zh-hans")
    elder_mode = models.BooleanField(_("长辈版"), default=False)

    objects: ClassVar = UserManager["User"]()
    reaches: dict[str, Reach]
    """How far each permission reaches; there once ``access`` was asked."""

    class Meta:
        verbose_name = _("账号")
        verbose_name_plural = _("账号")

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)
