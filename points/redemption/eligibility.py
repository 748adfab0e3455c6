"""For whom an offer is meant: named conditions, chosen as data, tested by code that is registered here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.access.models import Post
from community.directory.models import PartyMember, Volunteer

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from community.directory.models import User

ELDER = 60


@dataclass(frozen=True)
class Condition:
    """``label`` says it to members; ``meets`` asks of one person at one moment."""

    code: str
    label: "str | _StrPromise"
    meets: "Callable[[User, datetime], bool]"


_conditions: dict[str, Condition] = {}


def register(condition: Condition) -> None:
    """Upper apps add what they know, such as which households are in need."""
    _conditions[condition.code] = condition


def choices() -> list[tuple[str, str]]:
    return [(condition.code, str(condition.label)) for condition in _conditions.values()]


def labels(codes: Iterable[str]) -> list[str]:
    return [str(_conditions[code].label) for code in codes if code in _conditions]


def meets(codes: Iterable[str], user: "User", now: datetime) -> bool:
    """Whether the person meets any of them; without any an offer is for everybody. An unknown condition is not met."""
    wanted = list(codes)
    return not wanted or any(code in _conditions and _conditions[code].meets(user, now) for code in wanted)


def _holds_post(user: "User", role: str, now: datetime) -> bool:
    return Post.objects.on(timezone.localdate(now)).filter(user=user, role__code=role).exists()


def is_party_member(user: "User", now: datetime) -> bool:
    known = user.person_id is not None and PartyMember.objects.filter(person=user.person_id).exists()
    return known or _holds_post(user, "party_member", now)


def is_volunteer(user: "User", now: datetime) -> bool:
    known = user.person_id is not None and Volunteer.objects.filter(person=user.person_id).exists()
    return known or _holds_post(user, "volunteer", now)


def is_elder(user: "User", now: datetime) -> bool:
    born = user.person.birth_month if user.person else None
    return born is not None and born <= timezone.localdate(now) - relativedelta(years=ELDER)


def register_all() -> None:
    register(Condition("party_member", _("党员"), is_party_member))
    register(Condition("volunteer", _("志愿者"), is_volunteer))
    register(Condition("elder", _("60 岁及以上老人"), is_elder))
