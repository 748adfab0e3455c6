"""Lists of donations, spendings and fairs for whoever keeps the fund, and entering new ones."""

from typing import Any
from uuid import uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from community.cases.opening import opened
from community.core import asked
from community.core.paging import newest_first
from community.core.perms import Perm
from points.fund.forms import CashForm, FairForm, GoodsForm, OfCommunity, RequestForm
from points.fund.seeing import runs
from points.fund.views.place import keeping, own_community, own_fund, shell_of, who, working
from points.models import Donation, Fair, Spending

ALL = ("", gettext_lazy("全部"))

# What the dashboard counts together.
GROUPS = (("asked", gettext_lazy("待审批")), ("held", gettext_lazy("已预留，还没付")))
S = Spending.Status
STATES = {"asked": (S.REQUESTED, S.REVIEWED), "held": (S.REQUESTED, S.REVIEWED, S.APPROVED)}


class StateFilter(forms.Form):
    state = forms.ChoiceField(label=gettext_lazy("状态"), required=False)

    def __init__(self, *args: Any, model: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["state"]
        field.choices = [ALL, *(GROUPS if model is Spending else ()), *model.Status.choices]

    @property
    def active(self) -> int:
        return sum(1 for name in self.fields if self.data.get(name))

    def narrow(self, rows: Any) -> Any:
        if not self.is_valid():
            return rows.none()
        state = self.cleaned_data["state"]
        if state in STATES:
            return rows.filter(status__in=STATES[state])
        return rows.filter(status=state) if state else rows


def _listed(request: HttpRequest, model: Any, name: str, **words: Any) -> HttpResponse:
    user = who(request)
    community = own_community(user, wanted=request.GET.get("community", ""))
    chosen = StateFilter(request.GET, model=model)
    rows = chosen.narrow(model.objects.in_reach_of(user).filter(community=community).select_related("project"))
    template = "points/fund/_cases.html" if request.htmx else "points/fund/cases.html"  # type: ignore[attr-defined]
    context = {
        "shell": shell_of(request), "filter": chosen, "page": newest_first(rows, request.GET), "name": name,
        "runs": runs(user, community.pk), **words,
    }  # fmt: skip
    return render(request, template, context)


@working
@require_safe
def donations(request: HttpRequest) -> HttpResponse:
    return _listed(
        request, Donation, "donations", title=_("捐赠"), lead=_("谁捐的只有捐赠人和管账的人看得到；公示按捐赠人的意思写名字。"),
        icon="gift", empty=_("还没有捐赠"), invite=_("收到第一笔捐款或物资时，在这里登记。"),
    )  # fmt: skip


@working
@require_safe
def spendings(request: HttpRequest) -> HttpResponse:
    return _listed(
        request, Spending, "spendings", title=_("基金支出"), lead=_("申请的人不审批；初审、复审各一人；付款要附票据。"),
        icon="coin", empty=_("还没有支出"), invite=_("需要用钱时在这里申请，金额会先预留。"),
    )  # fmt: skip


@working
@require_safe
def fairs(request: HttpRequest) -> HttpResponse:
    return _listed(
        request, Fair, "fairs", title=_("集市收入"), lead=_("跳蚤市场、公益市集和利息等收入，一人登记、另一人会签后入账。"),
        icon="shopping-bag", empty=_("还没有集市"), invite=_("办一场跳蚤市场或公益市集，收入记在这里。"),
    )  # fmt: skip


@keeping
@require_http_methods(["GET", "POST"])
def cash(request: HttpRequest) -> HttpResponse:
    return _enter(request, CashForm, _("登记捐款"), _("钱到了再登记；有配比规则的会同时配上。"), "fund:donations")


@keeping
@require_http_methods(["GET", "POST"])
def goods(request: HttpRequest) -> HttpResponse:
    return _enter(
        request, GoodsForm, _("登记捐物"), _("点清数量、估个价；以后在这笔捐赠里登记发放。"), "fund:donations"
    )


@keeping
@require_http_methods(["GET", "POST"])
def new_spending(request: HttpRequest) -> HttpResponse:
    return _enter(
        request, RequestForm, _("申请支出"), _("提交后金额先从项目里预留，两位同事审批后才能付款。"), "fund:spendings"
    )  # fmt: skip


@keeping
@require_http_methods(["GET", "POST"])
def new_fair(request: HttpRequest) -> HttpResponse:
    return _enter(request, FairForm, _("办一场集市"), _("建好后逐个登记摊位，再请另一位同事会签。"), "fund:fairs")


def _enter(request: HttpRequest, form_class: type[OfCommunity], title: str, lead: str, back: str) -> HttpResponse:
    user = who(request)
    fund = own_fund(user, Perm.RUN_FUND)
    initial = {"request_key": uuid4(), "day": timezone.localdate(), **_chosen(request)}
    form = form_class(request.POST or None, user=user, community=fund.community, initial=initial)
    return opened(request, form, "points/fund/form.html", title=title, lead=lead, submit=_("提交"), back=back)


def _chosen(request: HttpRequest) -> dict[str, Any]:
    """A project that the page before has chosen."""
    project = asked.number(request.GET.get("project"))
    return {} if project is None else {"project": project}
