"""月结是一项任务: closing the month before is planned, reminded of and missed like every other duty; its proof is the month."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from community.access.holders import holders
from community.access.models import Role
from community.core.models import Case
from community.core.perms import Perm
from community.core.rules import either, the_clock
from community.core.rules import holds as holding
from community.core.verbs import Step, verb
from community.core.workflow import Move, Workflow, sources
from community.duties.clocks import MISS, closing, last_moment
from community.duties.models import Occurrence, Plan
from community.duties.models.occurrence import OccurrenceQuerySet
from community.notices.kinds import NoticeKind
from community.notices.outbox import queue
from community.timers.clocks import WAITED_FOR, Clock, Rung
from points.fund.fund import Fund
from points.fund.months import Month
from points.fund.seeing import in_charge

if TYPE_CHECKING:
    from community.directory.models import User

ACCOUNTANT = "fund_accountant"
# Our own proposal: by the fifth of the next month, told of since the first, missed after the fifteenth.
RULE, CATCH_UP = "FREQ=MONTHLY;BYMONTHDAY=5", 10
AHEAD = Fraction(-48, 5)  # four days, counted in the ten hours of its window
Status = Occurrence.Status
works = either(holding(Perm.RUN_FUND), holding(Perm.APPROVE_FUND))

WORKFLOW = Workflow(
    moves=(
        Move("close", _("结账"), either(the_clock, works), sources(Status.PLANNED), Status.DONE, done=_("结了账"),
             tone="primary", icon="lock"),
        Move("miss", _("到期没有结账"), the_clock, sources(Status.PLANNED), Status.MISSED, done=_("到期没有结账"),
             icon="clock"),
    ),
    closed=sources(Status.DONE, Status.MISSED),
)  # fmt: skip
CLOCKS = (
    Clock(
        "close", _("月结"), frozenset({Status.PLANNED}), until=closing,
        ladder=(
            Rung("begin", AHEAD, (WAITED_FOR,), notice="month_closing.due"),
            Rung("remind", Fraction(0), (WAITED_FOR,), notice="month_closing.due"),
            Rung("due", Fraction(1), (WAITED_FOR, Perm.LEAD_COMMUNITY), tier=Case.Tier.COMMUNITY),
        ),
    ),
    Clock("lapse", _("月结最晚时刻"), frozenset({Status.PLANNED}), until=last_moment, ladder=MISS),
)  # fmt: skip


PROPOSED = NoticeKind("month.proposed", _("公益基金 %(year)s 年 %(month)s 月已制表，请复核结账"))
RECALLED = NoticeKind("month.recalled", _("公益基金 %(year)s 年 %(month)s 月的表退回了，请补好再制表"))
OUTDATED = NoticeKind("month.outdated", _("公益基金 %(year)s 年 %(month)s 月制表后又记了账，请重新制表"))


class ClosingQuerySet(OccurrenceQuerySet["MonthClosing"]):
    def visible_to(self, user: "User") -> Self:
        return self.filter(in_charge(user), kind=MonthClosing.matter_kind)

    def of(self, month: Month) -> Self:
        """The duty lies in the month after."""
        after = month.first_day_after
        days = (after, _month_after(after) - timedelta(days=1))
        return self.filter(kind=MonthClosing.matter_kind, community=month.community_id, day__range=days)


class MonthClosing(Occurrence):
    """The accountant answers for it; whoever of the two people closes the month does it."""

    matter_kind = "month_closing"
    workflow = WORKFLOW

    objects: ClassVar = ClosingQuerySet.as_manager()

    class Meta:
        proxy = True
        verbose_name = _("基金月结")
        verbose_name_plural = _("基金月结")

    @property
    def first_day(self) -> date:
        """Of the month that is to be closed."""
        return (self.day.replace(day=1) - timedelta(days=1)).replace(day=1)

    @property
    def title(self) -> str:
        words = {"year": self.first_day.year, "month": self.first_day.month}
        return gettext("公益基金 %(year)s 年 %(month)s 月结账") % words

    @property
    def awaits_perm(self) -> str:
        return Perm.RUN_FUND

    @classmethod
    def laid_out(cls, occurrences: Sequence[Any]) -> None:
        """A month without an entry is closed as well, so that none is missing in the row."""
        for duty in occurrences:
            month, _new = Month.objects.get_or_create(community_id=duty.community_id, first_day=duty.first_day)
            if month.is_closed:
                duty.close(by=None, now=month.closed_at)

    @verb
    def close(self, step: Step) -> None:
        """The second of two people has closed the month."""
        self.assignee = self.assignee or step.by

    @verb
    def miss(self, step: Step) -> None:
        """The month still stands open."""


def plan_for(fund: Fund, now: datetime) -> Plan:
    """What every fund has; the first time it is due for the month in which the fund was opened."""
    return Plan.objects.create(
        kind=MonthClosing.matter_kind, community=fund.community, title=gettext_noop("公益基金月结"),
        instructions=gettext_noop("上个月的账记全、与银行对好以后，一人制表，另一人复核结账。"), recurrence=RULE,
        starts_on=_month_after(timezone.localdate(now)), assigned=Plan.Assigned.POST,
        role=Role.objects.get(code=ACCOUNTANT), catch_up=Plan.CatchUp.WITHIN, catch_up_days=CATCH_UP,
    )  # fmt: skip


def plan_all(now: datetime) -> int:
    """Funds that were opened before closing was a duty get theirs."""
    planned = Plan.objects.filter(kind=MonthClosing.matter_kind).values("community")
    return len([plan_for(fund, now) for fund in Fund.objects.exclude(community__in=planned)])


def done(month: Month, *, by: "User", now: datetime) -> None:
    """Called by the month, which holds the fund."""
    for duty in MonthClosing.objects.of(month).planned():
        duty.close(by=by, now=now)


def tell_proposed(month: Month, *, by: "User", now: datetime) -> None:
    """Everybody who may be the second person."""
    place = month.community_id
    found = holders(Perm.RUN_FUND, community_id=place, widest=False)
    found |= holders(Perm.APPROVE_FUND, community_id=place, widest=False)
    _tell(PROPOSED, [user for user in found.distinct() if user != by], month, now)


def tell_recalled(month: Month, proposer: "User | None", *, by: "User | None", now: datetime) -> None:
    if proposer is not None and proposer != by:
        _tell(RECALLED if by else OUTDATED, [proposer], month, now)


def _tell(kind: NoticeKind, people: "list[User]", month: Month, now: datetime) -> None:
    params = {"year": month.first_day.year, "month": month.first_day.month}
    queue(kind, people, now=now, matter=MonthClosing.objects.of(month).order_by("-pk").first(), params=params)


def _month_after(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
