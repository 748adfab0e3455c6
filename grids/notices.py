"""What is said to whom as incidents and patrols move."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from community.core.models import Case
from community.core.perms import Perm
from community.core.verbs import Step
from community.notices.duties import register_moves
from community.notices.kinds import SMS, NoticeKind, case_facts, is_urgent, register


def is_calm(step: Step) -> bool:
    return not is_urgent(step)


def with_note(step: Step) -> dict[str, Any]:
    return {**case_facts(step), "note": step.note}


def with_who(step: Step) -> dict[str, Any]:
    return {**case_facts(step), "who": str(step.by or "")}


def came_back(times: int) -> Callable[[Step], bool]:
    """A ``when``: it comes back for the first time, the second, or any later one; each time one desk further up."""
    return lambda step: min(step.matter.reopened, Case.Tier.STREET) == times  # type: ignore[attr-defined]


def with_reporters(step: Step) -> dict[str, Any]:
    return {**with_note(step), "reporters": len(step.matter.reporter_ids)}  # type: ignore[attr-defined]


def patrol_facts(step: Step) -> dict[str, Any]:
    return {"title": step.matter.title, "note": step.note}  # type: ignore[attr-defined]


def to_handlers(event: str, code: str, calm: Any, urgent: Any) -> None:
    """Whoever must answer: quietly by day, at once and by SMS when the clock never stops."""
    body = _("编号 %(number)s。%(note)s")
    register(
        event,
        NoticeKind(f"{code}", calm, ("awaits",), body, when=is_calm, params=with_note),
        NoticeKind(f"{code}_urgent", urgent, ("awaits",), body, (SMS,), True, is_urgent, with_note),
    )


def register_all() -> None:
    to_handlers("incident.report", "incident.reported", _("新事件待响应：“%(title)s”"), _("紧急事件：“%(title)s”"))
    to_handlers(
        "incident.dispatch", "incident.dispatched", _("派遣给您的事件：“%(title)s”"), _("紧急派遣：“%(title)s”")
    )
    to_handlers("incident.transfer", "incident.transferred", _("转给您的事件：“%(title)s”"), _("紧急转办：“%(title)s”"))
    to_handlers(
        "incident.uphold", "incident.upheld", _("异议成立，退回给您：“%(title)s”"), _("异议成立，退回：“%(title)s”")
    )
    to_handlers(
        "incident.overrule", "incident.overruled", _("异议不成立，请签收：“%(title)s”"), _("请马上签收：“%(title)s”")
    )
    to_handlers(
        "incident.fall_to_leader",
        "incident.fallen",
        _("承办人离任，转给您：“%(title)s”"),
        _("紧急，转给您：“%(title)s”"),
    )
    to_handlers("incident.reject", "incident.rejected", _("核查未通过：“%(title)s”"), _("核查未通过：“%(title)s”"))
    to_handlers("incident.reopen", "incident.reopened", _("事件重新打开：“%(title)s”"), _("事件重新打开：“%(title)s”"))
    register(
        "incident.reopen",
        *(NoticeKind(f"incident.reopened_{name}", _("居民反映问题还在：“%(title)s”"), (perm,), "%(note)s",
                     when=came_back(times), params=with_note)
          for times, name, perm in ((1, "leader", Perm.LEAD_GRID), (2, "community", Perm.LEAD_COMMUNITY),
                                    (3, "street", Perm.LEAD_STREET))),
        NoticeKind("incident.reopened_raiser", _("您反映的“%(title)s”已重新处理"), ("raised_by",)),
    )  # fmt: skip
    register(
        "incident.respond",
        NoticeKind("incident.responded", _("您反映的“%(title)s”有人处理了"), ("raised_by",),
                   _("承办人：%(who)s，编号 %(number)s。"), params=with_who),
    )  # fmt: skip
    register(
        "incident.resolve",
        NoticeKind("incident.resolved", _("您反映的“%(title)s”处理完毕"), ("raised_by",), _("还要由另一人核查。")),
        NoticeKind("incident.to_verify", _("事件待核查：“%(title)s”"), ("awaits",), _("编号 %(number)s。")),
    )
    register(
        "incident.verify",
        NoticeKind("incident.verified", _("您反映的“%(title)s”核查通过，请您评价"), ("raised_by",),
                   _("问题还在，请您说一声；七天内没有回复将自动结案。"), (SMS,)),
    )  # fmt: skip
    register(
        "incident.second",
        NoticeKind("incident.seconded", _("又有人反映“%(title)s”"), ("awaits",), _("现在共有 %(reporters)s 人。%(note)s"),
                   params=with_reporters),
    )  # fmt: skip
    register("incident.conclude", NoticeKind("incident.concluded", _("“%(title)s”核查通过，已结案"), ("handler",)))
    register("incident.rate", NoticeKind("incident.rated", _("居民评价了“%(title)s”"), ("handler",)))
    register(
        "incident.close_unrated",
        NoticeKind("incident.closed", _("“%(title)s”已自动结案"), ("raised_by", "handler"), _("七天内没有收到评价。")),
    )
    register(
        "incident.void",
        NoticeKind("incident.voided", _("“%(title)s”已作废"), ("raised_by", "handler"), _("原因：%(note)s"),
                   params=with_note),
    )  # fmt: skip
    register_moves("patrol")
    register(
        "patrol.start",
        NoticeKind("patrol.joint", _("联合巡查现在开始：%(title)s"), ("team",), "%(note)s", (SMS,), True,
                   lambda step: step.matter.secret, patrol_facts),  # type: ignore[attr-defined]
    )  # fmt: skip
    _about_the_work()
    register(
        "patrol.miss",
        NoticeKind("patrol.missed", _("%(title)s未完成"), ("assignee", Perm.LEAD_GRID, Perm.LEAD_COMMUNITY),
                   _("请了解原因，需要时另派人。"), params=patrol_facts),
    )  # fmt: skip


def _about_the_work() -> None:
    told = _("%(note)s")
    register(
        "incident.progress",
        NoticeKind("incident.progressed", _("您反映的“%(title)s”有新进展"), ("raised_by",), told, params=with_note),
    )
    register(
        "incident.dispute",
        NoticeKind("incident.disputed", _("派单异议待裁定：“%(title)s”"), ("awaits",), told, params=with_note),
    )
    register(
        "incident.call_in",
        NoticeKind("incident.called_in", _("请您协办：“%(title)s”"), ("called",), told, params=with_note),
    )
    register(
        "incident.recategorise",
        NoticeKind("incident.recategorised", _("“%(title)s”改了类别"), ("handler",), told, params=with_note),
    )
    register(
        "incident.ask_extension",
        NoticeKind("incident.extension_asked", _("延期待批准：“%(title)s”"), (Perm.DISPATCH_INCIDENTS,), told,
                   params=with_note),
    )  # fmt: skip
    register(
        "incident.grant_extension",
        NoticeKind("incident.extended", _("“%(title)s”延期办理"), ("raised_by", "handler"), told, params=with_note),
    )
    register(
        "incident.refuse_extension",
        NoticeKind("incident.not_extended", _("“%(title)s”没有同意延期"), ("handler",), told, params=with_note),
    )
    register(
        "incident.pause",
        NoticeKind("incident.paused", _("您反映的“%(title)s”暂停计时"), ("raised_by",), _("原因：%(note)s"),
                   params=with_note),
    )  # fmt: skip
    register(
        "incident.call_on",
        NoticeKind(
            "incident.to_call_on", _("请回访反映人：“%(title)s”"), ("awaits",), _("七天没有收到评价，抽中回访。")
        ),
    )
    register(
        "incident.follow_up",
        NoticeKind(
            "incident.followed_up", _("“%(title)s”已回访结案"), ("raised_by", "handler"), told, params=with_note
        ),
    )
    to_handlers(
        "incident.not_solved", "incident.unsolved", _("回访发现没有解决：“%(title)s”"), _("紧急，没有解决：“%(title)s”")
    )
