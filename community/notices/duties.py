"""What is said of duties of every kind: that one may begin, that it has become yours, that it was missed."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from community.core.models import Case
from community.core.perms import Perm
from community.core.verbs import Step
from community.notices.kinds import NoticeKind, register

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def facts(step: Step) -> dict[str, Any]:
    duty: Any = step.matter
    return {"title": duty.title, "day": f"{duty.day:%m-%d}", "note": step.note}


def alarms(tier: int) -> Any:
    """Whether the duty's plan lets a miss be told that far up."""

    def when(step: Step) -> bool:
        plan = step.matter.plan  # type: ignore[attr-defined]
        return plan is None or plan.alarm >= tier

    return when


def register_moves(kind: str) -> None:
    """The notices of the moves that every duty has; called for each kind in its app's ``apps.py``."""
    register(
        f"{kind}.reassign",
        NoticeKind(f"{kind}.reassigned", _("“%(title)s”（%(day)s）由您来做"), ("assignee",), "%(note)s", params=facts),
    )


def register_misses(kind: str) -> None:
    """A miss is told to whoever was to do it, and as far up as the plan says."""
    missed: _StrPromise = _("“%(title)s”（%(day)s）未完成")
    body = _("请了解原因，需要时另派人。")
    register(
        f"{kind}.miss",
        NoticeKind(f"{kind}.missed", missed, ("assignee",), params=facts),
        NoticeKind(f"{kind}.missed_leader", missed, (Perm.LEAD_GRID,), body, when=alarms(Case.Tier.LEADER), params=facts),
        NoticeKind(
            f"{kind}.missed_community", missed, (Perm.LEAD_COMMUNITY,), body,
            when=alarms(Case.Tier.COMMUNITY), params=facts,
        ),
    )  # fmt: skip


def register_all() -> None:
    register_moves("duty")
    register_misses("duty")
    register("", NoticeKind("duty.begin", _("可以开始了：“%(title)s”"), body=_("这次是不事先通知的，请现在组织。")))
