"""Posts of a community: who holds which, since when; appointing and ending."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from community.access.models import Post
from community.access.pages.appointing import AppointForm
from community.access.shells import shell_for
from community.access.views import needs
from community.core.paging import newest_first
from community.core.perms import Perm
from community.core.workflow import MoveError

if TYPE_CHECKING:
    from community.directory.models import User

PLACES = ("street", "community", "grid", "partner_unit")


@needs(Perm.MANAGE_POSTS)
@require_safe
def posts(request: HttpRequest) -> HttpResponse:
    """Present and coming posts, or with ``?ended=1`` the former ones."""
    user = cast("User", request.user)
    ended, today = "ended" in request.GET, timezone.localdate()
    seen = Post.objects.visible_to(user).select_related("user", "role", *PLACES)
    page = newest_first(seen.ended(today) if ended else seen.standing(today), request.GET)
    context = {"shell": shell_for(user), "page": page, "ended": ended, "today": today, "tabs": _tabs(ended)}
    return render(request, "access/posts.html", context)


def _tabs(ended: bool) -> list[dict[str, Any]]:
    return [
        {"label": _("在任"), "href": "?", "active": not ended},
        {"label": _("已离任"), "href": "?ended=1", "active": ended},
    ]


@needs(Perm.MANAGE_POSTS)
@require_http_methods(["GET", "POST"])
def appoint(request: HttpRequest) -> HttpResponse:
    """Appoint a person to a post."""
    user = cast("User", request.user)
    form = AppointForm(request.POST or None, by=user)
    if request.method == "POST" and form.is_valid():
        try:
            post = form.appoint()
        except ValidationError as error:
            form.add_error(None, error.messages)
        except MoveError as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, gettext("已任命%(user)s为%(role)s。") % {"user": post.user, "role": post.role})
            return redirect("access:posts")
    context = {"shell": shell_for(user), "form": form}
    return render(request, "access/appoint.html", context, status=422 if form.is_bound else 200)


class EndForm(forms.Form):
    """From which day the post is no longer held."""

    on = forms.DateField(
        label=_("离任日期"), widget=forms.DateInput(attrs={"type": "date"}), help_text=_("从这一天起不再任职。")
    )


@needs(Perm.MANAGE_POSTS)
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a post, with what it permitted."""
    user = cast("User", request.user)
    post = get_object_or_404(Post.objects.visible_to(user).select_related("user", "role", *PLACES), pk=pk)
    form = EndForm(request.POST or None, initial={"on": timezone.localdate().isoformat()})
    if request.method == "POST" and form.is_valid():
        try:
            post.end(by=user, on=form.cleaned_data["on"])
        except MoveError as refusal:
            messages.warning(request, str(refusal.message))
        else:
            messages.success(request, gettext("任期已结束，相应权限同时收回。"))
        return redirect("access:posts")
    return render(request, "access/end_post.html", {"shell": shell_for(user), "post": post, "form": form})
