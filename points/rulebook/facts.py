"""Conditions of rules: data that names a fact, a comparison and a value. There is no code in it to run."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.access.staff import holds_staff_post
from community.core.models import Case
from points.rulebook.events import Happening

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True)
class Fact:
    """``read`` gives its value for a happening, None where there is none: then no condition on it holds."""

    label: "str | _StrPromise"
    kind: type[int] | type[bool] | type[str]
    read: Callable[[Happening], int | bool | str | None]
    choices: tuple[str, ...] = ()

    @property
    def comparisons(self) -> tuple[str, ...]:
        return ("at_least", "at_most") if self.kind is int else ("is",)


def _photos(happening: Happening) -> bool:
    attached = getattr(happening.matter, "attachments", None)
    return attached is not None and attached.exists()


def _unpaid(happening: Happening) -> bool | None:
    return None if happening.handler is None else not holds_staff_post(happening.handler)


FACTS: dict[str, Fact] = {
    "rating": Fact(gettext_lazy("评价星数"), int, lambda it: getattr(it.matter, "rating", None)),
    "minutes": Fact(gettext_lazy("用时（分钟）"), int, lambda it: it.minutes),
    "urgency": Fact(
        gettext_lazy("紧急程度"), str, lambda it: getattr(it.matter, "urgency", None), tuple(Case.Urgency.values)
    ),
    "unpaid": Fact(gettext_lazy("义务参与（不含在岗人员）"), bool, _unpaid),
    "photos": Fact(gettext_lazy("附有照片"), bool, _photos),
}
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "at_least": lambda found, wanted: found >= wanted,
    "at_most": lambda found, wanted: found <= wanted,
    "is": lambda found, wanted: found == wanted,
}


def hold(conditions: Iterable[dict[str, Any]], happening: Happening) -> bool:
    """Whether every condition is met."""
    return all(_holds(condition, happening) for condition in conditions)


def _holds(condition: dict[str, Any], happening: Happening) -> bool:
    found = FACTS[condition["fact"]].read(happening)
    return found is not None and COMPARE[condition["op"]](found, condition["value"])


def check(conditions: Any) -> None:
    """Refuse what no rule can mean, so that reading never meets it. Raises ValidationError."""
    if not isinstance(conditions, list):
        raise ValidationError(_("条件应是一列“事实、比较、数值”。"))
    for condition in conditions:
        if not isinstance(condition, dict) or set(condition) != {"fact", "op", "value"} or not _is_sound(condition):
            raise ValidationError(_("看不懂这个条件：%(condition)s") % {"condition": condition})


def _is_sound(condition: dict[str, Any]) -> bool:
    fact, value = FACTS.get(str(condition["fact"])), condition["value"]
    if fact is None or condition["op"] not in fact.comparisons or type(value) is not fact.kind:
        return False
    return not fact.choices or value in fact.choices


def words(condition: dict[str, Any]) -> str:
    """“评价星数不低于 4”."""
    fact, value = FACTS[condition["fact"]], condition["value"]
    if fact.kind is bool:
        return str(fact.label) if value else _("没有%(fact)s") % {"fact": fact.label}
    if fact.choices:
        return _("%(fact)s为%(value)s") % {"fact": fact.label, "value": Case.Urgency(value).label}
    said = _("%(fact)s不低于 %(value)s") if condition["op"] == "at_least" else _("%(fact)s不高于 %(value)s")
    return said % {"fact": fact.label, "value": value}
