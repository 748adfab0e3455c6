"""Plans in words that a neighbour would use: “每周一、周四 08:00–18:00”."""

from typing import Any

from dateutil.rrule import DAILY, MONTHLY, WEEKLY
from django.utils.translation import gettext as _

from community.duties.festivals import Festival
from community.duties.models import Plan
from community.duties.recurrence import parse

LAST = -1


def weekday_names() -> list[str]:
    return [_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日")]


def summary(plan: Plan) -> str:
    """When the duty of a plan is to be done."""
    parts = [_rhythm(plan)]
    if plan.working_days_only:
        parts.append(_("（仅工作日）"))
    end = _("次日") if plan.overnight else ""
    if plan.rhythm == Plan.Rhythm.RANDOM:
        parts.append(
            _("%(opens)s–%(closes)s 之间抽定，每次 %(minutes)s 分钟，事先不通知")
            % {"opens": f"{plan.opens:%H:%M}", "closes": f"{plan.closes:%H:%M}", "minutes": plan.lasts}
        )
    else:
        parts.append(f"{plan.opens:%H:%M}–{end}{plan.closes:%H:%M}")
    return " ".join(parts)


def _rhythm(plan: Plan) -> str:
    if plan.rhythm == Plan.Rhythm.RANDOM:
        return _("每周 %(n)s 次") % {"n": plan.times_a_week}
    if plan.rhythm == Plan.Rhythm.FESTIVALS:
        names = _("、").join(str(Festival(name).label) for name in plan.festivals)
        return _("%(festivals)s前 %(days)s 天") % {"festivals": names, "days": plan.lead} if plan.lead else names
    return rule_in_words(plan)


def rule_in_words(plan: Plan) -> str:
    """A rule as one says it; one that has no simple words stands as it is written."""
    rule: Any = parse(plan.recurrence, plan.starts_on)
    asked: dict[str, Any] = {name: value for name, value in rule._original_rule.items() if value}
    if rule._count or rule._until or set(asked) - {"byweekday", "bymonthday"} or len(asked) > 1:
        return plan.recurrence
    every = rule._interval
    if rule._freq == DAILY and not asked:
        return _("每天") if every == 1 else _("每 %(n)s 天") % {"n": every}
    if rule._freq == WEEKLY and "bymonthday" not in asked:
        return _weekly(rule, every)
    if rule._freq == MONTHLY and every == 1:
        return _monthly(rule, asked)
    return plan.recurrence


def _weekly(rule: Any, every: int) -> str:
    names = weekday_names()
    days = _("、").join(names[day] for day in sorted(rule._byweekday or ()))
    return _("每%(days)s") % {"days": days} if every == 1 else _("每 %(n)s 周的%(days)s") % {"n": every, "days": days}


def _monthly(rule: Any, asked: dict[str, Any]) -> str:
    if "byweekday" not in asked:
        days = _("、").join(_("%(day)s 日") % {"day": day} for day in sorted(rule._bymonthday))
        return _("每月 %(days)s") % {"days": days} if days else _("每月最后一天")
    names, found = weekday_names(), []
    for day, nth in sorted(rule._bynweekday or ()):
        found.append(_nth(nth) + names[day])
    return _("每月%(days)s") % {"days": _("、").join(found)}


def _nth(nth: int) -> str:
    return _("最后一个") if nth == LAST else _("第 %(n)s 个") % {"n": nth}


def doer(plan: Plan) -> str:
    """Who does it, in words."""
    if plan.secret:
        return _("网格长组织，%(n)s 人参加") % {"n": len(plan.members.all())}
    if plan.assigned == Plan.Assigned.POST:
        return _("当天在任的%(role)s") % {"role": plan.role}
    if plan.assigned == Plan.Assigned.ROTA:
        return _("轮流：%(names)s") % {"names": _("、").join(str(member.user) for member in plan.members.all())}
    return str(plan.assignee or _("本网格任何一位"))


def lateness(plan: Plan) -> str:
    """What happens after the window has closed."""
    if plan.catch_up == Plan.CatchUp.WITHIN:
        return _("%(n)s 天内可以补做") % {"n": plan.catch_up_days}
    if plan.catch_up == Plan.CatchUp.NEXT:
        return _("做下一次时一并算完成，最多等 %(n)s 天") % {"n": plan.catch_up_days}
    return _("宽限 %(n)s 分钟") % {"n": plan.grace} if plan.grace else _("过时不补")
