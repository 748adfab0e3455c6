"""From what happens to the ledger: a follower of every step that gives points where a rule says so."""

import logging
from datetime import date
from functools import cache
from itertools import chain
from time import monotonic
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop as _

from community.core.verbs import Step
from points.models import PointRule
from points.rulebook.events import Happening, of_step, steps_of
from points.rulebook.giving import give, hold_those_with_caps, taken
from points.rulebook.judging import judge, naming
from points.succession import now_of

log = logging.getLogger(__name__)

UNPAID = [{"fact": "unpaid", "op": "is", "value": True}]
# What a hub starts with (domain rules, section 5). Points thank people for what nobody pays them for: whoever patrols or
# keeps a register by post earns none.
STARTING: list[dict[str, Any]] = [
    {"code": "wish_granted", "name": _("认领并完成微心愿"), "events": ["wish.granted"], "amount": 10},
    {
        "code": "volunteer_service", "name": _("一般志愿服务"), "events": ["activity.sign_in"], "amount": 1,
        "per_minutes": 60, "cap_once": 2,
    },
    {
        "code": "patrol", "name": _("义务巡逻"), "events": ["patrol.done"], "amount": 1, "per_minutes": 60,
        "conditions": UNPAID,
    },
    {
        "code": "survey", "name": _("信息采集"), "events": ["survey.sheet"], "amount": 2, "cap_day": 2,
        "conditions": UNPAID,
    },
    {"code": "mediation", "name": _("邻里调解"), "events": ["mediation.agree"], "amount": 2, "conditions": UNPAID},
]  # fmt: skip
STARTING_DAY = date(2020, 1, 1)


def plant() -> None:
    """Create the starting rules whose code does not exist; never touches an administrator's edit."""
    have = set(PointRule.objects.values_list("code", flat=True))
    PointRule.objects.bulk_create(
        PointRule(gives_to=PointRule.Recipient.HANDLER, begins_on=STARTING_DAY, **rule)
        for rule in STARTING
        if rule["code"] not in have
    )
    known.forget()


class KnownEvents:
    """The happenings of any rule, kept in the process, so that a step without a rule costs no query.

    Only names are kept: terms and amounts are read when needed. A rule with a new event is noticed within ``SECONDS``.
    """

    SECONDS = 30

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self._names: frozenset[str] | None = None
        self._read_at = 0.0

    def __contains__(self, event: str) -> bool:
        if self._names is None or abs(monotonic() - self._read_at) > self.SECONDS:
            self._names = steps_of(chain.from_iterable(PointRule.objects.values_list("events", flat=True)))
            self._read_at = monotonic()
        return event in self._names


known = KnownEvents()


def follow(step: Step) -> None:
    """Give what the rules say of this step, in its transaction."""
    if step.event in known:
        happened(of_step(step))


def happened(happening: Happening) -> None:
    """Give what the rules in force on the local day of the happening say of it; the caller's transaction carries it.

    Apps call this for what is no step of a matter. Told twice, it gives once.
    """
    if happening.event not in known:
        return
    here = PointRule.objects.in_force(happening.community_id, timezone.localdate(happening.at))
    meant, becomes = naming(here, happening), cache(now_of)
    hold_those_with_caps(meant, happening, becomes)
    for rule in meant:
        verdict = judge(rule, happening, taken, becomes)
        if verdict is None:
            log.info("rule %s gives nothing for %s", rule.code, happening.key)
        else:
            give(verdict)
