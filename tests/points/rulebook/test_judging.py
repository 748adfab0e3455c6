"""Conditions, measures and caps of a rule, and what somebody looks at before it is given."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from community.directory.models import Membership
from points import rules
from points.models import Award, PointRule, Posting
from points.rulebook import facts
from points.rulebook.events import Happening
from tests.neighbourhood import Hood
from tests.points.purses import NOON, Village, balance, purse_of
from wishes.models import Wish

SIGN_IN = "activity.sign_in"


def a_rule(**more: Any) -> PointRule:
    details = {"code": "help", "name": "志愿服务", "events": [SIGN_IN], "amount": 1, "begins_on": date(2026, 1, 1)}
    rule = PointRule.objects.create(**(details | more))
    rules.known.forget()
    return rule


def sign_in(village: Village, key: str, at: datetime = NOON, minutes: int = 0, matter: Any = None) -> None:
    rules.happened(Happening(SIGN_IN, village.community.pk, at, key, matter, village.an, minutes))


def test_an_app_tells_of_what_is_no_step_and_it_pays_once(village: Village) -> None:
    a_rule(amount=2)
    sign_in(village, "a1")
    sign_in(village, "a1")
    assert balance(purse_of(village.an)) == 2


@pytest.mark.parametrize(("minutes", "points"), [(0, 0), (59, 0), (60, 1), (119, 1), (180, 2), (100_000, 2)])
def test_service_is_paid_by_whole_hours_up_to_a_limit(village: Village, minutes: int, points: int) -> None:
    a_rule(per_minutes=60, cap_once=2)
    sign_in(village, "a1", minutes=minutes)
    assert balance(purse_of(village.an)) == points


def test_a_day_and_a_half_year_have_caps(village: Village) -> None:
    a_rule(amount=2, cap_day=3, cap_period=5)
    for key in "abc":
        sign_in(village, key)
    assert balance(purse_of(village.an)) == 3  # the second gives what is left, the third nothing
    sign_in(village, "d", NOON + timedelta(days=1))
    sign_in(village, "e", NOON + timedelta(days=2))
    assert balance(purse_of(village.an)) == 5
    sign_in(village, "f", datetime(2026, 7, 1, 4, tzinfo=UTC))
    assert balance(purse_of(village.an)) == 7


def test_a_reversed_award_makes_room_again(village: Village) -> None:
    from points import ledger

    a_rule(amount=3, cap_day=3)
    sign_in(village, "a")
    ledger.reverse(Posting.objects.get(), key="undo", source=ledger.Source("记错"), now=NOON)
    sign_in(village, "b")
    assert balance(purse_of(village.an)) == 3


def test_who_has_left_earns_nothing(village: Village) -> None:
    a_rule()
    village.an.is_active = False
    sign_in(village, "a")
    assert not Posting.objects.exists()


class Matter:
    def __init__(self, rating: int | None, urgency: str = "normal") -> None:
        self.rating, self.urgency, self.raised_by_id = rating, urgency, None


@pytest.mark.parametrize(
    ("conditions", "matter", "points"),
    [
        ([{"fact": "rating", "op": "at_least", "value": 4}], Matter(4), 1),
        ([{"fact": "rating", "op": "at_least", "value": 4}], Matter(3), 0),
        ([{"fact": "rating", "op": "at_least", "value": 4}], Matter(None), 0),
        ([{"fact": "urgency", "op": "is", "value": "urgent"}], Matter(5, "urgent"), 1),
        ([{"fact": "photos", "op": "is", "value": True}], Matter(5), 0),
        ([{"fact": "rating", "op": "at_least", "value": 1}, {"fact": "minutes", "op": "at_most", "value": 0}], Matter(1), 1),
    ],
)  # fmt: skip
def test_conditions_are_data(village: Village, conditions: Any, matter: Matter, points: int) -> None:
    a_rule(conditions=conditions)
    sign_in(village, "a", matter=matter)
    assert balance(purse_of(village.an)) == points


@pytest.mark.parametrize(
    "condition",
    [
        {"fact": "__class__", "op": "is", "value": 1},
        {"fact": "rating", "op": "eval", "value": 1},
        {"fact": "rating", "op": "at_least", "value": "4"},
        {"fact": "rating", "op": "at_least", "value": True},
        {"fact": "urgency", "op": "is", "value": "os.system"},
        {"fact": "rating", "op": "at_least"},
        "rating >= 4",
    ],
)
def test_a_condition_nobody_can_read_is_refused(condition: Any) -> None:
    with pytest.raises(ValidationError, match="看不懂"):
        facts.check([condition])


def granted(hood: Hood, claimer: Any, raiser: Any, title: str = "换灯泡", now: datetime = NOON) -> Wish:
    wish = Wish.submit(by=raiser, community=hood.community, title=title, description="", now=now)
    wish.publish(by=hood.staff, now=now)
    wish.claim(by=claimer, now=now)
    wish.fulfil(by=claimer, now=now, note="好了")
    return wish.confirm(by=raiser, now=now, rating=5)


def test_a_wish_granted_within_a_household_waits_for_a_look(hood: Hood) -> None:
    Membership.begin(user=hood.volunteer, dwelling=hood.dwelling, how="request", now=NOON)
    wish = granted(hood, hood.volunteer, hood.resident)
    award = Award.objects.get()
    assert (award.reason, award.amount, award.about_id) == ("household", 10, wish.pk)
    assert balance(purse_of(hood.volunteer)) == 0

    award.approve(by=hood.secretary, now=NOON)
    assert balance(purse_of(hood.volunteer)) == 10
    assert Posting.objects.get().key == f"wish_granted:{wish.number}"


def test_points_for_whoever_raised_it_wait_for_a_look_too(hood: Hood) -> None:
    PointRule.objects.update(gives_to="raised_by")
    granted(hood, hood.volunteer, hood.party_member)
    assert balance(purse_of(hood.party_member)) == 10
    granted(hood, hood.party_member, hood.volunteer, "读报")
    Membership.begin(user=hood.volunteer, dwelling=hood.dwelling, how="request", now=NOON)
    granted(hood, hood.volunteer, hood.resident, "送药")
    held = Award.objects.order_by("pk").values_list("reason", "member")
    assert list(held) == [("reciprocal", hood.volunteer.pk), ("household", hood.resident.pk)]
    assert balance(purse_of(hood.resident)) == 0


def test_two_who_thank_each_other_are_looked_at(hood: Hood) -> None:
    granted(hood, hood.volunteer, hood.party_member)
    assert balance(purse_of(hood.volunteer)) == 10
    granted(hood, hood.party_member, hood.volunteer, "读报")
    assert Award.objects.get().reason == "reciprocal"
    assert balance(purse_of(hood.party_member)) == 0


def test_more_than_the_limit_waits_and_a_refusal_is_final(village: Village) -> None:
    a_rule(amount=8, approve_above=5)
    sign_in(village, "a")
    award = Award.objects.get()
    assert award.reason == "above"
    with pytest.raises(IntegrityError, match="award_once_per_event"), transaction.atomic():
        Award.objects.create(
            community=village.community, place=village.community, member=village.an, amount=1, reason="above",
            key=award.key, kind="award", number="JC1", raised_at=NOON, changed_at=NOON,
        )  # fmt: skip
    sign_in(village, "a")
    assert Award.objects.count() == 1
    assert not Posting.objects.exists()


def test_what_is_held_counts_towards_the_cap(village: Village) -> None:
    a_rule(amount=8, approve_above=5, cap_day=10)
    sign_in(village, "a")
    sign_in(village, "b")
    assert [award.amount for award in Award.objects.all()] == [8]
    assert balance(purse_of(village.an)) == 2


def test_the_version_of_the_day_counts_though_the_rule_changes_meanwhile(village: Village) -> None:
    """A patrol handed in late is paid as on the day it was walked."""
    old = a_rule(amount=2, ends_on=date(2026, 3, 2))
    a_rule(amount=7, begins_on=date(2026, 3, 3))
    sign_in(village, "late", NOON)
    assert balance(purse_of(village.an)) == 2
    PointRule.objects.filter(pk=old.pk).update(amount=9)
    sign_in(village, "late", NOON)
    assert balance(purse_of(village.an)) == 2
