"""Joining a team, leaving it, how to be named, and the leader's word on who asks."""

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from community.access.views import signed_in
from community.cases.forms import tell
from community.core.workflow import MoveError
from points.models import Team, TeamMember
from points.teams.forms import JoinForm, NamingForm
from points.teams.membership import step_down
from points.teams.views.refusals import words_of
from points.teams.views.teams import find, show

if TYPE_CHECKING:
    from community.directory.models import User


@signed_in
@require_POST
def join(request: HttpRequest, pk: int) -> HttpResponse:
    user, found = cast("User", request.user), find(request, pk)
    form = JoinForm(request.POST)
    if not form.is_valid():
        return show(request, found, form)
    try:
        made = TeamMember.join(found, by=user, **form.cleaned_data)
    except (ValidationError, MoveError) as error:
        tell(form, error)
        return show(request, found, form)
    messages.success(request, _("欢迎加入！") if made.admitted_at else _("申请送到了，队长看过会告诉您。"))
    return redirect("teams:team", pk=pk)


@signed_in
@require_POST
def name(request: HttpRequest, pk: int) -> HttpResponse:
    user, found = cast("User", request.user), find(request, pk)
    own = get_object_or_404(found.members.open(), user=user)
    form = NamingForm(request.POST)
    if not form.is_valid():
        return show(request, found, form)
    try:
        own.name(by=user, **form.cleaned_data)
    except (ValidationError, MoveError) as error:
        tell(form, error)
        return show(request, found, form)
    messages.success(request, _("已保存。"))
    return redirect("teams:team", pk=pk)


@signed_in
@require_POST
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """At any time; a team that one has moved away from as well."""
    user = cast("User", request.user)
    theirs = TeamMember.objects.open().filter(user=user).values("team")
    found = get_object_or_404(Team.objects.filter(pk__in=theirs) | Team.objects.filter(leader=user), pk=pk)
    own = found.members.open().filter(user=user).first()
    if own is not None:
        own.leave(by=user)
    else:
        step_down(found, by=user)
    messages.success(request, _("您已退出“%(team)s”，谢谢您来过。") % {"team": found.name})
    return redirect("teams:teams")


@signed_in
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The leader's word: admit who asks, or decline or take out with a reason."""
    user = cast("User", request.user)
    rows = TeamMember.objects.open().filter(team__in=Team.objects.visible_to(user))
    found = get_object_or_404(rows.select_related("team", "user"), pk=pk)
    try:
        if request.POST.get("admit") == "yes":
            found.admit(by=user)
            messages.success(request, _("已加入队伍，对方收到了通知。"))
        else:
            found.dismiss(by=user, note=request.POST.get("note", ""))
            messages.success(request, _("已告诉对方。"))
    except (ValidationError, MoveError) as error:
        messages.warning(request, words_of(error))
    return redirect("teams:team", pk=found.team_id)
