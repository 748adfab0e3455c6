"""月结: the months, one month's books before and after closing, and the workbook for the accountant."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from community.core.workflow import MoveError
from points.fund import reconciling
from points.fund.accounts import balances_of
from points.fund.closing import MonthClosing
from points.fund.views.place import own_community, shell_of, who, working
from points.fund.workbook import workbook
from points.models import Month, Project

COLUMNS = (gettext_lazy("上月结转"), gettext_lazy("本月收入"), gettext_lazy("本月支出"), gettext_lazy("月末结余"))
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@working
@require_safe
def months(request: HttpRequest) -> HttpResponse:
    """Newest first; with ``?open=1`` those that are over and still stand open."""
    community = own_community(who(request), wanted=request.GET.get("community", ""))
    rows, late = Month.objects.filter(community=community), "open" in request.GET
    if late:
        rows = rows.filter(closed_at=None, first_day__lt=timezone.localdate().replace(day=1))
    context = {"shell": shell_of(request), "months": rows.select_related("proposed_by", "closed_by")[:36], "late": late}
    return render(request, "points/fund/months.html", context)


@working
@require_safe
def closing(request: HttpRequest, pk: int) -> HttpResponse:
    """From the duty to the month that it is about."""
    duty = get_object_or_404(MonthClosing.objects.visible_to(who(request)), pk=pk)
    found = get_object_or_404(Month, community=duty.community_id, first_day=duty.first_day)
    return redirect("fund:month", pk=found.pk)


def find(request: HttpRequest, pk: int) -> Month:
    rows = Month.objects.visible_to(who(request)).select_related("community", "proposed_by", "closed_by")
    return get_object_or_404(rows, pk=pk)


@working
@require_http_methods(["GET", "POST"])
def month(request: HttpRequest, pk: int) -> HttpResponse:
    """Its balances as they stand (or stood when it was closed); posting is one step towards its end."""
    found, user = find(request, pk), who(request)
    if request.method == "POST":
        _step(request, found)
        return redirect("fund:month", pk=pk)
    rows: list[Any] = list(found.balances.select_related("project")) if found.is_closed else list(balances_of(found))
    names = dict(Project.objects.filter(community=found.community_id).values_list("pk", "name"))
    table: list[tuple[Any, ...]] = [
        (names[row.project_id], row.opening, row.came, row.went, row.closing) for row in rows
    ]
    context = {
        "shell": shell_of(request), "month": found, "table": table,
        "sums": list(zip(COLUMNS, [sum(column) for column in list(zip(*table, strict=True))[1:]] or [0] * 4, strict=True)),
        "may_close": found.state == "proposed" and found.proposed_by_id != user.pk,
        "now": timezone.now(), "over": timezone.localdate() >= found.first_day_after,
        "duty": MonthClosing.objects.of(found).select_related("assignee").order_by("-pk").first(),
        "gaps": reconciling.gaps(found.community_id, until=found.first_day_after) if not found.is_closed else [],
    }  # fmt: skip
    return render(request, "points/fund/month.html", context)


def _step(request: HttpRequest, found: Month) -> None:
    user, now = who(request), timezone.now()
    try:
        if request.POST.get("step") == "close":
            found.close(by=user, now=now)
            messages.success(request, _("已结账，余额结转到下个月。"))
        elif request.POST.get("step") == "recall":
            found.recall(by=user, now=now)
            messages.success(request, _("已退回，改好再制表。"))
        else:
            found.propose(by=user, now=now)
            messages.success(request, _("已制表，请另一位同事复核结账。"))
    except MoveError as refusal:
        messages.warning(request, str(refusal.message))


@working
@require_safe
def book(request: HttpRequest, pk: int) -> HttpResponse:
    """The month as a workbook. Donors stand in it as they agreed, so it tells nothing that the page does not."""
    found = find(request, pk)
    answer = HttpResponse(workbook(found), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="fund-{found.first_day:%Y-%m}.xlsx"'
    return answer
