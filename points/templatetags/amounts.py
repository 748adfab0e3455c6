"""``{{ line|change }}`` and ``{{ line|left }}``: what a line moved, and what it left; the same for accounts and rules."""

from django import template
from django.utils.translation import gettext as _

from community.access.masking import mask_name
from points import amounts
from points.awards.models import Award
from points.models import Account, Asset, Certificate, Line
from points.models.rule import RuleFields

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
def of_asset(amount: int, asset: str) -> str:
    return amounts.standing(asset, amount)


@register.filter
def asset_name(asset: str) -> str:
    return str(Asset(asset).label)


@register.filter
def holder(account: Account) -> str:
    """Whose account, masked: “张* · 可用”; the community's own by its kind alone."""
    kind = str(account.get_kind_display())
    name = mask_name(str(account.owner)) if account.owner else str(account.project or "")
    return f"{name} · {kind}" if name else kind


@register.filter
def reward(rule: RuleFields) -> str:
    """“+10 分”, or what each so many minutes bring."""
    size = amounts.signed(rule.asset, rule.amount)
    return _("每 %(minutes)s 分钟 %(size)s") % {"minutes": rule.per_minutes, "size": size} if rule.per_minutes else size


@register.filter
def size(award: Award) -> str:
    return amounts.signed(award.asset, award.amount)


@register.filter
def served(certificate: Certificate) -> str:
    """The hours that it proves."""
    return amounts.size(Asset.HOURS, certificate.minutes)


@register.filter
def minutes(length: int) -> str:
    """Hours of service: “1 小时 30 分”."""
    return amounts.size(Asset.HOURS, length)


@register.filter
def in_hours(minutes: int) -> str:
    """“5.5”: quarters of an hour as a figure."""
    return f"{minutes / 60:.2f}".rstrip("0").rstrip(".")


@register.filter
def yuan(cents: int) -> str:
    """“¥200.00”, signed below zero."""
    return amounts.standing(Asset.CENTS, cents)


@register.filter
def moved(cents: int) -> str:
    """“+¥200.00”, “−¥3.50”."""
    return amounts.signed(Asset.CENTS, cents)
