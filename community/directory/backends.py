"""How the signed-in account is read on every request: with its home, which nearly every page names, in one query."""

from typing import TYPE_CHECKING, Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.backends import ModelBackend

from community.directory.models import User

if TYPE_CHECKING:
    _Base = ModelBackend
else:
    _Base = object


class WithHome(_Base):
    def get_user(self, user_id: Any) -> User | None:
        try:
            user = User.objects.select_related("community", "person__dwelling__building").get(pk=user_id)
        except User.DoesNotExist:
            return None
        return user if self.user_can_authenticate(user) else None


class NameBackend(WithHome, ModelBackend):
    """User name and password, as the administrator's pages ask for."""


class PhoneBackend(WithHome, AuthenticationBackend):
    """Phone or user name with a password, or a code by SMS: django-allauth."""
