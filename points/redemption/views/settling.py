"""Settlement statements: drawn up by the desk, confirmed by both sides, to print and as CSV."""

import csv
from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.access.shells import shell_for
from community.access.views import needs
from community.core.paging import newest_first
from community.core.perms import Perm
from community.core.workflow import MoveError
from points.models import Settlement
from points.redemption import settlement as settlements_of
from points.redemption.views.desk import find, running

if TYPE_CHECKING:
    from community.directory.models import User

settling = needs(Perm.RUN_REDEMPTION, Perm.HAND_OUT)


def found(request: HttpRequest, pk: int) -> Settlement:
    rows = Settlement.objects.visible_to(cast("User", request.user))
    return get_object_or_404(rows.select_related("window__community", "partner", "partner_by", "community_by"), pk=pk)


@running
@require_POST
def draw_up(request: HttpRequest, pk: int) -> HttpResponse:
    """The statements of a window; those that stand stay as they are."""
    window = find(request, pk)
    try:
        made = settlements_of.draw_up(window, now=timezone.now())
    except MoveError as refusal:
        messages.warning(request, str(refusal.message))
    else:
        messages.success(request, _("结算单已出，共 %(count)s 张。") % {"count": len(made)})
    return redirect("redemption:window", pk=pk)


@settling
@require_safe
def settlements(request: HttpRequest) -> HttpResponse:
    user = cast("User", request.user)
    page = newest_first(Settlement.objects.visible_to(user).select_related("window", "partner"), request.GET)
    return render(request, "points/redemption/settlements.html", {"shell": shell_for(user), "page": page})


@settling
@require_http_methods(["GET", "POST"])
def settlement(request: HttpRequest, pk: int) -> HttpResponse:
    """One statement; posting a side confirms it for that side."""
    user, paper = cast("User", request.user), found(request, pk)
    if request.method == "POST":
        side = "partner" if request.POST.get("side") == "partner" else "community"
        try:
            paper.confirm(side, by=user, now=timezone.now())
        except MoveError as refusal:
            messages.warning(request, str(refusal.message))
        else:
            messages.success(request, _("已确认。"))
        return redirect("redemption:settlement", pk=pk)
    context = {
        "shell": shell_for(user), "settlement": paper, "lines": paper.lines.select_related("offer"),
        "total": paper.total(), "sides": paper.sides_of(user),
    }  # fmt: skip
    return render(request, "points/redemption/settlement.html", context)


@settling
@require_safe
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The statement as CSV, which Excel opens with its Chinese intact."""
    paper = found(request, pk)
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="settlement-{paper.pk}.csv"'
    rows = csv.writer(answer)
    rows.writerow([_("兑换期"), _("共建单位"), _("兑换品"), _("已领取"), _("积分")])
    for line in paper.lines.select_related("offer"):
        rows.writerow(
            [safe(str(paper.window)), safe(str(paper.partner)), safe(line.offer.name), line.quantity, line.points]
        )
    total = paper.total()
    rows.writerow([_("合计"), "", "", total["quantity"], total["points"]])
    return answer


def safe(text: str) -> str:
    """A name that a spreadsheet will not take for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text
