"""Two accounts of one person are one: what the old one is given, and what it earned, is the other's from then on."""

from decimal import Decimal
from typing import Any

import pytest

from community.core.workflow import NotNow
from community.directory.models import User
from community.notices.models import Notice
from points import closing, ledger, rules
from points.models import Account, Asset, PointRule, Star, VolunteerStar
from points.rulebook.events import Happening
from points.stars.closing import close_due, reach_due
from points.teams.crediting import hours_of
from points.verification import faults
from tests.division_specimens import a_division, a_grant, a_mover, a_new_community
from tests.neighbourhood import Hood
from tests.points.purses import NOON, balance, details, give, purse_of
from tests.points.stars.test_stars import JULY
from tests.specimens import MONDAY, a_challenge, a_wish, an_appeal, an_award

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sound_after(db: None) -> Any:
    yield
    assert list(faults()) == []


def merge(hood: Hood, old: User, new: User) -> None:
    """As it is done in life: the account that is no longer used is stopped."""
    closing.merge(old, new, community=hood.community, by=hood.secretary, now=MONDAY)
    old.is_active = False
    old.save()


def has(user: User) -> int:
    return balance(purse_of(user))


def test_an_award_decided_later_reaches_the_person(hood: Hood) -> None:
    award, taken = an_award(hood), an_award(hood, amount=-2)
    merge(hood, hood.volunteer, hood.neighbour)
    award.approve(by=hood.secretary, now=MONDAY)
    assert (has(hood.volunteer), has(hood.neighbour)) == (0, 3)
    taken.approve(by=hood.secretary, now=MONDAY)
    assert has(hood.neighbour) == 1
    for posting in (taken.posting, award.posting):
        assert posting is not None
        ledger.reverse(posting, **details())
    assert has(hood.neighbour) == 0


def test_what_a_rule_gives_for_what_the_old_account_did_reaches_the_person(hood: Hood) -> None:
    PointRule.objects.create(
        code="help", name="志愿服务", events=["activity.sign_in"], amount=2, begins_on="2026-01-01", cap_day=3
    )
    rules.known.forget()
    merge(hood, hood.volunteer, hood.party_member)
    merge(hood, hood.party_member, hood.neighbour)
    for key, person in (("a", hood.volunteer), ("b", hood.neighbour), ("a", hood.volunteer)):
        rules.happened(Happening("activity.sign_in", hood.community.pk, NOON, key, person=person))
    assert (has(hood.volunteer), has(hood.neighbour)) == (0, 3)


def test_nobody_is_thanked_by_their_other_account(hood: Hood) -> None:
    wish = a_wish(hood)
    wish.publish(by=hood.staff, now=NOON)
    wish.claim(by=hood.volunteer, now=NOON)
    wish.fulfil(by=hood.volunteer, now=NOON, note="好了")
    closing.merge(hood.volunteer, hood.resident, community=hood.community, by=hood.secretary, now=MONDAY)
    wish.confirm(by=hood.resident, now=NOON, rating=5)
    assert (has(hood.volunteer), has(hood.resident)) == (0, 0)


def test_a_challenge_and_an_appeal_are_answered_to_the_person(hood: Hood) -> None:
    challenge, appeal = a_challenge(hood), an_appeal(hood)
    challenge.take(by=hood.volunteer, now=MONDAY)
    challenge.hand_in(by=hood.volunteer, now=MONDAY, note="拆完了")
    for old in (hood.volunteer, hood.resident):
        merge(hood, old, hood.neighbour)
    challenge.accept(by=hood.secretary, now=MONDAY)
    appeal.give(by=hood.staff, now=MONDAY, note="补记", amount=1)
    assert has(hood.neighbour) == 20 + 2 + 1
    assert Account.objects.filter(owner__in=[hood.volunteer, hood.resident], balance__gt=0).count() == 0


def test_a_group_that_counts_both_accounts_gives_once(hood: Hood) -> None:
    from tests.points.grants.test_grants import comrade

    one = comrade(hood, "换了手机号")
    grant = a_grant(hood)
    closing.merge(one, hood.party_member, community=hood.community, by=hood.secretary, now=MONDAY)
    grant.approve(by=hood.secretary, now=MONDAY)
    assert (has(one), has(hood.party_member)) == (0, 60)


def test_who_inherited_gets_what_there_was_and_not_what_the_member_earns_later(hood: Hood) -> None:
    give(hood.volunteer, 10)
    closing.close(hood.volunteer, heir=hood.neighbour, community=hood.community, by=hood.secretary, now=MONDAY)
    an_award(hood).approve(by=hood.secretary, now=MONDAY)
    assert (has(hood.volunteer), has(hood.neighbour)) == (3, 10)
    assert hours_of(hood.volunteer, hood.community.pk) == purse_of(hood.volunteer, Asset.HOURS)


def test_a_stopped_account_that_was_not_merged_is_given_nothing(hood: Hood) -> None:
    award = an_award(hood)
    hood.volunteer.is_active = False
    hood.volunteer.save()
    with pytest.raises(NotNow, match="已经停用"):
        award.approve(by=hood.secretary, now=MONDAY)


def test_merit_of_both_accounts_makes_one_star(hood: Hood) -> None:
    give(hood.volunteer, 20)
    give(hood.neighbour, 15)
    wish = a_wish(hood)
    wish.publish(by=hood.staff, now=NOON)
    wish.claim(by=hood.volunteer, now=NOON)
    wish.fulfil(by=hood.volunteer, now=NOON, note="好了")
    wish.confirm(by=hood.resident, now=NOON, rating=4)  # ten points more
    merge(hood, hood.volunteer, hood.neighbour)
    close_due(JULY)
    star = Star.objects.get()
    assert (star.user, star.points, star.rating, star.rated) == (hood.neighbour, 45, Decimal(4), 1)


def test_a_star_of_hours_is_not_reached_again_with_the_same_hours(hood: Hood) -> None:
    give(hood.volunteer, 120 * 60, asset=Asset.HOURS)
    reach_due(NOON)
    merge(hood, hood.volunteer, hood.neighbour)
    reach_due(JULY)
    days = VolunteerStar.objects.values_list("user", "reached_on")
    assert {user for user, _day in days} == {hood.volunteer.pk, hood.neighbour.pk}
    assert {day for _user, day in days} == {NOON.date()}
    assert Notice.objects.filter(code="star.served").count() == 1


def test_merit_goes_along_into_a_community_that_was_split_off(hood: Hood) -> None:
    mover = a_mover(hood, 30)
    a_mover(hood, 120 * 60, asset=Asset.HOURS)
    reach_due(NOON)
    division = a_division(hood, target=a_new_community(hood))
    division.approve(by=hood.secretary, now=MONDAY)
    reach_due(JULY)
    close_due(JULY)
    star = Star.objects.get()
    assert (star.user, star.points, star.period.community) == (mover, 30, division.target)
    assert set(VolunteerStar.objects.values_list("community", "reached_on")) == {
        (hood.community.pk, NOON.date()), (division.target_id, NOON.date()),
    }  # fmt: skip
    assert Notice.objects.filter(code="star.served").count() == 1
