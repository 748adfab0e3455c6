"""Mobile numbers of the Chinese mainland, kept as eleven digits however they were typed."""

import re
import unicodedata
from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MOBILE = re.compile(r"1[3-9]\d{9}")


def normal_phone(text: str) -> str:
    """“+86 138-0013-8000”, “０１３８…” or “13800138000” → "13800138000". Raises ValidationError.

    The pattern is wider than the numbering plan of the day: a new prefix must not lock a resident out.
    """
    plain = unicodedata.normalize("NFKC", text)
    plain = "".join(letter for letter in plain if unicodedata.category(letter) != "Cf").strip()
    try:
        number = phonenumbers.parse(plain, "CN")
    except phonenumbers.NumberParseException:
        number = phonenumbers.PhoneNumber()
    digits = str(number.national_number or "")
    if number.country_code != 86 or number.extension or not MOBILE.fullmatch(digits):
        raise ValidationError(_("请输入 11 位手机号码，例如 13800138000。"), code="invalid_phone")
    return digits


def phone_or_none(text: str) -> str | None:
    """The normal form, or None where ``text`` is no mobile number (a user name, say)."""
    try:
        return normal_phone(text)
    except ValidationError:
        return None


class PhoneField(forms.CharField):
    """A mobile number; the value is its eleven digits."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("手机号"))
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel", "maxlength": 30})
        )
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        return normal_phone(text) if text else ""
