"""A donor's side: the word, one's own donations, the receipt, and the check of its code."""

from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from community.access.views import public, signed_in
from community.cases.opening import opened
from community.core import asked
from community.core.paging import newest_first
from points.fund.forms import PledgeForm
from points.fund.paper import receipt_pdf
from points.fund.views.place import shell_of, who
from points.models import Donation, Fund


@signed_in
@require_http_methods(["GET", "POST"])
def donate(request: HttpRequest) -> HttpResponse:
    """A resident says that they give; the page of the donation tells how to pay."""
    user = who(request)
    fund = get_object_or_404(Fund.objects.select_related("community"), community=user.community_id)
    initial = {"request_key": uuid4(), "project": asked.number(request.GET.get("project"))}
    form = PledgeForm(request.POST or None, user=user, community=fund.community, initial=initial)
    return opened(request, form, "points/fund/donate.html", fund=fund)


@signed_in
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """My donations, newest first."""
    rows = Donation.objects.of_donor(who(request)).select_related("project", "community")
    return render(
        request, "points/fund/mine.html", {"shell": shell_of(request), "page": newest_first(rows, request.GET)}
    )


@signed_in
@never_cache
@require_safe
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt as a PDF, for the donor and the desk."""
    rows = Donation.objects.visible_to(who(request)).select_related("community", "project")
    found = get_object_or_404(rows, number=number, status=Donation.Status.RECEIVED)
    link = request.build_absolute_uri(reverse("fund_receipt", args=[found.key]))
    answer = HttpResponse(receipt_pdf(found, link), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{found.number}.pdf"'
    return answer


@public
@never_cache
@require_safe
def verify(request: HttpRequest, key: str) -> HttpResponse:
    """Behind the code of a receipt, for anybody: what was given and for what; the name as its donor agreed."""
    booked = (Donation.Status.RECEIVED, Donation.Status.REVERSED)
    rows = Donation.objects.select_related("community", "project").filter(status__in=booked)
    found = rows.filter(key=key.upper()).first() if key.isascii() else None
    return render(request, "points/fund/verify.html", {"donation": found}, status=200 if found else 404)
