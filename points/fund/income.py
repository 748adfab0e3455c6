"""Money from outside becomes a project's, with what a rule adds to it: one posting, all or nothing."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from community.core.workflow import NotNow
from points import ledger
from points.fund import matching
from points.fund.booking import Slip, Told, begin, enter
from points.fund.matching import MatchRule
from points.fund.project import MOST, Project
from points.fund.purses import budget, of_fund
from points.fund.voucher import Sort
from points.models.posting import Posting

if TYPE_CHECKING:
    from points.models.account import Purse


def take_in(
    project: Project, amount: int, sort: str, source: str, key: str, told: Told
) -> tuple[Posting, MatchRule | None, int]:
    """Raises NotNow (closed month, closed project). Returns the posting, and the rule with what it added."""
    begin_for(project, told.day, told.now)
    rule, pool, more = matching.matched(project, amount, sort, told.day)
    entries: list[tuple[Purse, int]] = [
        (of_fund(project.community_id, source), -amount), (budget(project), amount + more)
    ]  # fmt: skip
    slips = [Slip(sort, project, amount)]
    if more and pool is not None:
        entries.append((budget(pool), -more))
        slips.append(Slip(Sort.MATCH, project, more, pool))
    posting = ledger.post(entries, key=key, source=_source(told), now=told.now, by=told.by)
    enter(posting, slips, told)
    matching.count(rule, more)
    return posting, rule, more


def begin_for(project: Project, day: date, now: datetime) -> None:
    """Take the fund's lock for a booking of this project, and see that neither month nor project has ended meanwhile."""
    begin(project.community_id, day, now)
    project.refresh_from_db()
    refuse_closed(project)


def _source(told: Told) -> ledger.Source:
    return ledger.Source(told.words, told.case)


def refuse_closed(project: Project) -> None:
    if not project.is_open:
        raise NotNow(_("项目“%(name)s”已经结束。") % {"name": project.name})


def check_amount(amount: int, name: str = "amount") -> None:
    if type(amount) is not int or not 0 < amount <= MOST:
        raise ValidationError({name: _("金额要大于 0，且不超过一千万元。")})
