"""What a resident gives beside phone and password when signing up: a name and the community of their home."""

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from community.directory.models import Community

if TYPE_CHECKING:
    from django.http import HttpRequest

    from community.directory.models import User


class SignUpFields(forms.Form):
    """The base of django-allauth's sign-up form (setting ACCOUNT_SIGNUP_FORM_CLASS)."""

    field_order = ("phone", "name", "community", "password1")
    name = forms.CharField(
        label=_("姓名"), max_length=40, strip=True, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    community = forms.ModelChoiceField(
        label=_("所在社区"), queryset=Community.objects.all(), empty_label=_("请选择您居住的社区")
    )

    def signup(self, request: "HttpRequest", user: "User") -> None:
        user.name = self.cleaned_data["name"]
        user.community = self.cleaned_data["community"]
        user.save(update_fields=["name", "community"])
