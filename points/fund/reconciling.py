"""对账: lines of the bank beside vouchers of the books. What agrees is matched; what does not is shown on either side."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext_lazy as _

from community.core.workflow import NotNow, NotYours
from points import amounts
from points.fund.bank import BankLine, BankShare
from points.fund.fund import Fund
from points.fund.seeing import runs
from points.fund.voucher import CASH, Via, Voucher
from points.models.account import Asset

if TYPE_CHECKING:
    from community.directory.models import User

WINDOW = timedelta(days=5)
AROUND = timedelta(days=62)  # what is paid in parts or all at once may lie further away
AT_ONCE = 500


def with_rest(rows: "QuerySet[Voucher]") -> "QuerySet[Any]":
    """``matched`` in the bank, and ``rest`` which is not."""
    shares = BankShare.objects.filter(voucher=OuterRef("pk")).order_by().values("voucher")
    told = Coalesce(Subquery(shares.annotate(sum=Sum("amount")).values("sum")), Value(0))
    return rows.annotate(matched=told, rest=F("amount") - F("matched"))


def in_the_books(community_id: int) -> "QuerySet[Any]":
    """Vouchers of money that should have passed through the bank, of which the lines do not tell all yet.

    What was entered in error and reversed never went there, unless a line says so: then the money must come back.
    """
    rows = Voucher.objects.filter(community=community_id, sort__in=CASH).exclude(via__in=[Via.CASH, ""])
    went = BankShare.objects.values("voucher")
    stands = Q(reverses=None, reversed_by=None) | Q(pk__in=went) | Q(reverses__in=went)
    return with_rest(rows.filter(stands)).exclude(rest=0)


@dataclass(frozen=True)
class Gap:
    """What one side has and the other has not: how many, and how much came in and went out."""

    count: int
    came: int
    went: int


def gaps(community_id: int, until: date | None = None) -> tuple[Gap, Gap]:
    """In the bank alone, and in the books alone; before a day, or all. Two queries over what is not settled."""
    lines, books = BankLine.objects.filter(community=community_id).unexplained(), in_the_books(community_id)
    if until is not None:
        lines, books = lines.filter(day__lt=until), books.filter(day__lt=until)
    return _gap(lines, F("amount") - F("matched")), _gap(books, F("rest"))


def _gap(rows: "QuerySet[Any]", rest: Any) -> Gap:
    up, down = (Coalesce(Sum(rest, filter=Q(**{f"amount__{side}": 0})), Value(0)) for side in ("gt", "lt"))
    found = rows.order_by().aggregate(count=Count("pk"), came=up, went=down)
    return Gap(found["count"], found["came"], found["went"])


def candidates(line: BankLine, window: timedelta = AROUND) -> "QuerySet[Any]":
    """In the same direction some weeks around; the same amount first, then the nearest day."""
    rows = in_the_books(line.community_id).filter(day__range=(line.day - window, line.day + window))
    rows = rows.filter(amount__gt=0) if line.amount > 0 else rows.filter(amount__lt=0)
    alike = Case(When(rest=line.rest, then=0), default=1)
    apart = Greatest(F("day") - Value(line.day), Value(line.day) - F("day"))
    return rows.select_related("project", "case").order_by(alike, apart, "pk")


def match_all(community_id: int, *, by: "User", now: datetime) -> int:
    """Match what leaves no doubt: what one of the two names of the other, or the only voucher of that amount then."""
    done = 0
    lines = BankLine.objects.filter(community=community_id).unexplained().order_by("day", "pk")[:AT_ONCE]
    for line in lines:
        done += _match_sure(line, by, now)
    return done


def _match_sure(line: BankLine, by: "User", now: datetime) -> bool:
    """All of it or nothing: somebody else may be matching by hand."""
    found = _sure(line)
    try:
        with transaction.atomic():
            for voucher, amount in found:
                match(line, voucher, amount, by=by, now=now)
    except (NotNow, ValidationError):
        return False
    return bool(found)


def _sure(line: BankLine) -> list[tuple[Any, int]]:
    """All that a line names, where it makes up the line; the one that it names a part of; or the only one of its size."""
    found = list(candidates(line)[:50])
    named = [voucher for voucher in found if _names(line, voucher)]
    alike = [voucher for voucher in named if voucher.rest == line.rest]
    if len(alike) == 1:
        return _whole(alike)
    if named and sum(voucher.rest for voucher in named) == line.rest:
        return _whole(named)
    if len(named) == 1 and abs(line.rest) < abs(named[0].rest):
        return [(named[0], line.rest)]
    return _whole(_only(line, found))


def _whole(vouchers: Sequence[Any]) -> list[tuple[Any, int]]:
    return [(voucher, voucher.rest) for voucher in vouchers]


def _only(line: BankLine, found: Sequence[Any]) -> list[Any]:
    """The only voucher of that amount around that day, where the line is the only one as well."""
    near = (line.day - WINDOW, line.day + WINDOW)
    same = [row for row in found if row.rest == line.rest and near[0] <= row.day <= near[1]]
    lines = BankLine.objects.filter(community=line.community_id, amount=line.amount, day__range=near)
    return same if len(same) == 1 and lines.unexplained().count() == 1 else []


def _names(line: BankLine, voucher: Voucher) -> bool:
    """The bank's number stands in the books, or the donation's number in what the bank says."""
    if voucher.reference and voucher.reference in (line.reference, line.words):
        return True
    return voucher.case is not None and voucher.case.number in f"{line.words} {line.reference}"


def match(
    line: BankLine, voucher: Voucher, amount: int | None = None, *, by: "User | None", now: datetime
) -> BankShare:
    """So much of the line is so much of the voucher; unsaid, as much as both have left.

    Raises NotYours, NotNow, and ValidationError for an amount that one of the two does not have.
    """
    with transaction.atomic():
        _hold(line, by)
        if line.is_settled:
            raise NotNow(_("这条流水已经对完了。"))
        known = in_the_books(line.community_id).filter(pk=voucher.pk).first()
        rest = getattr(known, "rest", 0)
        if rest * line.amount <= 0:
            raise NotNow(_("这张凭证不能对这条流水：已经对完，或者收支方向相反。"))
        most = min(abs(rest), abs(line.rest))
        if amount is not None and not (amount * line.amount > 0 and abs(amount) <= most):
            size = amounts.size(Asset.CENTS, most)
            raise ValidationError({"amount": _("最多只能对 %(size)s。") % {"size": size}})
        if line.shares.filter(voucher=voucher).exists():
            raise NotNow(_("这张凭证已经对在这条流水上；要改金额请先撤销。"))
        taken = amount or (most if line.amount > 0 else -most)
        share = BankShare.objects.create(line=line, voucher=voucher, amount=taken, by=by, at=now)
        line.refresh_from_db(fields=["matched"])
    return share


def set_aside(line: BankLine, reason: str, *, by: "User", now: datetime) -> None:
    """What is left of it needs no voucher: cash that was paid in, a fee."""
    with transaction.atomic():
        _hold(line, by)
        if line.is_settled:
            raise NotNow(_("这条流水已经对完了。"))
        line.reason, line.aside_by, line.aside_at = reason.strip()[:80], by, now
        line.save(update_fields=["reason", "aside_by", "aside_at"])


def undo(line: BankLine, *, by: "User", share: int | None = None) -> None:
    """Matched in error: one share or all. The reason told of a rest that is another now."""
    with transaction.atomic():
        _hold(line, by)
        rows = line.shares.all() if share is None else line.shares.filter(pk=share)
        rows.delete()
        line.refresh_from_db(fields=["matched"])
        line.reason, line.aside_by, line.aside_at = "", None, None
        line.save(update_fields=["reason", "aside_by", "aside_at"])


def _hold(line: BankLine, by: "User | None") -> None:
    """One after the other, like everything that a fund books. Raises NotYours."""
    if not runs(by, line.community_id):
        raise NotYours(_("您不能为这个基金对账。"))
    Fund.objects.locked(line.community_id)
    line.refresh_from_db(from_queryset=BankLine.objects.select_for_update(of=("self",)))
