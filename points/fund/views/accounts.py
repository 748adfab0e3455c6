"""公开账目: where the money came from and where it went, for everybody who may look; names only as donors agreed."""

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from community.access.views import public, signed_in
from community.cases.forms import last_days
from community.core.paging import newest_first
from points.fund.accounts import by_month, standings, totals_of
from points.fund.seeing import works_with
from points.fund.views.place import shell_of, who
from points.fund.voucher import INCOME, Sort
from points.models import Fund, MatchRule, Month, Project, Stall, Voucher

ALL = ("", gettext_lazy("全部"))
FLOWS = (("in", gettext_lazy("收入")), ("out", gettext_lazy("支出")))


def fund_or_404(request: HttpRequest, community_id: int) -> Fund:
    return get_object_or_404(Fund.objects.visible_to(who(request)).select_related("community"), community=community_id)


@signed_in
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The fund of one's own community."""
    community_id = who(request).community_id
    if community_id and Fund.objects.filter(community=community_id).exists():
        return redirect("fund:accounts", community_id=community_id)
    return render(request, "points/fund/none.html", {"shell": shell_of(request)})


@public
@require_safe
def accounts(request: HttpRequest, community_id: int) -> HttpResponse:
    fund = fund_or_404(request, community_id)
    months, rows = by_month(community_id), standings(community_id)
    projects = [row for row in rows if row.project.sort == Project.Sort.PROJECT]
    today = timezone.localdate()
    context = {
        "shell": shell_of(request), "fund": fund, "totals": totals_of(community_id),
        "year": totals_of(community_id, since=today.replace(month=1, day=1)), "this_year": today.year,
        "chart": month_chart(months), "spread": spread_chart(projects), "months": months[::-1],
        "projects": [row for row in projects if row.project.is_open],
        "ended": [row for row in projects if not row.project.is_open],
        "pots": [row for row in rows if row.project.sort != Project.Sort.PROJECT],
        "rules": MatchRule.objects.in_force(community_id, today).select_related("project"),
        "latest": _vouchers(request, community_id)[:8], "keeps": _keeps(request, community_id),
        "closed_month": Month.objects.filter(community=community_id, closed_at__isnull=False).first(),
        "lives_here": who(request).is_authenticated and who(request).community_id == community_id,
    }  # fmt: skip
    return render(request, "points/fund/accounts.html", context)


def month_chart(months: list[dict[str, Any]]) -> dict[str, Any]:
    labels = [f"{row['day'].year}-{row['day'].month:02d}" for row in months]
    return {
        "labels": labels, "unit": _("元"),
        "series": [
            {"name": _("收入"), "values": [row["came"] / 100 for row in months], "tone": "ontime"},
            {"name": _("支出"), "values": [row["went"] / 100 for row in months], "tone": "accent"},
        ],
    }  # fmt: skip


def spread_chart(projects: list[Any]) -> dict[str, Any]:
    shown = [row for row in projects if row.spent][:10]
    values = [row.spent / 100 for row in shown]
    return {
        "labels": [row.project.name for row in shown], "unit": _("元"),
        "series": [{"name": _("已支出"), "values": values, "tone": "accent"}],
    }  # fmt: skip


def _keeps(request: HttpRequest, community_id: int) -> bool:
    return works_with(who(request), community_id)


def _vouchers(request: HttpRequest, community_id: int) -> Any:
    rows = Voucher.objects.visible_to(who(request)).filter(community=community_id)
    return rows.select_related("project", "other").order_by("-pk")


class VoucherFilter(forms.Form):
    """The dashboard's figures link here by the same names."""

    flow = forms.ChoiceField(label=gettext_lazy("收支"), required=False, choices=[ALL, *FLOWS])
    sort = forms.ChoiceField(label=gettext_lazy("类别"), required=False, choices=[ALL, *Sort.choices])
    project = forms.ModelChoiceField(
        label=gettext_lazy("基金项目"),
        queryset=Project.objects.none(),
        required=False,
        empty_label=gettext_lazy("全部"),
    )
    month = forms.ModelChoiceField(
        label=gettext_lazy("月份"), queryset=Month.objects.none(), required=False, empty_label=gettext_lazy("全部")
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("时间"), required=False, coerce=int, empty_value=None, choices=last_days
    )

    def __init__(self, *args: Any, community_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, model in (("project", Project), ("month", Month)):
            field: Any = self.fields[name]
            field.queryset = model.objects.filter(community=community_id)

    @property
    def active(self) -> int:
        return sum(1 for name in self.fields if self.data.get(name))

    def narrow(self, rows: Any) -> Any:
        if not self.is_valid():
            return rows.none()
        chosen = dict(self.cleaned_data)
        if days := chosen.pop("days"):
            rows = rows.filter(day__gt=timezone.localdate() - timedelta(days=days), day__lte=timezone.localdate())
        if flow := chosen.pop("flow"):
            rows = rows.filter(sort__in=INCOME if flow == "in" else [Sort.SPENDING])
        return rows.filter(**{name: value for name, value in chosen.items() if value})


@public
@require_safe
def vouchers(request: HttpRequest, community_id: int) -> HttpResponse:
    """Every voucher, newest first."""
    fund = fund_or_404(request, community_id)
    chosen = VoucherFilter(request.GET, community_id=community_id)
    page = newest_first(chosen.narrow(_vouchers(request, community_id)), request.GET)
    template = "points/fund/_vouchers.html" if request.htmx else "points/fund/vouchers.html"  # type: ignore[attr-defined]
    return render(request, template, {"shell": shell_of(request), "fund": fund, "filter": chosen, "page": page})


@public
@require_safe
def voucher(request: HttpRequest, number: str) -> HttpResponse:
    """One of them, with all that residents may know; whoever keeps the fund can go on to its case."""
    rows = Voucher.objects.visible_to(who(request)).select_related(
        "community", "project", "other", "month", "case", "reverses"
    )
    found = get_object_or_404(rows, number=number)
    keeps = _keeps(request, found.community_id)
    shares = list(found.bank_shares.select_related("line")) if keeps else []
    context = {
        "shell": shell_of(request), "voucher": found, "keeps": keeps,
        "reversed_by": Voucher.objects.filter(reverses=found).first(),
        "beside": found.posting.vouchers.exclude(pk=found.pk).select_related("project"),
        "issue": getattr(found, "issue", None) if found.sort == Sort.GOODS_OUT else None,
        "stalls": _stalls(found), "shares": shares, "rest": found.amount - sum(share.amount for share in shares),
    }  # fmt: skip
    return render(request, "points/fund/voucher.html", context)


def _stalls(found: Voucher) -> Any:
    """What each stall of a fair took."""
    return Stall.objects.filter(fair=found.case_id) if found.sort == Sort.FAIR else []


@public
@require_safe
def project(request: HttpRequest, pk: int) -> HttpResponse:
    """One project: its budget, where its money came from and where it went."""
    found = get_object_or_404(Project.objects.select_related("community"), pk=pk)
    fund = fund_or_404(request, found.community_id)
    standing = next(row for row in standings(found.community_id) if row.project.pk == pk)
    page = newest_first(_vouchers(request, found.community_id).filter(project=found), request.GET)
    context = {
        "shell": shell_of(request), "fund": fund, "project": found, "standing": standing, "page": page,
        "keeps": _keeps(request, found.community_id), "spendings": found.spendings.open().count(),
        "lives_here": who(request).is_authenticated and who(request).community_id == found.community_id,
    }  # fmt: skip
    return render(request, "points/fund/project.html", context)
