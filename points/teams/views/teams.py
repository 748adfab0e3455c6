"""The teams of the community, one team, and the desk that founds, changes and dissolves them."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.access.masking import mask_name
from community.access.shells import shell_for
from community.access.views import needs, signed_in
from community.cases.forms import tell
from community.core.paging import newest_first
from community.core.perms import Perm
from community.core.reach import reach
from community.core.workflow import MoveError
from points.models import Activity, Team, TeamMember
from points.teams.forms import FoundForm, JoinForm, LedTeamForm, NamingForm, TeamForm
from points.teams.membership import is_member
from points.teams.team import organises
from points.teams.views.refusals import words_of

if TYPE_CHECKING:
    from community.directory.models import User

# Who counts as a member now: as ``MemberQuerySet.current``, said from the team.
CURRENT = Q(
    members__ended_at=None, members__admitted_at__isnull=False, members__user__is_active=True,
    members__user__community=F("community"),
)  # fmt: skip


def find(request: HttpRequest, pk: int) -> Team:
    rows = Team.objects.visible_to(cast("User", request.user)).select_related("kind", "leader", "community")
    return get_object_or_404(rows, pk=pk)


@signed_in
@require_safe
def teams(request: HttpRequest) -> HttpResponse:
    """The teams that stand, those one is in first among one's own."""
    user = cast("User", request.user)
    rows = Team.objects.visible_to(user).standing().select_related("kind", "community")
    page = newest_first(rows.annotate(size=Count("members", CURRENT)), request.GET)
    own = list(TeamMember.objects.here().filter(user=user).select_related("team__kind").order_by("pk"))
    context = {
        "shell": shell_for(user), "page": page, "own": own, "may_found": bool(reach(user, Perm.RUN_VOLUNTEERS)),
        "leads": list(Team.objects.standing().filter(leader=user).select_related("kind")),
    }  # fmt: skip
    return render(request, "points/teams/teams.html", context)


@signed_in
@require_safe
def team(request: HttpRequest, pk: int) -> HttpResponse:
    return show(request, find(request, pk))


def show(request: HttpRequest, found: Team, form: forms.Form | None = None) -> HttpResponse:
    user = cast("User", request.user)
    own = found.members.here().filter(user=user).first()
    leads, inside = found.is_led_by(user), is_member(user, found)
    context: dict[str, Any] = {
        "shell": shell_for(user), "team": found, "own": own, "leads": leads,
        "form": form or _fresh(own), "may_join": own is None and user.community_id == found.community_id,
        "leader": _leader_name(found, full=inside or leads),
        "size": found.members.current().count(),
        "shown": [] if leads else list(found.members.showing().select_related("user")[:60]),
        "members": _people(found.members.current()) if leads else [],
        "asking": _people(found.members.asking()) if leads else [],
        "coming": list(Activity.objects.filter(team=found).coming(timezone.now()).select_related("team")[:12]),
    }  # fmt: skip
    return render(request, "points/teams/team.html", context, status=422 if form is not None else 200)


def _fresh(own: TeamMember | None) -> forms.Form:
    return NamingForm(initial={"name_as": own.name_as, "nickname": own.nickname}) if own else JoinForm()


def _people(rows: Any) -> list[TeamMember]:
    return list(rows.select_related("user").order_by("pk")[:200])


def _leader_name(found: Team, *, full: bool) -> str:
    if found.leader is None:
        return ""
    return str(found.leader) if full else mask_name(str(found.leader))


@needs(Perm.RUN_VOLUNTEERS)
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    user = cast("User", request.user)
    form = FoundForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            made = Team.found(by=user, **form.cleaned_data)
        except (ValidationError, MoveError) as error:
            tell(form, error)
        else:
            messages.success(request, _("队伍建好了。"))
            return redirect("teams:team", pk=made.pk)
    context = {"shell": shell_for(user), "form": form}
    return render(request, "points/teams/found.html", context, status=422 if form.is_bound else 200)


@signed_in
@require_http_methods(["GET", "POST"])
def amend(request: HttpRequest, pk: int) -> HttpResponse:
    """The leader changes what the team says of itself; the community also who leads it."""
    user, found = cast("User", request.user), find(request, pk)
    if not found.is_led_by(user):
        raise PermissionDenied
    initial = TeamForm.of(found)
    form: TeamForm
    if organises(user, found.community_id):
        initial["leader"] = found.leader.username if found.leader else ""
        form = LedTeamForm(request.POST or None, initial=initial, community=found.community)
    else:
        form = TeamForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            found.amend(by=user, **form.cleaned_data)
        except (ValidationError, MoveError) as error:
            tell(form, error)
        else:
            messages.success(request, _("已保存。"))
            return redirect("teams:team", pk=pk)
    context = {"shell": shell_for(user), "form": form, "team": found, "may_end": organises(user, found.community_id)}
    return render(request, "points/teams/amend.html", context, status=422 if form.is_bound else 200)


@needs(Perm.RUN_VOLUNTEERS)
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    found = find(request, pk)
    try:
        found.end(by=cast("User", request.user), reason=request.POST.get("reason", ""))
    except (ValidationError, MoveError) as error:
        messages.warning(request, words_of(error))
        return redirect("teams:team", pk=pk)
    messages.success(request, _("队伍已解散，队员都收到了通知。"))
    return redirect("teams:teams")
