"""Pages of reconciliation: what is in the bank alone, in the books alone, or in both; and one line by hand."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.core import asked
from community.core.paging import newest_first
from community.core.perms import Perm
from community.core.workflow import MoveError, NotNow
from points.fund import reconciling
from points.fund.money import MoneyField
from points.fund.seeing import runs
from points.fund.views.place import keeping, own_community, shell_of, who, working
from points.models import BankLine, Voucher

if TYPE_CHECKING:
    from community.directory.models import User

LIKELY = 12  # vouchers offered for one line
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
        rows = lines.explained().prefetch_related("shares__voucher")
    else:
        rows = lines.unexplained()
    context = {
        "shell": shell_of(request), "page": newest_first(rows, request.GET), "shown": shown, "runs": runs(user, community.pk),
        "tabs": [{"label": label, "href": f"?show={name}", "active": shown == name} for name, label in TABS],
        "last": lines.order_by("-day", "-pk").first(), "gaps": reconciling.gaps(community.pk),
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


class ShareForm(forms.Form):
    """A voucher by its number, and how much of it this line is; as much as both have left where nothing is said."""

    voucher = forms.CharField(
        label=gettext_lazy("凭证号"), max_length=30, error_messages={"required": gettext_lazy("请填凭证号。")}
    )
    amount = MoneyField(
        label=gettext_lazy("对上多少元"), required=False, help_text=gettext_lazy("不填就按两边都还差的对。")
    )

    def __init__(self, *args: Any, line: BankLine, voucher: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.line = line
        if voucher is not None:
            self.initial = {"voucher": voucher.number, "amount": min(abs(voucher.rest), abs(line.rest))}
            self.fields["voucher"].widget = forms.HiddenInput()
            self.fields["amount"].help_text = ""
            self.auto_id = f"id_{voucher.number}_%s"

    def clean_voucher(self) -> Voucher:
        number = self.cleaned_data["voucher"].strip()
        found = Voucher.objects.filter(community=self.line.community_id, number=number).first()
        if found is None:
            raise forms.ValidationError(_("没有这个号的凭证，请核对。"))
        return found

    def share(self, user: "User") -> bool:
        """Whether it was done; else the reason stands beside its field."""
        amount = self.cleaned_data["amount"]
        if amount is not None and self.line.amount < 0:
            amount = -amount
        try:
            reconciling.match(self.line, self.cleaned_data["voucher"], amount, by=user, now=timezone.now())
        except MoveError as refusal:
            self.add_error(None if self.fields["voucher"].widget.is_hidden else "voucher", str(refusal.message))
        except ValidationError as error:
            self.add_error(None, error)
        return not self.errors


@working
@require_http_methods(["GET", "POST"])
def line(request: HttpRequest, pk: int) -> HttpResponse:
    """One line: what of it stands in the books, and the vouchers that the rest could be."""
    user = who(request)
    found = get_object_or_404(BankLine.objects.visible_to(user).select_related("aside_by"), pk=pk)
    step = request.POST.get("step", "")
    likely = [] if found.is_settled else list(reconciling.candidates(found)[:LIKELY])
    cards = [
        (voucher, ShareForm(_posted(request, step, voucher.number), line=found, voucher=voucher)) for voucher in likely
    ]
    named = {form.initial["voucher"] for _voucher, form in cards}
    other = request.POST.get("voucher") not in named and step == "share"
    by_hand = ShareForm(request.POST if other else None, line=found)
    aside = AsideForm(request.POST if step == "aside" else None)
    if request.method == "POST" and _step(
        found, step, user, request, [aside, by_hand, *(form for _voucher, form in cards)]
    ):
        return redirect("fund:bank-line", pk=pk)
    context = {
        "shell": shell_of(request), "line": found, "aside": aside, "by_hand": by_hand,
        "alike": [card for card in cards if card[0].rest == found.rest],
        "others": (others := [card for card in cards if card[0].rest != found.rest]),
        "open_others": bool(found.matched) or any(form.is_bound for _voucher, form in others),
        "runs": runs(user, found.community_id), "shares": found.shares.select_related("voucher__project", "by"),
    }  # fmt: skip
    return render(request, "points/fund/bank_line.html", context, status=422 if request.method == "POST" else 200)


def _posted(request: HttpRequest, step: str, number: str) -> Any:
    return request.POST if step == "share" and request.POST.get("voucher") == number else None


def _step(found: BankLine, step: str, user: "User", request: HttpRequest, forms_: list[Any]) -> bool:
    """Whether the page can be shown afresh; a form that is refused keeps what was typed."""
    bound = next((form for form in forms_ if form.is_bound), None)
    if bound is not None and not bound.is_valid():
        return False
    if isinstance(bound, ShareForm) and not found.is_settled:
        return bound.share(user)
    try:
        if isinstance(bound, ShareForm):
            raise NotNow(_("这条流水已经对完了。"))
        if isinstance(bound, AsideForm):
            reconciling.set_aside(found, bound.cleaned_data["reason"], by=user, now=timezone.now())
        else:
            reconciling.undo(found, by=user, share=asked.number(request.POST.get("share")))
    except MoveError as refusal:
        messages.warning(request, str(refusal.message))
    return True
