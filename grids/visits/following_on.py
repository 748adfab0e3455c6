"""一次填写，处处更新: what was found at a door goes to the directory, the wishes, the incidents and the tiers."""

from datetime import datetime
from typing import TYPE_CHECKING

from community.cases.registry import Heard, kind_of
from community.core.models import Case
from community.directory.models import Dwelling, Person
from grids.models.incident import Incident
from grids.visits.found import Care, Found, Problem, Wished

if TYPE_CHECKING:
    from community.directory.models import User
    from grids.visits.record import VisitRecord


def carry_out(record: "VisitRecord", found: Found, *, by: "User", now: datetime) -> None:
    """Everything in the transaction of the visit: all or nothing. Raises what the registers raise."""
    _update_directory(record.dwelling, found)
    raised: list[Case] = []
    if found.wished:
        raised.append(_wish(record.dwelling, found.wished, by, now))
    if found.problem:
        raised.append(_incident(record.dwelling, found.problem, by, now))
    if raised:
        record.raised.set([case.pk for case in raised])
    if found.care:
        _place(record, found.care, by, now)


def _update_directory(dwelling: Dwelling, found: Found) -> None:
    for person in Person.objects.filter(dwelling=dwelling, pk__in=found.phones):
        person.phone = found.phones[person.pk]
        person.save(update_fields=["phone"])
    changed = {
        name: value
        for name, value in (("residents", found.residents), ("usage", found.usage or None))
        if value is not None and value != getattr(dwelling, name)
    }
    if changed:
        Dwelling.objects.filter(pk=dwelling.pk).update(**changed)


def _wish(dwelling: Dwelling, wished: Wished, by: "User", now: datetime) -> Case:
    """Through the wishes' own door, as the registry knows it."""
    person = wished.person
    raise_it = kind_of("wish").raise_heard
    if raise_it is None:
        raise LookupError("wishes take nothing that was heard elsewhere")
    heard = Heard(
        by=by, text=wished.text, channel=Case.Channel.VISIT, dwelling=dwelling, name=person.name if person else "",
        phone=person.phone if person else "", consent=wished.consent, now=now,
    )  # fmt: skip
    return raise_it(heard)


def _incident(dwelling: Dwelling, problem: Problem, by: "User", now: datetime) -> Case:
    """The place names the staircase, not the door: whoever handles it asks the visitor."""
    building = dwelling.building
    return Incident.report(
        by=by, now=now, community=building.estate.community, category=problem.category, building=building,
        place=dwelling.unit, description=problem.text, channel=Case.Channel.VISIT,
    )  # fmt: skip


def _place(record: "VisitRecord", care: Care, by: "User", now: datetime) -> None:
    from grids.visits.tiers import HouseholdTier

    HouseholdTier.place(
        dwelling=record.dwelling, tier=care.tier, reason=care.reason, facts=care.facts, by=by, now=now,
        during=record.duty_id,
    )  # fmt: skip
