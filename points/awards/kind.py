"""How an award shows itself on the shared case page, its clock, and what is said of it."""

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.core.models import Case
from community.core.perms import Perm
from community.core.verbs import Step
from community.notices.kinds import NoticeKind, case_facts, register
from points import amounts
from points.apart import manages
from points.awards.models import Award
from points.awards.workflow import Status
from points.models.account import Asset
from points.proposing import kind as proposing
from points.redemption.solvency import Solvency, solvency_of

if TYPE_CHECKING:
    from community.directory.models import User


def context(award: Award, user: "User") -> dict[str, Any]:
    manager = manages(user, award.community_id)
    return {
        "size": amounts.signed(award.asset, award.amount),
        "manages": manager,
        "solvency": _covered(award) if manager else None,
        "sees_about": award.about is not None and Case.objects.visible_to(user).filter(pk=award.about.pk).exists(),
    }


def _covered(award: Award) -> Solvency | None:
    """Whether what people have could still be redeemed if this were approved; asked only before more points are issued."""
    if award.status != Status.WAITING or award.asset != Asset.POINTS or award.amount < 0:
        return None
    return solvency_of(award.community, timezone.now()).after(award.amount)


def with_amount(step: Step) -> dict[str, Any]:
    award: Any = step.matter
    amount = step.data.get("amount", award.amount)
    return case_facts(step) | {"amount": amount, "asset": award.asset, "note": step.note}


def in_words(params: Any) -> dict[str, Any]:
    return dict(params) | {"size": amounts.signed(params["asset"], params["amount"])}


def register_all() -> None:
    proposing.register(
        Award, label=_("积分奖惩"), icon="coin", ends=_("记账"), list_url="points:awards", context=context,
        facts_of=lambda award, user: {"amount": award.amount, "asset": award.asset, "reason": award.reason},
    )  # fmt: skip
    waiting = NoticeKind("award.waiting", _("有一笔积分待复核：%(title)s"), (Perm.MANAGE_POINTS,))
    register("award.propose", waiting)
    register("award.hold", waiting)
    register(
        "award.approve",
        NoticeKind("award.approved", _("积分变动 %(size)s：%(title)s"), ("member",), _("有异议可以在“我的积分”里申诉。"),
                   params=with_amount, reading=in_words),
    )  # fmt: skip
    register(
        "award.refuse",
        NoticeKind("award.refused", _("未通过：%(title)s"), ("raised_by",), "%(note)s", params=with_amount),
    )
