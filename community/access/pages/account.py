"""“我的”: one's household, what the hub knows, who looked at it, and how one signs in."""

import time
from typing import TYPE_CHECKING, cast

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.access.masking import mask_phone
from community.access.menus import admits
from community.access.models import Post, Reveal
from community.access.shells import shell_for
from community.access.views import public, signed_in
from community.core.paging import newest_first
from community.directory.models import Membership
from community.directory.passwords import HELP

if TYPE_CHECKING:
    from community.directory.models import User

PROOF_SECONDS = 15 * 60
FEW = 3


@signed_in
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """The account's home."""
    user = cast("User", request.user)
    homes = Membership.objects.current().filter(user=user)
    context = {
        "shell": shell_for(user),
        "phone": mask_phone(user.phone or ""),
        "membership": homes.select_related("dwelling__building__estate", "dwelling__building__grid").first(),
        "posts": Post.objects.filter(user=user)
        .on(timezone.localdate())
        .select_related("role", "street", "community", "grid", "partner_unit"),
        "admits": admits(user),
        "looks": Reveal.objects.about(user).select_related("seen_by")[:FEW],
        "second_factor": Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists(),
        "has_password": user.has_usable_password(),
    }
    return render(request, "access/me.html", context)


@signed_in
@require_safe
def looks(request: HttpRequest) -> HttpResponse:
    """Every look at one's hidden facts, with who, when and why."""
    user = cast("User", request.user)
    page = newest_first(Reveal.objects.about(user).select_related("seen_by", "case"), request.GET)
    return render(request, "access/looks.html", {"shell": shell_for(user), "page": page})


@signed_in
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """A new password without the old one, for whoever has just signed in by a code: the way back for the forgetful."""
    user = cast("User", request.user)
    if not _signed_in_by_code(request, user):
        return redirect("account_change_password")
    form = SetPasswordForm(user, request.POST or None)
    form.fields["new_password1"].help_text = HELP
    if request.method == "POST" and form.is_valid():
        form.save()
        update_session_auth_hash(request, user)
        messages.success(request, _("新密码已设好。"))
        return redirect("access:me")
    return render(request, "access/password.html", {"shell": shell_for(user), "form": form})


def _signed_in_by_code(request: HttpRequest, user: "User") -> bool:
    fresh = time.time() - PROOF_SECONDS
    records = get_authentication_records(request, user)
    return any(record["method"] == "code" and record["at"] > fresh for record in records)


@signed_in
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Leave one's household."""
    user = cast("User", request.user)
    get_object_or_404(Membership.objects.current(), user=user).end(by=user)
    messages.success(request, _("您已退出这一户。"))
    return redirect("access:me")


@public
@require_safe
def forgotten(request: HttpRequest) -> HttpResponse:
    """Instead of an e-mail with a link: sign in by a code, then set a new password."""
    messages.info(request, _("请用短信验证码登录，登录后在“我的”里设新密码。"))
    return redirect("account_request_login_code")
