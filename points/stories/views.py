"""The stories of the community, writing one, and the member's own word."""

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.access.shells import shell_for
from community.access.views import needs, signed_in
from community.core.paging import newest_first
from community.core.perms import Perm
from community.core.reach import reach
from community.core.workflow import MoveError
from points.apart import manages
from points.stories.forms import AgreeForm, StoryForm
from points.stories.models import Story

if TYPE_CHECKING:
    from community.directory.models import User


@signed_in
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The stories shown here, newest first; before them those that wait for one's own word."""
    user = cast("User", request.user)
    shown = Story.objects.showing().filter(community=user.community_id).select_related("about")
    context = {
        "shell": shell_for(user),
        "page": newest_first(shown, request.GET),
        "asked": list(Story.objects.filter(about=user, agreed_at=None, ended_at=None)[:10]),
        "manages": bool(reach(user, Perm.MANAGE_POINTS)),
    }
    return render(request, "points/stories/board.html", context)


@needs(Perm.MANAGE_POINTS)
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    user = cast("User", request.user)
    form = StoryForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            made = Story.write(by=user, **form.cleaned_data)
        except (ValidationError, MoveError) as error:
            form.add_error(None, error.message if isinstance(error, MoveError) else error)
        else:
            messages.success(request, _("写好了，等本人同意后公开。"))
            return redirect("points:story", pk=made.pk)
    context = {"shell": shell_for(user), "form": form}
    return render(request, "points/stories/write.html", context, status=422 if form.is_bound else 200)


@signed_in
@require_http_methods(["GET", "POST"])
def story(request: HttpRequest, pk: int) -> HttpResponse:
    """One story; the member it is about agrees here."""
    user = cast("User", request.user)
    found = get_object_or_404(Story.objects.visible_to(user).select_related("about", "community"), pk=pk)
    form = AgreeForm(request.POST or None, initial={"name_as": found.name_as or "family", "nickname": found.nickname})
    if request.method == "POST" and form.is_valid():
        try:
            found.agree(by=user, **form.cleaned_data)
        except MoveError as refusal:
            messages.warning(request, str(refusal.message))
            return redirect("points:story", pk=pk)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("谢谢您，故事已公开，随时可以收回。"))
            return redirect("points:story", pk=pk)
    own = user.pk == found.about_id
    context = {
        "shell": shell_for(user), "story": found, "form": form, "own": own,
        "may_end": found.ended_at is None and (own or manages(user, found.community_id)),
    }  # fmt: skip
    return render(request, "points/stories/story.html", context, status=422 if form.is_bound else 200)


@signed_in
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a story back, at any time and without a reason."""
    user = cast("User", request.user)
    found = get_object_or_404(Story.objects.visible_to(user), pk=pk)
    try:
        found.end(by=user)
    except MoveError as refusal:
        messages.warning(request, str(refusal.message))
    else:
        messages.success(request, _("故事已收回，别人看不到了。"))
    return redirect("points:stories")
