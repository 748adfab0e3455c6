"""``{{ line|change }}`` and ``{{ line|left }}``: what a line moved, and what it left; the same for accounts and rules."""

from django import template

from community.access.masking import mask_name
from points import amounts
from points.models import Account, Line, PointRule

register = template.Library()


@register.filter
def change(line: Line) -> str:
    return amounts.signed(line.account.asset, line.amount)


@register.filter
def left(line: Line) -> str:
    return amounts.standing(line.account.asset, line.balance)


@register.filter
def balance(account: Account) -> str:
    return amounts.standing(account.asset, account.balance)


@register.filter
def holder(account: Account) -> str:
    """Whose account, masked: “张* · 可用”; the community's own by its kind alone."""
    kind = str(account.get_kind_display())
    return f"{mask_name(str(account.owner))} · {kind}" if account.owner else kind


@register.filter
def reward(rule: PointRule) -> str:
    return amounts.signed(rule.asset, rule.amount)
