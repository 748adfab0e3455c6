"""One's own record of service: what is coming, every hour with who reported and who proved it; asking for a correction."""

from typing import TYPE_CHECKING, cast
from uuid import uuid4

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from community.access.shells import shell_for
from community.access.views import signed_in
from community.cases.opening import opened
from community.core.paging import newest_first
from community.core.perms import Perm
from community.core.reach import reach
from points.models import Account, Activity, Asset, SignUp
from points.teams.activity_forms import AskForm
from points.teams.workflow import Status

if TYPE_CHECKING:
    from community.directory.models import User

UNDER_WAY = (Status.RECRUITING, Status.RUNNING, Status.ENDED, Status.PROPOSED)


@signed_in
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    user = cast("User", request.user)
    own = SignUp.objects.visible_to(user).standing().select_related("activity__team")
    coming = own.filter(activity__status__in=UNDER_WAY).order_by("activity__starts_at")[:30]
    recorded = own.recorded().select_related("activity__proposed_by", "activity__confirmed_by", "activity__handler")
    accounts = Account.objects.filter(owner=user, asset=Asset.HOURS, kind=Account.Kind.AVAILABLE)
    page = newest_first(recorded.prefetch_related("corrections"), request.GET)
    context = {
        "shell": shell_for(user), "coming": list(coming), "page": page, "today": timezone.localdate(),
        "accounts": list(accounts.select_related("community").order_by("pk")),
    }  # fmt: skip
    return render(request, "points/teams/mine.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """The volunteer or the organiser says what is right; the same request sent twice asks once."""
    user = cast("User", request.user)
    seen = Activity.objects.visible_to(user).filter(status=Status.RECORDED)
    rows = SignUp.objects.recorded().filter(activity__in=seen).select_related("activity__team", "user")
    found = get_object_or_404(rows.filter(Q(user=user) | Q(activity__in=_organised(user))), pk=pk)
    form = AskForm(request.POST or None, user=user, sign_up=found, initial={"request_key": uuid4()})
    return opened(request, form, "points/teams/correct.html", row=found, own=found.user_id == user.pk)


def _organised(user: "User") -> "QuerySet[Activity]":
    """As the rule ``organises`` says, of many at once."""
    led = Q(handler=user) | Q(team__leader=user)
    return Activity.objects.filter(led | reach(user, Perm.RUN_VOLUNTEERS).within(grid=None))
