"""The desk of whoever keeps the fund: how it stands, what waits, projects, rules and transfers."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.core.perms import Perm
from community.core.workflow import MoveError
from points.fund import booking
from points.fund.accounts import standings, totals_of
from points.fund.booking import Told
from points.fund.forms import FundForm, ProjectForm, RuleForm, TransferForm
from points.fund.income import begin_for
from points.fund.seeing import runs
from points.fund.views.place import keeping, own_community, own_fund, shell_of, who, working
from points.models import BankLine, Donation, Fair, Fund, MatchRule, Month, Project, Spending

KEEPER = Perm.RUN_FUND


@working
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    user = who(request)
    community = own_community(user)
    fund = Fund.objects.filter(community=community).first()
    context: dict[str, Any] = {
        "shell": shell_of(request), "community": community, "fund": fund, "runs": runs(user, community.pk)
    }  # fmt: skip
    if fund is not None:
        context |= {
            "totals": totals_of(community.pk), "standings": standings(community.pk), "waiting": _waiting(community.pk),
            "open_month": Month.objects.filter(community=community, closed_at=None).order_by("first_day").first(),
            "gaps": BankLine.objects.filter(community=community).unexplained()[:100].count(),
        }  # fmt: skip
    return render(request, "points/fund/desk.html", context)


def _waiting(community_id: int) -> list[Any]:
    """The oldest open matters of the fund."""
    found: list[Any] = []
    for model in (Spending, Donation, Fair):
        rows = model.objects.filter(community=community_id).open().select_related("project")
        found += rows.order_by("due_at", "pk")[:10]
    return sorted(found, key=lambda row: (row.due_at is None, row.due_at or row.raised_at))[:12]


@keeping
@require_POST
def open_up(request: HttpRequest) -> HttpResponse:
    """The fund and its pots; asked for twice, the first stands."""
    user = who(request)
    Fund.open_up(by=user, community=own_community(user, KEEPER), now=timezone.now())
    messages.success(request, _("公益基金已设立，请写说明和交款方式。"))
    return redirect("fund:settings")


@keeping
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    fund = own_fund(who(request), KEEPER)
    form = FundForm(request.POST or None, instance=fund)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("已保存。"))
        return redirect("fund:desk")
    return _form(request, form, _("基金说明与公开"), _("居民在账目页看到这些话。"), _("保存"))


@keeping
@require_http_methods(["GET", "POST"])
def new_project(request: HttpRequest) -> HttpResponse:
    user = who(request)
    fund = own_fund(user, KEEPER)
    form = ProjectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = Project.open_up(by=user, community=fund.community, now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            form.add_error("name", error.messages)
        else:
            messages.success(request, _("项目已立项。"))
            return redirect("fund:project", pk=made.pk)
    return _form(request, form, _("立项"), _("一个项目一份预算，支出只能在预算以内。"), _("立项"))


@keeping
@require_POST
def close_project(request: HttpRequest, pk: int) -> HttpResponse:
    """What is left goes to the fund at large."""
    user = who(request)
    found = get_object_or_404(Project.objects.filter(community=own_community(user, KEEPER)), pk=pk)
    try:
        found.close(by=user, now=timezone.now())
    except MoveError as refusal:
        messages.warning(request, str(refusal.message))
    else:
        messages.success(request, _("项目已结束，结余转入“不指定用途”。"))
    return redirect("fund:project", pk=pk)


@keeping
@require_http_methods(["GET", "POST"])
def transfer(request: HttpRequest) -> HttpResponse:
    """From the fund at large to a project or into the pool; the key makes a second click harmless."""
    user, now = who(request), timezone.now()
    fund = own_fund(user, KEEPER)
    form = TransferForm(request.POST or None, community=fund.community)
    if request.method == "POST" and form.is_valid():
        try:
            _transfer(fund, form, user, now)
        except MoveError as refusal:
            form.add_error("amount", str(refusal.message))
        else:
            messages.success(request, _("已调拨。"))
            return redirect("fund:desk")
    return _form(request, form, _("项目间调拨"), _("从“不指定用途”拨给项目，或放进配比资金池。"), _("调拨"))


def _transfer(fund: Fund, form: TransferForm, user: Any, now: Any) -> None:
    source = Project.objects.pot(fund.community_id, Project.Sort.GENERAL)
    told = Told(gettext_noop("从不指定用途的资金里调拨"), user, now, timezone.localdate(now))
    key: UUID = form.cleaned_data["request_key"]
    target: Project = form.cleaned_data["target"]
    with transaction.atomic():
        begin_for(target, told.day, now)
        booking.transfer(source, target, form.cleaned_data["amount"], f"transfer:{key}", told)


@working
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    user = who(request)
    community = own_community(user)
    rows = MatchRule.objects.filter(community=community).select_related("project")
    context = {
        "shell": shell_of(request), "rules": rows, "runs": runs(user, community.pk), "today": timezone.localdate()
    }  # fmt: skip
    return render(request, "points/fund/rules.html", context)


@keeping
@require_http_methods(["GET", "POST"])
def new_rule(request: HttpRequest) -> HttpResponse:
    user = who(request)
    fund = own_fund(user, KEEPER)
    form = RuleForm(request.POST or None, community=fund.community, initial={"begins_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            MatchRule.lay_down(by=user, community=fund.community, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("配比规则已定好，从开始日期起自动配比。"))
            return redirect("fund:rules")
    return _form(request, form, _("定配比规则"), _("配比的钱来自配比资金池，池子用完为止。"), _("定下"))


@keeping
@require_POST
def end_rule(request: HttpRequest, pk: int) -> HttpResponse:
    user = who(request)
    found = get_object_or_404(MatchRule.objects.filter(community=own_community(user, KEEPER)), pk=pk)
    found.end(by=user, now=timezone.now())
    messages.success(request, _("今天是这条规则的最后一天。"))
    return redirect("fund:rules")


def _form(request: HttpRequest, form: Any, title: str, lead: str, submit: str) -> HttpResponse:
    context = {"shell": shell_of(request), "form": form, "title": title, "lead": lead, "submit": submit}
    return render(request, "points/fund/form.html", context, status=422 if form.is_bound else 200)
