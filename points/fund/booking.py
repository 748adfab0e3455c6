"""Entering into the books: a posting of the ledger and its vouchers are one transaction, under the fund's lock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from community.core.models import Case
from community.core.models.serial import next_numbers
from community.core.workflow import NotNow, NotYours
from points import ledger
from points.fund.fund import Fund
from points.fund.months import Month
from points.fund.project import Project
from points.fund.purses import balance, budget
from points.fund.voucher import Sort, Voucher
from points.models.posting import Posting

if TYPE_CHECKING:
    from community.directory.models import User

PREFIX = "PZ"


class Slip(NamedTuple):
    """What a voucher will say of the money: into ``project``, out of the pot ``other``."""

    sort: str
    project: Project
    amount: int
    other: Project | None = None


@dataclass(frozen=True)
class Told:
    """What all vouchers of one posting share."""

    words: str
    by: "User | None"
    now: datetime
    day: date
    case: Case | None = None
    shown_name: str = ""
    via: str = ""
    reference: str = ""


def begin(community_id: int, day: date, now: datetime) -> None:
    """Take the fund's lock and see that the day can still be entered. Raises NotNow."""
    Fund.objects.locked(community_id)
    if day > timezone.localdate(now):
        raise NotNow(_("记账日不能在今天以后。"))
    if Month.objects.is_closed(community_id, day):
        raise NotNow(_("这个月已经结账，不能再记入；请记在还没有结账的月份。"))


def enter(posting: Posting, slips: Sequence[Slip], told: Told) -> list[Voucher]:
    """The vouchers of a posting: written now, or those that stand where its key had been posted before."""
    if not posting.fresh:
        return list(posting.vouchers.order_by("pk"))
    month = Month.objects.of(posting.community_id, told.day, told.now)
    numbers = next_numbers(PREFIX, posting.community_id, told.now, len(slips))
    return Voucher.objects.bulk_create(
        Voucher(
            community_id=posting.community_id, number=number, sort=slip.sort, day=told.day, month=month,
            posting=posting, project=slip.project, other=slip.other, amount=slip.amount, words=told.words[:120],
            case=told.case, shown_name=told.shown_name, via=told.via, reference=told.reference, by=told.by,
            entered_at=told.now,
        )
        for number, slip in zip(numbers, slips, strict=True)
    )  # fmt: skip


def transfer(source: Project, target: Project, amount: int, key: str, told: Told) -> list[Voucher]:
    """Between projects of one fund. Raises NotEnough; the caller has begun."""
    entries = [(budget(source), -amount), (budget(target), amount)]
    posting = ledger.post(entries, key=key, source=ledger.Source(told.words, told.case), now=told.now, by=told.by)
    return enter(posting, [Slip(Sort.TRANSFER, target, amount, source)], told)


def give_back_rest(project: Project, *, by: "User | None", now: datetime) -> None:
    """What is left free in a project that has ended goes to the fund at large; the caller holds the fund."""
    rest = balance(budget(project))
    if rest <= 0:
        return
    general = Project.objects.pot(project.community_id, Project.Sort.GENERAL)
    before = Voucher.objects.filter(other=project).count()
    told = Told(gettext_noop("项目结束，结余转回"), by, now, timezone.localdate(now))
    transfer(project, general, rest, f"project:{project.pk}:rest:{before}", told)


def reverse(posting: Posting, *, by: "User", case: Case | None, now: datetime) -> list[Voucher]:
    """The only correction: the mirror image, dated today, by another than whoever entered it. Raises NotEnough."""
    today = timezone.localdate(now)
    begin(posting.community_id, today, now)
    known = list(posting.vouchers.select_related("project", "other").order_by("pk"))
    if any(voucher.by_id == by.pk for voucher in known):
        raise NotYours(_("记账的人不能自己冲正，请另一位同事来办。"))
    made = ledger.reverse(
        posting, key=f"reverse:{posting.pk}", source=ledger.Source(posting.words, case), now=now, by=by
    )
    if not made.fresh:
        return list(made.vouchers.order_by("pk"))
    month = Month.objects.of(posting.community_id, today, now)
    numbers = next_numbers(PREFIX, posting.community_id, now, len(known))
    return Voucher.objects.bulk_create(
        Voucher(
            community_id=old.community_id, number=number, sort=old.sort, day=today, month=month, posting=made,
            project=old.project, other=old.other, amount=-old.amount, words=old.words, case=old.case,
            shown_name=old.shown_name, via=old.via, reference=old.reference, reverses=old, by=by, entered_at=now,
        )
        for number, old in zip(numbers, known, strict=True)
    )  # fmt: skip
