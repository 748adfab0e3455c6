from datetime import date, timedelta
from typing import TYPE_CHECKING, cast

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from community.access.shells import shell_for
from community.access.views import public, signed_in
from community.core.models import Case
from community.core.paging import newest_first
from community.core.perms import Perm
from community.core.reach import reach
from community.directory.models import Community
from points import receipts
from points.models import Audit, Line, Seal
from points.proving.forms import CodeForm
from points.proving.published import Day, in_groups, of_day

if TYPE_CHECKING:
    from community.directory.models import User

PLAIN = "shells/plain.html"


@signed_in
@require_safe
def line(request: HttpRequest, pk: int) -> HttpResponse:
    """One line of my account, with a receipt that I can show to anybody."""
    user = cast("User", request.user)
    lines = Line.objects.visible_to(user).select_related("posting__case", "posting__community", "account")
    found = get_object_or_404(lines, pk=pk)
    code = receipts.code_of(found)
    cases = Case.objects.visible_to(user).filter(postings=found.posting_id)
    context = {
        "shell": shell_for(user),
        "line": found,
        "code": code,
        "address": request.build_absolute_uri(reverse("points:proof", args=[code])) if code else "",
        "case": cases.first(),
    }
    return render(request, "points/proving/line.html", context)


@public
@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """Whoever was given a code types it here."""
    form = CodeForm(request.GET or None)
    if form.is_valid():
        code = form.cleaned_data["code"].strip().upper().replace(" ", "").replace("/", "")
        if receipts.proof_of(code):
            return redirect("points:proof", code=code)
        form.add_error("code", receipts.NO_SUCH_CODE)
    context = {"form": form, "shell": _shell(request)}
    return render(request, "points/proving/check.html", context, status=422 if form.errors else 200)


@public
@require_safe
def proof(request: HttpRequest, code: str) -> HttpResponse:
    """Every step from the receipt to the published link, done again now."""
    found = receipts.proof_of(code)
    if found is None:
        raise Http404
    path = [(side, in_groups(beside.hex())) for side, beside in found.path]
    context = {
        "proof": found,
        "leaf": in_groups(found.leaf.hex()),
        "path": path,
        "root": in_groups(bytes(found.seal.root).hex()),
        "published": in_groups(bytes(found.published.chain).hex()),
        "shell": _shell(request),
    }
    return render(request, "points/proving/proof.html", context)


@signed_in
@require_safe
def chain(request: HttpRequest) -> HttpResponse:
    """The published links of my community, newest seal first."""
    user = cast("User", request.user)
    communities = _communities(user)
    community = next((one for one in communities if str(one.pk) == request.GET.get("community")), None)
    community = community or (communities[0] if communities else None)
    seals = Seal.objects.visible_to(user).filter(community=community).without_content()
    context = {
        "shell": shell_for(user),
        "community": community,
        "tabs": [
            {"label": str(one), "href": f"?community={one.pk}", "active": one == community} for one in communities
        ] if len(communities) > 1 else [],
        "today": _latest(community),
        "page": newest_first(seals, request.GET),
        "audit": Audit.objects.filter(community=community).order_by("-pk").first(),
    }  # fmt: skip
    return render(request, "points/proving/chain.html", context)


def _communities(user: "User") -> list[Community]:
    overseen = reach(user, Perm.SEE_POINTS).within("pk", grid=None)
    return list(Community.objects.filter(overseen | Q(pk=user.community_id)).order_by("code"))


def _latest(community: Community | None) -> Day | None:
    """The last day with a seal."""
    last = Seal.objects.filter(community=community).without_content().order_by("-number").first()
    return None if last is None else Day(timezone.localdate(last.sealed_at), last)


@public
@require_safe
def notice(request: HttpRequest, community_id: int, day: date) -> HttpResponse:
    """One day's link as a sheet to print and hang up; whoever stands before it scans the QR code, to compare."""
    found = of_day(community_id, day) if day <= timezone.localdate() else None
    if found is None:
        raise Http404
    address = request.build_absolute_uri(reverse("points:published", args=[community_id, day]))
    context = {
        "shell": _shell(request),
        "found": found,
        "community": get_object_or_404(Community, pk=community_id),
        "address": address,
        "final": day < timezone.localdate(),
        "before": day - timedelta(days=1),
    }
    return render(request, "points/proving/notice.html", context)


def _shell(request: HttpRequest) -> str:
    return shell_for(request.user) if request.user.is_authenticated else PLAIN
