"""What a resident gives beside phone and password when signing up: a name and the community of their home."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.password_validation import UserAttributeSimilarityValidator
from django.utils.translation import gettext_lazy as _

from community.directory.models import Community, User

if TYPE_CHECKING:
    from django.http import HttpRequest

# django-allauth checks the password before there is an account whose phone it could resemble.
TELLING = UserAttributeSimilarityValidator(("name", "phone"))


class SignUpFields(forms.Form):
    """The base of django-allauth's sign-up form (setting ACCOUNT_SIGNUP_FORM_CLASS)."""

    field_order = ("phone", "name", "community", "password1")
    name = forms.CharField(
        label=_("姓名"), max_length=40, strip=True, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    community = forms.ModelChoiceField(
        label=_("所在社区"), queryset=Community.objects.all(), empty_label=_("请选择您居住的社区")
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        try:
            TELLING.validate(
                cleaned.get("password1") or "", User(phone=cleaned.get("phone"), name=cleaned.get("name", ""))
            )
        except forms.ValidationError as error:
            self.add_error("password1", error)
        return cleaned

    def signup(self, request: "HttpRequest", user: User) -> None:
        user.name = self.cleaned_data["name"]
        user.community = self.cleaned_data["community"]
        user.save(update_fields=["name", "community"])
