"""One's own stars and certificates, what the community's half-years brought in figures, and the check of a code."""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community.access.shells import shell_for
from community.access.views import needs, public, signed_in
from community.core.perms import Perm
from community.core.reach import reach
from community.core.workflow import MoveError
from points.models.account import Account, Asset, Kind
from points.stars.certificate import Certificate, certificates_of
from points.stars.models import Star, StarPeriod, StarThreshold, VolunteerStar
from points.stars.paper import certificate_pdf

if TYPE_CHECKING:
    from community.directory.models import User


@signed_in
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """My stars of each half-year, my stars as a volunteer, and what the next of them takes. Nobody else's."""
    user = cast("User", request.user)
    hours = Account.objects.filter(
        owner=user, community=user.community_id, asset=Asset.HOURS, kind=Kind.AVAILABLE
    ).first()
    minutes = hours.balance if hours else 0
    context: dict[str, Any] = {
        "shell": shell_for(user),
        "stars": list(Star.objects.filter(user=user).select_related("period")[:20]),
        "served": list(VolunteerStar.objects.filter(user=user).select_related("community")[:10]),
        "minutes": minutes,
        "next": _next(user.community_id, minutes),
        "thresholds": StarThreshold.objects.of(user.community_id, StarThreshold.Kind.POINTS)[::-1],
        "certificates": certificates_of(user),
    }
    return render(request, "points/stars/mine.html", context)


def _next(community_id: int | None, minutes: int) -> StarThreshold | None:
    """The lowest volunteer star not yet reached."""
    ahead = [row for row in StarThreshold.objects.of(community_id, "hours") if row.at_least * 60 > minutes]
    return ahead[-1] if ahead else None


@signed_in
@require_POST
def issue(request: HttpRequest) -> HttpResponse:
    """A certificate of one's own hours; free, and as often as one likes."""
    user = cast("User", request.user)
    if user.community is None:
        messages.info(request, _("加入一个社区后，才能开具证书。"))
        return redirect("points:stars")
    try:
        made = Certificate.issue(by=user, community=user.community, full_name=request.POST.get("full") == "yes")
    except MoveError as refusal:
        messages.warning(request, str(refusal.message))
        return redirect("points:stars")
    messages.success(request, _("证书 %(number)s 已开好，可以下载打印。") % {"number": made.number})
    return redirect("points:stars")


@signed_in
@never_cache
@require_safe
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own certificate as a PDF."""
    own = Certificate.objects.visible_to(cast("User", request.user)).select_related("community")
    found = get_object_or_404(own, pk=pk, revoked_at=None)
    link = request.build_absolute_uri(reverse("certificate", args=[found.key]))
    answer = HttpResponse(certificate_pdf(found, link), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{found.number}.pdf"'
    return answer


@public
@never_cache
@require_safe
def verify(request: HttpRequest, key: str) -> HttpResponse:
    """Behind the code of a certificate, for anybody: the name as its holder agreed, hours, stars, and whether it holds."""
    rows = Certificate.objects.select_related("community")
    found = rows.filter(key=key.upper()).first() if key.isascii() else None
    return render(request, "points/stars/verify.html", {"certificate": found}, status=200 if found else 404)


@needs(Perm.MANAGE_POINTS)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """How many have how many stars, half-year by half-year; no names, so nobody is ranked."""
    user = cast("User", request.user)
    places = reach(user, Perm.MANAGE_POINTS).communities
    periods = StarPeriod.objects.filter(community__in=places, closed_at__isnull=False).select_related("community")[:12]
    counts = Star.objects.filter(period__in=[period.pk for period in periods]).order_by()
    found = {(period, stars): count for period, stars, count in
             counts.values_list("period", "stars").annotate(count=Count("pk"))}  # fmt: skip
    rows = [
        {"period": period, "counts": [found.get((period.pk, stars), 0) for stars in range(1, 6)]} for period in periods
    ]
    volunteers = VolunteerStar.objects.filter(community__in=places).order_by("stars").values("stars")
    context = {
        "shell": shell_for(user), "rows": rows, "volunteers": volunteers.annotate(count=Count("pk")),
        "thresholds": StarThreshold.objects.of(min(places, default=None), StarThreshold.Kind.POINTS)[::-1],
        "hours": StarThreshold.objects.of(min(places, default=None), StarThreshold.Kind.HOURS)[::-1],
    }  # fmt: skip
    return render(request, "points/stars/overview.html", context)
