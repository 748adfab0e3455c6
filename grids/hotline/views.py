"""Pages of the hotline: the list, the three rates, the clusters, writing a ticket down, raising an incident."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community.access.shells import shell_for
from community.access.views import needs
from community.core.asked import number as whole
from community.core.paging import newest_first
from community.core.perms import Perm
from community.core.reach import reach
from grids.hotline import clusters as found_clusters
from grids.hotline.forms import PeriodForm, ReceiveForm, TicketFilter
from grids.hotline.models import HotlineTicket
from grids.hotline.raising import MOST, RaiseForm
from grids.hotline.rates import Span, by_category, by_month, counts, rates

if TYPE_CHECKING:
    from community.directory.models import User
    from grids.hotline.querysets import TicketQuerySet

staff_only = needs(Perm.HANDLE_INCIDENTS, Perm.SEE_DASHBOARD)


@staff_only
@require_safe
def tickets(request: HttpRequest) -> HttpResponse:
    """The staff's list; every figure of the hotline leads here."""
    user = cast("User", request.user)
    chosen = TicketFilter(request.GET)
    rows = HotlineTicket.objects.in_reach_of(user).listed()
    rows = narrowed(rows, chosen.cleaned_data, timezone.now()) if chosen.is_valid() else rows.none()
    page = newest_first(rows, request.GET, scattered=bool(request.GET.get("due")))
    template = "grids/hotline/_tickets.html" if request.htmx else "grids/hotline/tickets.html"  # type: ignore[attr-defined]
    may_import = bool(reach(user, Perm.IMPORT_DIRECTORY))
    return render(
        request, template, {"shell": shell_for(user), "page": page, "filter": chosen, "may_import": may_import}
    )


def narrowed(rows: "TicketQuerySet", chosen: dict[str, Any], now: datetime) -> "TicketQuerySet":
    if chosen["first"]:
        rows = rows.called(chosen["first"], chosen["last"])
    if chosen["state"] == "open":
        rows = rows.open()
    elif chosen["state"]:
        rows = rows.filter(status=chosen["state"])
    else:
        rows = rows.standing()
    if chosen["due"]:
        rows = rows.overdue(now)
    if chosen["among"]:
        among = getattr(rows, chosen["among"])
        rows = among(now) if chosen["among"] in ("to_contact", "contacted_in_time") else among()
    columns = {
        "type": "type",
        "category": "category",
        "number": "ticket_number",
        "building": "building",
        "community": "home",
    }
    rows = rows.filter(**{column: chosen[name] for name, column in columns.items() if chosen[name]})
    if chosen["estate"]:
        rows = rows.filter(building__estate=chosen["estate"])
    return rows.counted().filter(linked_incident=None) if chosen["unlinked"] else rows


@staff_only
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """三率 with their formulas, and the calls of the period against those a year before."""
    user, now = cast("User", request.user), timezone.now()
    chosen = PeriodForm(request.GET)
    valid = chosen.is_valid()
    context: dict[str, Any] = {"shell": shell_for(user), "filter": chosen}
    if valid:
        context |= _figures(user, Span(chosen.cleaned_data["first"], chosen.cleaned_data["last"]), now)
    template = "grids/hotline/_figures.html" if request.htmx else "grids/hotline/figures.html"  # type: ignore[attr-defined]
    return render(request, template, context)


def _figures(user: "User", span: Span, now: datetime) -> dict[str, Any]:
    places = sorted(reach(user, Perm.SEE_CASES).communities)
    now_counts, before = counts(places, span, now), counts(places, span.year_before, now)
    categories, months = by_category(places, span), by_month(places, span)
    total = now_counts["calls"]
    return {
        "span": span,
        "total": total,
        "total_before": before["calls"],
        "total_percent": round(100 * (total - before["calls"]) / before["calls"]) if before["calls"] else None,
        "total_link": span.link(),
        "rates": [
            (rate, span.link(among=rate.part_set), span.link(among=rate.whole_set))
            for rate in rates(now_counts, before)
        ],
        "categories": categories,
        "months": months,
        "chart": _chart(months),
    }


