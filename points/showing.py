"""How somebody who agreed to be shown is named: fully, by family name, or by a nickname of their own."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from community.access.masking import mask_name

if TYPE_CHECKING:
    from community.directory.models import User


class NameAs(models.TextChoices):
    FULL = "full", _("真实姓名")
    FAMILY = "family", _("只写姓，如“王*”")
    NICKNAME = "nickname", _("昵称")


def named(user: "User", name_as: str, nickname: str) -> str:
    if name_as == NameAs.NICKNAME:
        return nickname
    return str(user) if name_as == NameAs.FULL else mask_name(str(user))
