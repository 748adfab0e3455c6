"""Many events at the same moment: together they never bring more than the caps of a day and of a half-year leave."""

import pytest
from django.db import transaction
from django.db.models import Sum

from points import rules
from points.models import Award, Line
from points.rulebook.events import Happening
from points.verification import faults
from tests.points.purses import NOON, Village
from tests.points.rulebook.test_judging import SIGN_IN, a_rule
from tests.points.test_ledger_at_once import at_once

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
