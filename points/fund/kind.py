"""How donations, spendings and fairs show themselves on the shared case page and in the API."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from community.cases.registry import Kind, Stage, never
from points.fund import donating, fair_workflow, forms, spending_workflow
from points.fund.accounts import standing_of
from points.fund.donation import Donation
from points.fund.fair import Fair
from points.fund.fund import Fund
from points.fund.seeing import works_with
from points.fund.spending import Spending

if TYPE_CHECKING:
    from community.directory.models import User

D, S, F = donating.Status, spending_workflow.Status, fair_workflow.Status


def donation_context(donation: Donation, user: "User") -> dict[str, Any]:
    return {
        "keeps": works_with(user, donation.community_id),
        "fund": Fund.objects.filter(community=donation.community_id).first(),
        "mine": user.pk == donation.donor_id,
        "issues": list(donation.issues.select_related("project", "voucher")) if donation.quantity else [],
        "vouchers": list(donation.vouchers.order_by("pk")),
    }


def spending_context(spending: Spending, user: "User") -> dict[str, Any]:
    return {"standing": standing_of(spending.project), "vouchers": list(spending.vouchers.order_by("pk"))}


def fair_context(fair: Fair, user: "User") -> dict[str, Any]:
    return {
        "stalls": list(fair.stalls.select_related("entered_by")), "vouchers": list(fair.vouchers.order_by("pk")),
    }  # fmt: skip


DONATION = Kind(
    model=Donation,
    label=_("捐赠"),
    icon="heart-handshake",
    facts="points/fund/_donation.html",
    journey=(
        Stage(_("认捐"), frozenset()),
        Stage(_("待到账"), frozenset({D.PLEDGED})),
        Stage(_("已入账"), frozenset({D.RECEIVED})),
    ),
    list_url="fund:home",
    forms=forms.DONATION_FORMS,
    context=donation_context,
    facts_of=lambda donation, user: {
        "amount": donation.amount,
        "sort": donation.sort,
        "project": donation.project.name,
    },
    state_tones={str(state): tone for state, tone in donating.TONES.items()},
    followed_up=never,
)
SPENDING = Kind(
    model=Spending,
    label=_("基金支出"),
    icon="coin",
    facts="points/fund/_spending.html",
    journey=(
        Stage(_("申请"), frozenset()),
        Stage(_("初审"), frozenset({S.REQUESTED})),
        Stage(_("复审"), frozenset({S.REVIEWED})),
        Stage(_("付款"), frozenset({S.APPROVED})),
        Stage(_("核票"), frozenset({S.PAID})),
        Stage(_("办结"), frozenset({S.CLOSED})),
    ),
    list_url="fund:spendings",
    forms=forms.SPENDING_FORMS,
    context=spending_context,
    facts_of=lambda spending, user: {
        "amount": spending.amount, "paid": spending.paid, "project": spending.project.name,
    },
    state_tones={str(state): tone for state, tone in spending_workflow.TONES.items()},
    followed_up=never,
)  # fmt: skip
FAIR = Kind(
    model=Fair,
    label=_("集市收入"),
    icon="shopping-bag",
    facts="points/fund/_fair.html",
    journey=(
        Stage(_("登记"), frozenset({F.OPEN})),
        Stage(_("会签"), frozenset({F.COUNTED})),
        Stage(_("入账"), frozenset({F.POSTED})),
    ),
    list_url="fund:fairs",
    forms=forms.FAIR_FORMS,
    context=fair_context,
    facts_of=lambda fair, user: {"total": fair.total, "sort": fair.sort, "day": fair.day},
    state_tones={str(state): tone for state, tone in fair_workflow.TONES.items()},
    followed_up=never,
)
