"""How a confirmed set becomes the rules: terms end and begin, and no row that ever held is overwritten."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from community.core.workflow import NotNow
from points.models.rule import PointRule

if TYPE_CHECKING:
    from points.rulebook.models import RuleSet

Ended = list[tuple[int, str | None]]  # the rule, and when it would have ended


def put_in_force(rule_set: "RuleSet", day: date) -> Ended:
    """From ``day`` on the drafts hold; what they leave as it is keeps its row. Raises NotNow where rules follow already."""
    own = PointRule.objects.select_for_update().filter(community=rule_set.community_id)
    if own.filter(begins_on__gte=day).exists():
        raise NotNow(_("这一天之后已有定好的规则，请先撤回那一份。"))
    before = {rule.code: rule for rule in PointRule.objects.in_force(rule_set.community_id, day)}
    drafts = {draft.code: draft for draft in rule_set.drafts.all()}
    changed = {code for code, draft in drafts.items() if code not in before or before[code].sayings != draft.sayings}
    gone = set(before) - set(drafts)
    ended = _end(list(own.on(day).filter(code__in=changed | gone)), day)
    new = [_rule(rule_set, code, day, drafts[code].sayings) for code in sorted(changed)]
    common = PointRule.objects.on(day).filter(community=None, code__in=gone)
    new += [_rule(rule_set, rule.code, day, rule.sayings | {"amount": 0}) for rule in common]
    PointRule.objects.bulk_create(new)
    return ended


def take_out(rule_set: "RuleSet") -> None:
    """The set is called off before its day: what it ended goes on, and its own rules never were."""
    rule_set.rules.all().delete()
    for pk, until in rule_set.ended:
        PointRule.objects.filter(pk=pk).update(ends_on=until)


def _end(rules: list[PointRule], day: date) -> Ended:
    ended: Ended = []
    for rule in rules:
        ended.append((rule.pk, rule.ends_on.isoformat() if rule.ends_on else None))
        rule.ends_on = day - timedelta(days=1)
        rule.save(update_fields=["ends_on"])
    return ended


def _rule(rule_set: "RuleSet", code: str, day: date, sayings: dict[str, Any]) -> PointRule:
    return PointRule(community_id=rule_set.community_id, rule_set=rule_set, code=code, begins_on=day, **sayings)
