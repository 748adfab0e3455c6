"""How a division shows itself on the shared case page, its clock, and what is said of it."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.verbs import Step
from community.notices.kinds import NoticeKind, case_facts, register
from points.division.models import Division
from points.division.moving import rows_of, still_held, sums
from points.division.workflow import Status
from points.models.account import Asset
from points.proposing import kind as proposing

if TYPE_CHECKING:
    from community.directory.models import User

SHOWN = 10


def context(division: Division, user: "User") -> dict[str, Any]:
    """While it waits, what would move as of now, the first people named; afterwards, what was moved."""
    found: dict[str, Any] = {"concerned": division.concerns(user), "shown": SHOWN}
    if division.status == Status.WAITING:
        accounts = division.standing()
        return found | {
            "sums": in_order(sums(accounts)),
            "rows": rows_of(accounts.select_related("owner").order_by("-pk")[:SHOWN]),
            "held": still_held(division.community_id, division.target_id),
        }
    return found | {"rows": rows_of(division.moved().select_related("account__owner").order_by("-pk")[:SHOWN])}


def in_order(found: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    """Points, hours, money: each by its name."""
    return [{"label": Asset(asset).label, "asset": asset, **found[asset]} for asset in Asset.values if asset in found]


def with_places(step: Step) -> dict[str, Any]:
    division: Any = step.matter
    return case_facts(step) | {"origin": str(division.community), "target": str(division.target), "note": step.note}


def register_all() -> None:
    proposing.register(
        Division, label=_("社区调整划转"), icon="arrows-exchange", ends=_("划转"), list_url="points:divisions", context=context,
        facts_of=lambda division, user: {"target": division.target_id},
    )  # fmt: skip
    register("division.propose", NoticeKind("division.waiting", _("有一件社区调整划转待复核"), (Perm.MANAGE_POINTS,)))
    register(
        "division.approve",
        NoticeKind(
            "division.moved", _("您的积分和时长随社区调整划到%(target)s"), ("movers",),
            _("一分不少，在“我的积分”里可以查到从%(origin)s划出、划入的每一笔。"), params=with_places,
        ),
        NoticeKind("division.done", _("%(title)s，已办理"), ("raised_by",)),
    )  # fmt: skip
    register(
        "division.refuse",
        NoticeKind("division.refused", _("%(title)s，未通过"), ("raised_by",), "%(note)s", params=with_places),
    )
