"""From confirmed minutes to the ledger: hours to each volunteer, and the event by which rules may give points."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from community.directory.models import User
from community.notices.kinds import NoticeKind
from community.notices.outbox import queue
from points import amounts, ledger, rules
from points.households import homes_of
from points.models.account import Asset, Kind, Purse, issuance, member
from points.models.posting import Posting
from points.models.rule import PointRule
from points.rulebook.events import Happening
from points.rulebook.giving import hold_people
from points.succession import now_of, successors
from points.teams.signup import QUARTER, SignUp

if TYPE_CHECKING:
    from points.teams.activity import Activity

SERVED = gettext_noop("志愿服务时长")
SIGN_IN = "activity.sign_in"  # hours that were signed in for and proved; rules knew the name before there were teams


def size(minutes: int) -> str:
    """“1 小时 30 分”."""
    return amounts.size(Asset.HOURS, minutes)


def in_words(params: Any) -> dict[str, Any]:
    return {**params, "size": size(params["minutes"])}


PROPOSED = NoticeKind(
    "volunteering.proposed", _("“%(title)s”报了您 %(size)s"), body=_("不对的话，请在确认之前到活动页面说明。"), reading=in_words
)  # fmt: skip
RECORDED = NoticeKind(
    "volunteering.recorded", _("“%(title)s”记入 %(size)s，谢谢您"), body=_("在“我的志愿服务”里可以查到。"), reading=in_words
)  # fmt: skip


def checked(minutes: Any, length: int) -> int:
    """Minutes that may be recorded: whole quarters, not below nothing, not beyond the activity. Raises ValidationError."""
    if type(minutes) is not int or minutes % QUARTER:
        raise ValidationError(_("时长以一刻钟计，例如 1.5 小时。"))
    if not 0 <= minutes <= length:
        most = {"most": size(length)}
        raise ValidationError(_("时长不能少于 0，也不能超过活动的 %(most)s。") % most)
    return minutes


def stands_apart_from_all(user: User, people: Collection[int]) -> bool:
    """Neither one of them nor living with one of them. Two queries, however many."""
    homes = homes_of({user.pk, *people})
    own = homes.get(user.pk, set())
    return user.pk not in people and not any(own & homes.get(pk, set()) for pk in people)


def tell_proposed(activity: "Activity", rows: Iterable[SignUp], now: datetime) -> None:
    for row in rows:
        queue(PROPOSED, [row.user], now=now, matter=activity, params=_facts(activity, row.proposed))


def credit(activity: "Activity", rows: list[SignUp], *, by: User, now: datetime) -> None:
    """Post what was proposed for each, and let the rules know. People and accounts are locked in everybody's order."""
    _lock(activity.community_id, {row.user_id for row in rows})
    for row in rows:
        minutes = row.proposed or 0
        posting = post_hours(
            activity, row.user, minutes, key=f"volunteering:{activity.number}:{row.user_id}", by=by, now=now
        )
        row.set(minutes=minutes, posting=posting)
        if minutes:
            tell_rules(activity, row.user, minutes, now)
            queue(RECORDED, [row.user], now=now, matter=activity, params=_facts(activity, minutes))


def _lock(community_id: int, people: set[int]) -> None:
    merged = successors([community_id])
    people = people | {merged[pk].pk for pk in people & merged.keys()}
    hold_people(people)
    ledger.lock(community_id, people, Kind.ISSUANCE)


def post_hours(
    activity: "Activity", user: User, minutes: int, *, key: str, by: User, now: datetime
) -> Posting | None:  # fmt: skip
    if not minutes:
        return None
    here = activity.community_id
    entries = [(issuance(here, Asset.HOURS), -minutes), (hours_of(user, here), minutes)]
    return ledger.post(entries, key=key, source=ledger.Source(SERVED, activity), now=now, by=by)


def hours_of(user: User, community_id: int) -> Purse:
    """Where somebody's hours go: to whoever they are now, where two accounts of one person were merged."""
    return member(now_of(user, community_id), community_id, Asset.HOURS)


def tell_rules(activity: "Activity", user: User, minutes: int, now: datetime, *, after: str = "") -> None:
    """Rules give for hours that were proved. Who organised it has raised it, and still served: told without the case."""
    rules.happened(_happening(activity, user, minutes, now, after))


def served_between(community_id: int, since: datetime, until: datetime) -> Iterable[Happening]:
    """For the rehearsal of rules: what was proved in that time, as it stands today."""
    rows = SignUp.objects.recorded().filter(
        minutes__gt=0, activity__community=community_id, activity__confirmed_at__gte=since,
        activity__confirmed_at__lt=until,
    ).select_related("activity", "user").order_by("activity__confirmed_at", "pk")  # fmt: skip
    for row in rows.iterator():
        yield _happening(row.activity, row.user, row.minutes or 0, row.activity.confirmed_at or since, "")


def _happening(activity: "Activity", user: User, minutes: int, at: datetime, after: str) -> Happening:
    return Happening(
        SIGN_IN, activity.community_id, at, happening_key(activity, user, after),
        matter=None if user.pk == activity.raised_by_id else activity, person=user, minutes=minutes,
    )  # fmt: skip


def happening_key(activity: "Activity", user: User, after: str = "") -> str:
    """What the rules pay once; ``after`` a correction they look again."""
    return "-".join(filter(None, (activity.number, str(user.pk), after)))


def points_keys(activity: "Activity", user: User, corrections: Iterable[str]) -> list[str]:
    """Every key under which a rule may have given points for these hours."""
    codes = set(PointRule.objects.filter(events__contains=[SIGN_IN]).values_list("code", flat=True))
    return [f"{code}:{happening_key(activity, user, after)}" for code in sorted(codes) for after in ("", *corrections)]


def _facts(activity: "Activity", minutes: int | None) -> dict[str, Any]:
    return {"number": activity.number, "title": activity.title, "minutes": minutes or 0}
