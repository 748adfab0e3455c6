"""Money as people type it: yuan with at most two decimals; kept in cents, never as a float."""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from points import amounts
from points.fund.project import MOST
from points.models.account import Asset

PLAIN = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,2}))?")


def cents(text: str) -> int:
    """“1,234.5”, “￥１２” → whole cents above zero. Raises ValidationError with a sentence for the person."""
    plain = re.sub(r"[\s,¥]|元$", "", unicodedata.normalize("NFKC", text)).removesuffix("元")
    if plain.startswith(("-", "−")):
        raise ValidationError(_("金额不能是负数。"))
    found = PLAIN.fullmatch(plain)
    if found is None:
        if re.fullmatch(r"\d+\.\d{3,}", plain):
            raise ValidationError(_("金额最多到分，请保留两位小数。"))
        raise ValidationError(_("请填数字，例如 200 或 35.50。"))
    amount = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))
    if amount == 0:
        raise ValidationError(_("金额要大于 0。"))
    if amount > MOST:
        raise ValidationError(_("金额太大了，最多一千万元；请核对。"))
    return amount


def yuan(amount: int) -> str:
    """For a field's value: “1234.50”."""
    return f"{amount // 100}.{amount % 100:02d}"


def shown(amount: int) -> str:
    """“¥200.00”, “−¥3.50”."""
    return amounts.standing(Asset.CENTS, amount)


class MoneyField(forms.CharField):
    """Cleans to cents."""

    def __init__(self, **options: Any) -> None:
        defaults: dict[str, Any] = {
            "widget": forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}), "max_length": 20,
            "error_messages": {"required": _("请填金额。")},
        }  # fmt: skip
        super().__init__(**defaults | options)

    def prepare_value(self, value: Any) -> Any:
        return yuan(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return cents(text) if text else None
