"""Certificates that were issued on hours that were wrong: found by what stands on the paper, and revoked with a reason."""

from typing import TYPE_CHECKING, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from community.access.shells import shell_for
from community.access.views import needs
from community.core.paging import newest_first
from community.core.perms import Perm
from community.core.workflow import MoveError
from points.stars.certificate import Certificate

if TYPE_CHECKING:
    from community.directory.models import User

managing = needs(Perm.MANAGE_POINTS)


class FindForm(forms.Form):
    words = forms.CharField(label=_("证书编号或查验码"), required=False, max_length=40)


class RevokeForm(forms.Form):
    reason = forms.CharField(
        label=_("作废理由"), max_length=200, help_text=_("持证人会看到；查验的人只看到“已作废”。"),
        error_messages={"required": _("请写明理由。")},
    )  # fmt: skip


@managing
@require_safe
def certificates(request: HttpRequest) -> HttpResponse:
    """The certificates of one's charge, newest first, or the one of a number or code."""
    user = cast("User", request.user)
    form = FindForm(request.GET)
    words = form.cleaned_data["words"] if form.is_valid() else ""
    rows = Certificate.objects.in_reach_of(user).select_related("community")
    page = newest_first(rows.called(words) if words else rows, request.GET)
    return render(request, "points/stars/certificates.html", {"shell": shell_for(user), "form": form, "page": page})


@managing
@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """One certificate with what it says; posted with a reason it holds no longer."""
    user = cast("User", request.user)
    found = get_object_or_404(Certificate.objects.in_reach_of(user).select_related("community", "user"), pk=pk)
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            found.revoke(by=user, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error(None, error)
        except MoveError as refusal:
            messages.warning(request, str(refusal.message))
            return redirect("points:certificate-revoke", pk=pk)
        else:
            messages.success(request, gettext("证书 %(number)s 已作废。") % {"number": found.number})
            return redirect("points:certificates")
    context = {"shell": shell_for(user), "certificate": found, "form": form}
    return render(request, "points/stars/revoke.html", context, status=422 if form.is_bound else 200)
