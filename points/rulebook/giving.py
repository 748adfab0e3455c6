"""From a verdict to the ledger: posted at once, or held until somebody has looked."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q, Sum

from community.core.models import Case
from community.directory.models import User
from points import ledger
from points.awards.models import Award
from points.households import share_a_home
from points.models.account import Kind, issuance, member
from points.models.posting import Line, Posting
from points.rulebook.events import Happening
from points.rulebook.judging import Becomes, Verdict, recipient_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from points.models.rule import RuleFields

RECIPROCAL_WITHIN = timedelta(days=180)


def taken(rule: "RuleFields", person: User, community_id: int, since: datetime, until: datetime) -> int:
    """What the person had from this rule in that time, and what is held for them; reversed postings do not count.

    Takes the person's row lock: two events at the same moment must not both find room under a cap.
    """
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    lines = Line.objects.filter(
        account__owner=person, account__community=community_id, account__kind=Kind.AVAILABLE,
        account__asset=rule.asset, posting__key__startswith=f"{rule.code}:", posting__kind=Posting.Kind.POST,
        posting__at__gte=since, posting__at__lt=until, posting__answered_by=None,
    )  # fmt: skip
    held = Award.objects.open().filter(
        member=person, code=rule.code, community=community_id, raised_at__gte=since, raised_at__lt=until
    )
    return (lines.aggregate(sum=Sum("amount"))["sum"] or 0) + (held.aggregate(sum=Sum("amount"))["sum"] or 0)


def hold_those_with_caps(rules: "Sequence[RuleFields]", happening: Happening, becomes: Becomes) -> None:
    """Lock all whom several rules will count for, before the first of them posts: people come before accounts."""
    if len(rules) < 2:
        return
    capped = [rule for rule in rules if rule.cap_day is not None or rule.cap_period is not None]
    people = {person.pk for rule in capped if (person := recipient_of(rule, happening, becomes))}
    if people:
        hold_people(people)


def hold_people(people: "Iterable[int]") -> None:
    """Locked together and in one order, two that give to several never wait for each other in a ring."""
    list(User.objects.select_for_update(no_key=True).filter(pk__in=set(people)).order_by("pk").values_list("pk"))


def give(verdict: Verdict) -> None:
    """Post what the verdict says, once; where it looks like a favour or is large, have somebody look first."""
    happening, rule = verdict.happening, verdict.rule
    if _is_settled_by_hand(verdict):
        return
    if reason := doubt(verdict):
        Award.hold_back(verdict, reason)
        return
    purse = member(verdict.person, happening.community_id, rule.asset)
    ledger.post(
        [(issuance(happening.community_id, rule.asset), -verdict.amount), (purse, verdict.amount)],
        key=verdict.key,
        source=ledger.Source(rule.name, happening.case),
        now=happening.at,
    )


def doubt(verdict: Verdict) -> str:
    """Why somebody should look before this is given; "" where nothing speaks against it."""
    above = verdict.rule.approve_above
    if above is not None and verdict.amount > above:
        return Award.Reason.ABOVE
    raiser, handler = verdict.happening.raiser, verdict.happening.handler
    if raiser is None or handler is None or raiser.pk == handler.pk:
        return ""
    if share_a_home(handler.pk, raiser.pk):
        return Award.Reason.HOUSEHOLD
    return Award.Reason.RECIPROCAL if _rate_each_other(raiser, handler, verdict.happening.at) else ""


def _rate_each_other(raiser: User, handler: User, at: datetime) -> bool:
    """Whether the two have lately stood the other way round, and the one who handles now rated it well.

    The same whichever of them the rule gives to: one alone can bring the other points by raising, or by confirming.
    """
    since = at - RECIPROCAL_WITHIN
    lately = Q(rated_at__gte=since) | Q(closed_at__gte=since)
    return Case.objects.filter(lately, raised_by=handler, handler=raiser, rating__gte=4).exists()


def _is_settled_by_hand(verdict: Verdict) -> bool:
    """Whether this matter was held before by this rule: then whoever looked has decided, or will."""
    if verdict.happening.raiser_id is None and verdict.rule.approve_above is None:
        return False
    return Award.objects.filter(community=verdict.happening.community_id, key=verdict.key).exists()
