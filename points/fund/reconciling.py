"""对账: lines of the bank beside vouchers of the books. What agrees is matched; what does not is shown on either side."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from community.core.workflow import NotNow, NotYours
from points.fund.bank import BankLine
from points.fund.seeing import runs
from points.fund.voucher import CASH, Via, Voucher

if TYPE_CHECKING:
    from community.directory.models import User

WINDOW = timedelta(days=5)
AT_ONCE = 500


def in_the_books(community_id: int) -> "QuerySet[Voucher]":
    """Vouchers of money that should have passed through the bank, and that no line stands for yet."""
    rows = Voucher.objects.filter(community=community_id, sort__in=CASH).exclude(via__in=[Via.CASH, ""])
    return rows.filter(bank_line=None, reverses=None, reversed_by=None)


def candidates(line: BankLine) -> "QuerySet[Voucher]":
    """Of the same amount within a few days."""
    rows = in_the_books(line.community_id).filter(amount=line.amount)
    near = (line.day - WINDOW, line.day + WINDOW)
    return rows.filter(day__range=near).select_related("project", "case").order_by("day", "pk")


def match_all(community_id: int, *, by: "User", now: datetime) -> int:
    """Match what leaves no doubt: the same reference or number, or the only voucher of that amount around that day."""
    done = 0
    lines = BankLine.objects.filter(community=community_id).unexplained().order_by("day", "pk")[:AT_ONCE]
    for line in lines:
        if (voucher := _sure(line)) is not None:
            match(line, voucher, by=by, now=now)
            done += 1
    return done


def _sure(line: BankLine) -> Voucher | None:
    found = list(candidates(line)[:20])
    named = [voucher for voucher in found if _names(line, voucher)]
    if len(named) == 1:
        return named[0]
    alike = BankLine.objects.filter(
        community=line.community_id, amount=line.amount, day__range=(line.day - WINDOW, line.day + WINDOW)
    ).unexplained()
    return found[0] if len(found) == 1 and alike.count() == 1 else None


def _names(line: BankLine, voucher: Voucher) -> bool:
    """The bank's number stands in the books, or the donation's number in what the bank says."""
    if voucher.reference and voucher.reference in (line.reference, line.words):
        return True
    return voucher.case is not None and voucher.case.number in f"{line.words} {line.reference}"


def match(line: BankLine, voucher: Voucher, *, by: "User", now: datetime) -> None:
    """Raises NotYours, NotNow: one of the two has another already, or they do not agree."""
    if not runs(by, line.community_id):
        raise NotYours(_("您不能为这个基金对账。"))
    with transaction.atomic():
        line.refresh_from_db(from_queryset=BankLine.objects.select_for_update(of=("self",)))
        if line.matched_at is not None:
            raise NotNow(_("这条流水已经对过了。"))
        if voucher.community_id != line.community_id or voucher.amount != line.amount:
            raise NotNow(_("金额对不上，请另选一张凭证。"))
        line.voucher, line.matched_by, line.matched_at = voucher, by, now
        try:
            with transaction.atomic():
                line.save(update_fields=["voucher", "matched_by", "matched_at"])
        except IntegrityError as error:
            raise NotNow(_("这张凭证已经对上了另一条流水。")) from error


def set_aside(line: BankLine, reason: str, *, by: "User", now: datetime) -> None:
    """It needs no voucher: cash that was paid in, a fee."""
    if not runs(by, line.community_id):
        raise NotYours(_("您不能为这个基金对账。"))
    with transaction.atomic():
        line.refresh_from_db(from_queryset=BankLine.objects.select_for_update(of=("self",)))
        if line.matched_at is not None:
            raise NotNow(_("这条流水已经对过了。"))
        line.reason, line.matched_by, line.matched_at = reason.strip()[:80], by, now
        line.save(update_fields=["reason", "matched_by", "matched_at"])


def undo(line: BankLine, *, by: "User") -> None:
    """Matched in error."""
    if not runs(by, line.community_id):
        raise NotYours(_("您不能为这个基金对账。"))
    with transaction.atomic():
        line.refresh_from_db(from_queryset=BankLine.objects.select_for_update(of=("self",)))
        line.voucher, line.reason, line.matched_by, line.matched_at = None, "", None, None
        line.save(update_fields=["voucher", "reason", "matched_by", "matched_at"])
