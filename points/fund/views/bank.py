"""Pages of reconciliation: what is in the bank alone, in the books alone, or in both; and one line by hand."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.core.paging import newest_first
from community.core.perms import Perm
from community.core.workflow import MoveError
from points.fund import reconciling
from points.fund.seeing import runs
from points.fund.views.place import keeping, own_community, shell_of, who, working
from points.models import BankLine, Voucher

TABS = (
    ("", gettext_lazy("银行有、账上没有")),
    ("books", gettext_lazy("账上有、银行没有")),
    ("matched", gettext_lazy("已对上")),
)


@working
@require_safe
def bank(request: HttpRequest) -> HttpResponse:
    user = who(request)
    community = own_community(user)
    shown = request.GET.get("show", "")
    lines: Any = BankLine.objects.filter(community=community)
    rows: Any
    if shown == "books":
        rows = reconciling.in_the_books(community.pk).select_related("project", "other")
    elif shown == "matched":
        rows = lines.filter(matched_at__isnull=False).select_related("voucher", "matched_by")
    else:
        rows = lines.unexplained()
    context = {
        "shell": shell_of(request), "page": newest_first(rows, request.GET), "shown": shown, "runs": runs(user, community.pk),
        "tabs": [{"label": label, "href": f"?show={name}", "active": shown == name} for name, label in TABS],
        "last": lines.order_by("-day", "-pk").first(),
    }  # fmt: skip
    return render(request, "points/fund/bank.html", context)


@keeping
@require_POST
def match_all(request: HttpRequest) -> HttpResponse:
    user = who(request)
    done = reconciling.match_all(own_community(user, Perm.RUN_FUND).pk, by=user, now=timezone.now())
    messages.success(request, _("对上了 %(done)s 条；剩下的请逐条看。") % {"done": done})
    return redirect("fund:bank")


class AsideForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("为什么不需要凭证"), max_length=80, help_text=gettext_lazy("例如“存入收到的现金”“银行手续费”。"),
        error_messages={"required": gettext_lazy("请写明原因。")},
    )  # fmt: skip


@working
@require_http_methods(["GET", "POST"])
def line(request: HttpRequest, pk: int) -> HttpResponse:
    """One line, with the vouchers that could be meant."""
    user = who(request)
    found = get_object_or_404(BankLine.objects.visible_to(user).select_related("voucher", "matched_by"), pk=pk)
    step = request.POST.get("step", "")
    form = AsideForm(request.POST if step == "aside" else None)
    if request.method == "POST" and (step != "aside" or form.is_valid()):
        try:
            _step(found, step, request, form)
        except MoveError as refusal:
            messages.warning(request, str(refusal.message))
        return redirect("fund:bank-line", pk=pk)
    context = {
        "shell": shell_of(request), "line": found, "form": form, "runs": runs(user, found.community_id),
        "candidates": reconciling.candidates(found)[:20] if found.matched_at is None else [],
    }  # fmt: skip
    return render(request, "points/fund/bank_line.html", context, status=422 if form.is_bound else 200)


def _step(found: BankLine, step: str, request: HttpRequest, form: AsideForm) -> None:
    user, now = who(request), timezone.now()
    if step == "undo":
        reconciling.undo(found, by=user)
    elif step == "aside":
        reconciling.set_aside(found, form.cleaned_data["reason"], by=user, now=now)
    else:
        number = request.POST.get("voucher", "")
        voucher = get_object_or_404(Voucher.objects.filter(community=found.community_id), number=number)
        reconciling.match(found, voucher, by=user, now=now)
        messages.success(request, _("已对上。"))
