"""The form with which people sign in with a password; django-allauth shows and drives it."""

from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.utils.translation import gettext_lazy as _

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
        self.order_fields(["login", "password", "remember"])

    def clean_login(self) -> str:
        login = super().clean_login()
        return phone_or_none(login) or login
