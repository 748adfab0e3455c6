"""The forms with which people sign in and up; django-allauth shows and drives them."""

import unicodedata
from typing import Any

from allauth.account.forms import ConfirmLoginCodeForm, LoginForm, SignupForm, VerifyPhoneForm
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from community.directory.passwords import HELP
from community.directory.phones import phone_or_none


class SignInForm(LoginForm):
    """Phone or user name with a password. However a phone is spelt, attempts count against its one normal form."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=_("手机号或用户名"),
            max_length=150,
            widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
        )
        self.fields["password"].label = _("密码")
        self.fields["password"].help_text = ""  # the page itself leads to 找回密码
        self.order_fields(["login", "password", "remember"])

    def clean_login(self) -> str:
        login = super().clean_login()
        return phone_or_none(login) or login


class SignUpForm(SignupForm):
    """Phone, name, community (``signing_up``) and a password, whose rules are said in one sentence."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = HELP


class Digits:
    """A code from a text message, also when a Chinese keyboard typed it in full width."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]  # type: ignore[attr-defined]
        field.label = _("验证码")
        field.widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": 12})

        if settings.SMS_SHOW_CODES and self.expected_code:  # type: ignore[attr-defined]
            field.help_text = _("演示环境：验证码 %(code)s") % {"code": self.expected_code}  # type: ignore[attr-defined]

    def clean_code(self) -> str:
        typed = self.cleaned_data["code"]  # type: ignore[attr-defined]
        self.cleaned_data["code"] = unicodedata.normalize("NFKC", typed)  # type: ignore[attr-defined]
        return super().clean_code()  # type: ignore[misc]


class LoginCodeForm(Digits, ConfirmLoginCodeForm):
    """The code of a sign-in."""


class PhoneCodeForm(Digits, VerifyPhoneForm):
    """The code that proves a phone."""
