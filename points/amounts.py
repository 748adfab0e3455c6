"""Amounts in words: points as they are, minutes as hours, cents as yuan."""

from django.utils.translation import gettext as _

from community.core import phrases
from points.models.account import Asset


def size(asset: str, amount: int) -> str:
    """“10 分”, “2 小时”, “¥1,203.50”; without a sign."""
    amount = abs(amount)
    if asset == Asset.HOURS:
        return phrases.hours(amount) if amount else _("0 小时")
    if asset == Asset.CENTS:
        return f"¥{amount // 100:,}.{amount % 100:02d}"
    return _("%(amount)s 分") % {"amount": amount}


def signed(asset: str, amount: int) -> str:
    """The same as a change: “+10 分”, “−2 小时”."""
    sign = "+" if amount > 0 else "−" if amount < 0 else ""
    return sign + size(asset, amount)


def standing(asset: str, amount: int) -> str:
    """The same as a balance: signed only below zero."""
    return signed(asset, amount) if amount < 0 else size(asset, amount)
