"""How a grant shows itself on the shared case page, its clock, and what is said of it."""

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.access.masking import mask_name
from community.core.perms import Perm
from community.core.verbs import Step
from community.directory.models import User
from community.notices.kinds import NoticeKind, case_facts, register
from points import amounts
from points.grants.models import Grant
from points.grants.people import left_out, people_of
from points.grants.workflow import Status, decides
from points.models.account import Asset
from points.proposing import kind as proposing
from points.redemption.solvency import solvency_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

SHOWN = 10


def context(grant: Grant, user: User) -> dict[str, Any]:
    """How many, how much together, who first; while it waits also who is left out, and whether points stay covered."""
    if grant.status != Status.WAITING:
        people: QuerySet[User] = User.objects.filter(pk__in=grant.given().values("account__owner"))
        return _counted(grant, people)
    today = timezone.localdate()
    approver = user if decides(user, grant) else None
    found = _counted(grant, grant.people(today, approver))
    apart = people_of(grant.group, grant.community_id, today).filter(pk__in=left_out(grant.raised_by, approver))
    covered = solvency_of(grant.community, timezone.now()).after(found["count"] * grant.amount)
    return found | {"apart": [mask_name(str(one)) for one in apart.order_by("pk")[:SHOWN]], "solvency": covered}


def _counted(grant: Grant, people: "QuerySet[User]") -> dict[str, Any]:
    count = people.count()
    return {
        "count": count,
        "each": amounts.size(Asset.POINTS, grant.amount),
        "total": amounts.size(Asset.POINTS, grant.amount * count),
        "names": [mask_name(str(one)) for one in people.order_by("pk")[:SHOWN]],
    }


def with_amount(step: Step) -> dict[str, Any]:
    grant: Any = step.matter
    return case_facts(step) | {"amount": grant.amount, "note": step.note}


def in_words(params: Any) -> dict[str, Any]:
    return dict(params) | {"size": amounts.signed(Asset.POINTS, params["amount"])}


def register_all() -> None:
    proposing.register(
        Grant, label=_("批量发放"), icon="coin", ends=_("记账"), list_url="points:grants", context=context,
        facts_of=lambda grant, user: {"group": grant.group, "amount": grant.amount},
    )  # fmt: skip
    register("grant.propose", NoticeKind("grant.waiting", _("有一件批量发放待复核：%(title)s"), (Perm.MANAGE_POINTS,)))
    register(
        "grant.approve",
        NoticeKind("grant.received", _("积分变动 %(size)s：%(title)s"), ("receivers",), _("有异议可以在“我的积分”里申诉。"),
                   params=with_amount, reading=in_words),
    )  # fmt: skip
    register(
        "grant.refuse",
        NoticeKind("grant.refused", _("未通过：%(title)s"), ("raised_by",), "%(note)s", params=with_amount),
    )
