"""What a password must hold beyond Django's own rules."""

import re
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from community.directory.models import User

HELP = _("至少 10 位，包含字母、数字、符号中的至少两种；请不要用姓名、手机号或常见密码。")
KINDS = (r"[A-Za-z]", r"\d", r"[^A-Za-z0-9]")


class MixedCharacters:
    """At least two of letters, digits and other signs (等保: password complexity)."""

    def validate(self, password: str, user: "User | None" = None) -> None:
        if sum(bool(re.search(kind, password)) for kind in KINDS) < 2:
            raise ValidationError(self.get_help_text(), code="password_not_mixed")

    def get_help_text(self) -> str:
        return gettext("密码须包含字母、数字、符号中的至少两种。")
