"""Every view says who may call it. A view without such a rule fails the architecture test."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from community.core.perms import Perm
from community.core.reach import reach

View = Callable[..., HttpResponseBase]


def public(view: View) -> View:
    """Anybody, signed in or not."""
    view = login_not_required(view)
    view.access_rule = "public"  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Everyone with an account; what they may see is the QuerySet's business (``visible_to``)."""
    view.access_rule = "signed_in"  # type: ignore[attr-defined]
    return view


def needs(*perms: Perm) -> Callable[[View], View]:
    """Whoever holds one of the permissions over any scope; rows outside that scope are a 404 by ``visible_to``."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not any(reach(request.user, perm) for perm in perms):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.access_rule = " | ".join(perms)  # type: ignore[attr-defined]
        return guarded

    return decorate


class Needs(BasePermission):
    """The same for API views: set ``access_rule`` to a tuple of permissions, empty for everyone signed in."""

    def has_permission(self, request: Request, view: Any) -> bool:
        perms = view.access_rule
        return bool(request.user.is_authenticated) and (not perms or any(reach(request.user, perm) for perm in perms))
