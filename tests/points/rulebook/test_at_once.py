"""Many events at the same moment: together they never bring more than the caps of a day and of a half-year leave."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.db.models import Sum

from points import rules
from points.models import Award, Line
from points.rulebook.events import Happening
from points.verification import faults
from tests.neighbourhood import Hood
from tests.points.purses import NOON, Village, balance, purse_of
from tests.points.rulebook.test_judging import SIGN_IN, a_rule
from tests.points.test_ledger_at_once import at_once
from tests.specimens import a_ruleset

pytestmark = pytest.mark.django_db(transaction=True)


def test_no_cap_is_passed_by_eight_at_once(village: Village) -> None:
    """Each person gets 2 of 5 a day, 3 of 7 in the half-year, and 2 of 3 a day that are held to be looked at."""
    a_rule(code="day", amount=2, cap_day=5)
    a_rule(code="period", amount=3, cap_period=7)
    a_rule(code="held", amount=2, cap_day=3, approve_above=1)
    people = [village.an, village.bo]

    def happen(number: int) -> None:
        for turn in range(3):
            for person in people[:: 1 if number % 2 else -1]:
                key = f"{number}-{turn}-{person.pk}"
                with transaction.atomic():
                    rules.happened(Happening(SIGN_IN, village.community.pk, NOON, key, None, person))

    at_once(happen)
    for person in people:
        own = Line.objects.filter(account__owner=person)
        given = {
            code: own.filter(posting__key__startswith=f"{code}:").aggregate(sum=Sum("amount"))["sum"]
            for code in ("day", "period")
        }
        assert given == {"day": 5, "period": 7}
        # The second event had room for one point only, which nobody needs to look at.
        held = Award.objects.filter(member=person, code="held").aggregate(sum=Sum("amount"))["sum"]
        assert held == 2
        assert own.filter(posting__key__startswith="held:").aggregate(sum=Sum("amount"))["sum"] == 1
    assert list(faults()) == []


def test_a_rule_changed_while_others_post_is_the_old_or_the_new_and_its_cap_holds(hood: Hood) -> None:
    """Today's events keep today's rule, whenever the second person confirms; nothing is given twice or by half."""
    a_rule(amount=2, cap_day=9)
    draft = a_ruleset(hood, now=NOON)
    new = {"name": "志愿服务", "events": [SIGN_IN], "gives_to": "handler", "asset": "points", "conditions": []}
    draft.put(by=hood.staff, now=NOON, code="help", amount=5, cap_day=9, **new)
    draft.rehearse(by=hood.staff, now=NOON)
    days = [NOON + timedelta(days=n) for n in range(3)]
    draft.submit(by=hood.staff, now=NOON, effective_on=days[1].date())

    def happen(key: str, day: int) -> None:
        with transaction.atomic():
            rules.happened(Happening(SIGN_IN, hood.community.pk, days[day], f"{day}-{key}", None, hood.volunteer))

    def work(number: int) -> None:
        if number == 3:
            draft.confirm(by=hood.secretary, now=NOON)
        for turn in range(3):
            for day in (1, 0) if number % 2 else (0, 1):
                happen(f"{number}-{turn}", day)

    at_once(work)
    happen("afterwards", 2)

    def given(day: int) -> list[int]:
        lines = Line.objects.filter(account__owner=hood.volunteer, posting__at=days[day])
        return sorted(lines.values_list("amount", flat=True), reverse=True)

    assert given(0) == [2, 2, 2, 2, 1]
    assert sum(given(1)) == 9
    assert given(2) == [5]
    assert list(faults()) == []


def test_people_who_thank_each_other_never_wait_in_a_ring(village: Village) -> None:
    """Two rules give for each event, to who did it and to who asked; half of the events are the other way round."""
    for code, gives_to in (("did", "handler"), ("asked", "raised_by")):
        a_rule(code=code, gives_to=gives_to, amount=1, cap_period=1000)

    def happen(number: int) -> None:
        did, asked = (village.an, village.bo) if number % 2 else (village.bo, village.an)
        matter = SimpleNamespace(handler=did, raised_by=asked, raised_by_id=asked.pk)
        for turn in range(6):
            with transaction.atomic():
                rules.happened(Happening(SIGN_IN, village.community.pk, NOON, f"{number}-{turn}", matter))

    at_once(happen)
    for person in (village.an, village.bo):
        assert balance(purse_of(person)) == 8 * 6
    assert list(faults()) == []
