"""From what people do to their points, by rules that are data."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from community.core.verbs import Step
from community.core.workflow import Move
from community.directory.models import User
from community.timers.sweep import sweep
from points import rules
from points.models import PointRule, Posting
from points.rulebook.events import Happening
from tests.neighbourhood import Hood
from tests.points.purses import NOON, Village, balance, purse_of
from wishes.models import Wish


def granted(hood: Hood, **more: Any) -> Wish:
    """A wish on its way, fulfilled by the volunteer."""
    wish = Wish.submit(by=hood.resident, community=hood.community, title="换灯泡", description="", now=NOON)
    wish.publish(by=hood.staff, now=NOON)
    wish.claim(by=more.get("claimer", hood.volunteer), now=NOON)
    wish.fulfil(by=wish.handler, now=NOON, note="换好了")
    return wish


def test_granting_a_wish_brings_ten_points(hood: Hood) -> None:
    wish = granted(hood)
    assert balance(purse_of(hood.volunteer)) == 0
    wish.confirm(by=hood.resident, now=NOON, rating=5)
    assert balance(purse_of(hood.volunteer)) == 10
    posting = Posting.objects.get()
    assert (posting.key, posting.reason, posting.at) == (f"wish_granted:{wish.number}", "认领并完成微心愿", NOON)
    assert posting.case is not None
    assert posting.case.pk == wish.pk


def test_a_resident_who_stays_silent_costs_the_volunteer_nothing(hood: Hood) -> None:
    granted(hood)
    sweep(NOON + timedelta(days=14))
    assert balance(purse_of(hood.volunteer)) == 10


@dataclass
class Errand:
    """Just enough of a matter for a rule."""

    community_id: int
    handler: User | None = None
    raised_by: User | None = None
    number: str = "XY1"
    matter_kind: str = "errand"
    pk: int = 7

    @property
    def raised_by_id(self) -> int | None:
        return self.raised_by.pk if self.raised_by else None


def follow(matter: Any, verb: str = "close", at: datetime = NOON) -> None:
    rules.follow(Step(matter, Move(verb, "", lambda user, matter: True), None, at))


def a_rule(**more: Any) -> PointRule:
    details = {"code": "errand", "name": "跑腿", "events": ["errand.close"], "amount": 3, "begins_on": date(2026, 1, 1)}
    rule = PointRule.objects.create(**(details | more))
    rules.known.forget()
    return rule


def test_closing_again_after_reopening_gives_nothing_more(village: Village) -> None:
    a_rule(events=["errand.close", "errand.lapse"])
    follow(Errand(village.community.pk, village.an))
    follow(Errand(village.community.pk, village.an), "lapse")
    follow(Errand(village.community.pk, village.bo))
    assert (balance(purse_of(village.an)), balance(purse_of(village.bo))) == (3, 0)


def test_two_matters_give_twice(village: Village) -> None:
    a_rule()
    follow(Errand(village.community.pk, village.an, number="XY1"))
    follow(Errand(village.community.pk, village.an, number="XY2"))
    follow(Errand(village.community.pk, village.an, number=""))
    assert balance(purse_of(village.an)) == 9
    assert Posting.objects.filter(key="errand:errand-7").exists()


def test_nobody_earns_by_granting_their_own_wish(village: Village) -> None:
    a_rule()
    follow(Errand(village.community.pk, village.an, raised_by=village.an))
    follow(Errand(village.community.pk, None, raised_by=village.an))
    assert not Posting.objects.exists()


def test_a_rule_may_thank_whoever_spoke_up(village: Village) -> None:
    a_rule(gives_to=PointRule.Recipient.RAISER)
    follow(Errand(village.community.pk, village.an, raised_by=village.an))
    assert balance(purse_of(village.an)) == 3


@pytest.mark.parametrize(
    ("at", "points"),
    [
        (datetime(2026, 2, 28, 15, 59, tzinfo=UTC), 0),  # still February in Shanghai
        (datetime(2026, 2, 28, 16, 0, tzinfo=UTC), 3),
        (datetime(2026, 3, 31, 15, 59, tzinfo=UTC), 3),
        (datetime(2026, 3, 31, 16, 0, tzinfo=UTC), 5),
    ],
)
def test_the_local_day_of_the_event_decides_which_rule_holds(village: Village, at: datetime, points: int) -> None:
    a_rule(begins_on=date(2026, 3, 1), ends_on=date(2026, 3, 31))
    a_rule(begins_on=date(2026, 4, 1), amount=5)
    follow(Errand(village.community.pk, village.an), at=at)
    assert balance(purse_of(village.an)) == points


def test_a_community_has_its_own_rule_or_none(village: Village, elsewhere: Village) -> None:
    a_rule()
    own = a_rule(community=village.community, amount=8)
    follow(Errand(village.community.pk, village.an))
    follow(Errand(elsewhere.community.pk, elsewhere.an))
    assert (balance(purse_of(village.an)), balance(purse_of(elsewhere.an))) == (8, 3)

    PointRule.objects.filter(pk=own.pk).update(amount=0)
    follow(Errand(village.community.pk, village.bo, number="XY2"))
    assert balance(purse_of(village.bo)) == 0


def test_terms_of_one_rule_do_not_overlap(village: Village) -> None:
    a_rule(ends_on=date(2026, 6, 30))
    a_rule(begins_on=date(2026, 7, 1))
    a_rule(community=village.community)
    with pytest.raises(IntegrityError, match="rule_terms_do_not_overlap"), transaction.atomic():
        a_rule(begins_on=date(2026, 6, 30), ends_on=date(2026, 6, 30))


def test_a_rule_for_an_event_that_never_happens_is_refused(village: Village) -> None:
    rule = PointRule(code="typo", name="x", events=["wish.confrim"], amount=1, begins_on=date(2026, 1, 1))
    with pytest.raises(ValidationError, match="confrim"):
        rule.full_clean()
    rule.events = ["wish.confirm"]
    rule.full_clean()


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"amount": 1001}, "rule_amount"),
        ({"ends_on": date(2025, 1, 1)}, "range lower bound|rule_term"),
        ({"events": []}, "rule_has_events"),
    ],
)
def test_the_database_refuses_a_senseless_rule(db: None, wrong: dict[str, Any], name: str) -> None:
    with pytest.raises(DatabaseError, match=name), transaction.atomic():
        a_rule(**wrong)


def test_steps_without_a_rule_cost_no_query(village: Village) -> None:
    follow(Errand(village.community.pk, village.an), "look")
    with CaptureQueriesContext(connection) as taken:
        for verb in ("look", "claim", "close"):
            follow(Errand(village.community.pk, village.an), verb)
    assert len(taken) == 0


def test_a_step_with_a_rule_costs_three_queries(village: Village) -> None:
    a_rule()
    follow(Errand(village.community.pk, village.an, number="XY1"))
    with CaptureQueriesContext(connection) as taken:
        follow(Errand(village.community.pk, village.an, number="XY2"))
    assert len(taken) == 3


@contextmanager
def clock_at(seconds: float) -> Iterator[None]:
    with mock.patch("points.rules.monotonic", return_value=seconds):
        yield


def test_a_new_event_is_noticed_within_half_a_minute(village: Village) -> None:
    with clock_at(1000):
        assert "errand.close" not in rules.known
        PointRule.objects.create(
            code="errand", name="跑腿", events=["errand.close"], amount=3, begins_on=date(2026, 1, 1)
        )
        assert "errand.close" not in rules.known
    with clock_at(1031):
        assert "errand.close" in rules.known


def test_planting_again_keeps_an_administrators_edit(db: None) -> None:
    PointRule.objects.filter(code="wish_granted").update(amount=6)
    rules.plant()
    assert PointRule.objects.get(code="wish_granted").amount == 6


def test_the_starting_rules_name_real_events(db: None) -> None:
    for rule in PointRule.objects.all():
        rule.full_clean()


def test_a_hub_starts_with_the_rules_of_the_field(db: None) -> None:
    starting = PointRule.objects.filter(community=None).values_list("code", "amount", "per_minutes", "cap_once")
    assert set(starting) == {
        ("wish_granted", 10, None, None),
        ("volunteer_service", 1, 60, 2),
        ("patrol", 1, 60, None),
        ("survey", 2, None, None),
        ("mediation", 2, None, None),
    }


@pytest.mark.parametrize(("who", "points"), [("volunteer", 1), ("worker", 0), ("staff", 0)])
def test_points_thank_for_what_nobody_is_paid_for(hood: Hood, who: str, points: int) -> None:
    walker = getattr(hood, who)
    rules.happened(Happening("patrol.done", hood.community.pk, NOON, "patrol-1", person=walker, minutes=95))
    assert balance(purse_of(walker)) == points