def _chart(months: list[Any]) -> dict[str, Any]:
    return {
        "labels": [row.label for row in months],
        "series": [
            {"name": _("上年同期"), "values": [row.before for row in months], "tone": "quiet"},
            {"name": _("本期"), "values": [row.now for row in months], "tone": "accent"},
        ],
        "unit": _("件"),
    }


@staff_only
@require_safe
def clusters(request: HttpRequest) -> HttpResponse:
    """未诉先办: the same thing at the same place, told more than once, raised by nobody."""
    user = cast("User", request.user)
    asked = whole(request.GET.get("days"), digits=9)
    days = asked if asked in found_clusters.DAYS else found_clusters.USUAL
    rows = found_clusters.clusters(sorted(reach(user, Perm.SEE_CASES).communities), days)
    tabs = [
        {"label": _("最近 %(days)s 天") % {"days": one}, "href": f"?days={one}", "active": one == days}
        for one in found_clusters.DAYS
    ]
    context = {
        "shell": shell_for(user),
        "clusters": rows,
        "tabs": tabs,
        "days": days,
        "may_raise": reach(user, Perm.HANDLE_INCIDENTS).communities,
        "may_blow": reach(user, Perm.DISPATCH_INCIDENTS).communities,
    }
    return render(request, "grids/hotline/clusters.html", context)


@needs(Perm.HANDLE_INCIDENTS)
@require_http_methods(["GET", "POST"])
def raise_incident(request: HttpRequest) -> HttpResponse:
    """Raise an incident for a cluster, or for a single ticket (``?ticket=``), and link the calls to it; departments may
    be called at once (``?whistle=1``)."""
    user = cast("User", request.user)
    found, whistle = _meant(request, user), "whistle" in request.GET
    form = RaiseForm(request.POST or None, user=user, tickets=found, whistle=whistle, initial={"request_key": uuid4()})
    if incident := form.raised():
        messages.success(request, _("已上报：%(title)s") % {"title": incident.title})
        return redirect("cases:page", number=incident.number)
    context = {"shell": shell_for(user), "form": form, "tickets": found, "whistle": whistle}
    return render(request, "grids/hotline/raise.html", context, status=422 if form.is_bound else 200)


def _meant(request: HttpRequest, user: "User") -> "list[HotlineTicket]":
    """The tickets that the address speaks of, within the person's reach; Http404 when there are none (any more)."""
    asked = request.GET
    if number := asked.get("ticket"):
        rows = HotlineTicket.objects.in_reach_of(user).filter(linked_incident=None)
        return [get_object_or_404(rows.select_related("community", "building__estate"), number=number)]
    places = sorted(reach(user, Perm.HANDLE_INCIDENTS).communities)
    building, estate = (whole(asked.get(name), digits=9) for name in ("building", "estate"))
    days = whole(asked.get("days"), digits=9) or found_clusters.USUAL
    if building is None and estate is None:
        raise Http404
    rows = found_clusters.tickets_of(
        places,
        category=asked.get("category", ""),
        building=building,
        estate=estate,
        days=min(days, max(found_clusters.DAYS)),
    )
    found = list(rows[:MOST])
    if not found:
        raise Http404
    return found


@needs(Perm.DISPATCH_INCIDENTS)
@require_http_methods(["GET", "POST"])
def receive(request: HttpRequest) -> HttpResponse:
    """Write down a ticket that did not come in an export."""
    user = cast("User", request.user)
    form = ReceiveForm(request.POST or None, user=user, initial={"request_key": uuid4()})
    if ticket := form.raised():
        return redirect("cases:page", number=ticket.number)
    context = {"shell": shell_for(user), "form": form}
    return render(request, "grids/hotline/receive.html", context, status=422 if form.is_bound else 200)
