"""Hours: reported by who organised, proved by another, corrected by two, never mixed with points."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from community.core.workflow import NotNow, NotYours
from community.directory.models import Community, Membership, User
from community.notices.models import Notice
from points import ledger
from points.models import Activity, Asset, Award, Correction, SignUp, issuance
from points.teams.crediting import served_between
from points.verification import faults
from tests.neighbourhood import Hood, account
from tests.points.purses import balance, details, purse_of, sink_of
from tests.specimens import MONDAY
from tests.volunteer_specimens import a_served_activity, an_activity, an_hours_correction

LATER = MONDAY + timedelta(days=3)


def hours(user: User) -> int:
    return balance(purse_of(user, Asset.HOURS))


def points(user: User) -> int:
    return balance(purse_of(user))


@pytest.fixture
def ended(hood: Hood) -> Activity:
    """The neighbour and the resident were there."""
    activity = an_activity(hood)
    activity.begin(by=None, now=activity.starts_at)
    activity.tick(by=hood.volunteer, people=[hood.neighbour, hood.resident], now=activity.starts_at)
    return activity.end(by=None, now=activity.ends_at)


def propose(activity: Activity, hood: Hood, one: Any = 120, other: Any = 60, **more: Any) -> Activity:
    facts = {"by": hood.volunteer, "hours": {hood.neighbour.pk: one, hood.resident.pk: other}, "now": activity.ends_at}
    return activity.propose(**(facts | more))


def test_what_one_reports_and_another_proves_is_posted(hood: Hood, ended: Activity) -> None:
    propose(ended, hood)
    assert Notice.objects.get(recipient=hood.neighbour, code="volunteering.proposed").title == "“清理楼道”报了您 2 小时"
    assert hours(hood.neighbour) == 0
    ended.confirm(by=hood.staff, now=LATER)
    assert (hours(hood.neighbour), hours(hood.resident)) == (120, 60)
    assert balance(issuance(hood.community.pk, Asset.HOURS)) == -180
    assert (points(hood.neighbour), points(hood.resident)) == (2, 1)  # an hour a point, by the starting rule
    assert list(faults()) == []
    past = served_between(hood.community.pk, MONDAY, LATER + timedelta(days=1))
    assert {(one.person, one.minutes) for one in past} == {(hood.neighbour, 120), (hood.resident, 60)}


def test_points_for_one_activity_are_two_at_most(hood: Hood) -> None:
    starts = MONDAY + timedelta(days=1)
    activity = an_activity(hood, starts_at=starts, ends_at=starts + timedelta(hours=6))
    activity.begin(by=None, now=starts)
    activity.tick(by=hood.volunteer, people=[hood.neighbour], now=starts)
    activity.end(by=None, now=activity.ends_at)
    propose(activity, hood, one=360)
    activity.confirm(by=hood.staff, now=LATER)
    assert (hours(hood.neighbour), points(hood.neighbour)) == (360, 2)


@pytest.mark.parametrize("wrong", [-15, 135, 61, 1.5, 10**9, "2", True, None])
def test_senseless_hours_are_refused(hood: Hood, ended: Activity, wrong: Any) -> None:
    with pytest.raises(ValidationError):
        propose(ended, hood, one=wrong)
    assert not SignUp.objects.filter(proposed__isnull=False).exists()


def test_the_database_refuses_them_too(hood: Hood, ended: Activity) -> None:
    for minutes in (7, 16 * 60 + 15):
        with pytest.raises(IntegrityError), transaction.atomic():
            SignUp.objects.update(proposed=minutes)
    with pytest.raises(IntegrityError), transaction.atomic():
        SignUp.objects.update(minutes=60)  # recorded, and posted nowhere
    with pytest.raises(IntegrityError), transaction.atomic():
        Activity.objects.update(
            proposed_by=hood.staff, confirmed_by=hood.staff, proposed_at=MONDAY, confirmed_at=MONDAY
        )


def test_nobody_proves_what_they_reported_nor_their_own_hours(hood: Hood, ended: Activity) -> None:
    propose(ended, hood, by=hood.staff)
    for user in (hood.staff, hood.volunteer, hood.neighbour):
        with pytest.raises(NotYours):
            ended.confirm(by=user, now=LATER)
    ended.send_back(by=hood.secretary, note="时间不对", now=LATER)
    ended.tick(by=hood.volunteer, people=[hood.secretary], now=LATER)
    propose(ended, hood, by=hood.staff)
    with pytest.raises(NotYours):
        ended.confirm(by=hood.secretary, now=LATER)


def test_nobody_proves_the_hours_of_their_family(hood: Hood, ended: Activity) -> None:
    for user in (hood.staff, hood.neighbour):
        Membership.objects.create(user=user, dwelling=hood.dwelling, since=MONDAY, how="code")
    propose(ended, hood)
    with pytest.raises(NotYours, match="家人"):
        ended.confirm(by=hood.staff, now=LATER)
    ended.confirm(by=hood.secretary, now=LATER)


def test_an_objection_is_answered_before_anything_is_recorded(hood: Hood, ended: Activity) -> None:
    propose(ended, hood)
    with pytest.raises(NotYours):
        ended.object(by=hood.party_member, note="我也来了", now=LATER)
    ended.object(by=hood.resident, note="我待了两小时", now=LATER)
    assert Notice.objects.filter(recipient=hood.volunteer, code="volunteering.objected").exists()
    with pytest.raises(ValidationError, match="异议"):
        ended.confirm(by=hood.staff, now=LATER)
    with pytest.raises(ValidationError, match="异议"):
        propose(ended, hood)
    propose(ended, hood, other=120)
    ended.confirm(by=hood.staff, now=LATER)
    assert hours(hood.resident) == 120


def test_an_objection_can_be_answered_by_words(hood: Hood, ended: Activity) -> None:
    propose(ended, hood)
    ended.object(by=hood.resident, note="我待了两小时", now=LATER)
    ended.confirm(by=hood.staff, now=LATER, note="看了签到表，十点才到")
    assert hours(hood.resident) == 60


def test_who_did_not_come_gets_nothing_and_no_hours_no_report(hood: Hood) -> None:
    activity = an_activity(hood)
    activity.sign_up(by=hood.neighbour, now=MONDAY)
    activity.begin(by=None, now=activity.starts_at)
    activity.end(by=None, now=activity.ends_at)
    with pytest.raises(NotNow, match="没有人签到"):
        propose(activity, hood)
    activity.cancel(by=hood.volunteer, note="没人来", now=LATER)


def test_the_organiser_serves_too_and_another_proves_it(hood: Hood) -> None:
    activity = an_activity(hood)
    activity.begin(by=None, now=activity.starts_at)
    activity.tick(by=hood.volunteer, people=[hood.volunteer], now=activity.starts_at)
    activity.end(by=None, now=activity.ends_at)
    activity.propose(by=hood.volunteer, hours={hood.volunteer.pk: 120}, now=activity.ends_at)
    activity.confirm(by=hood.staff, now=LATER)
    assert (hours(hood.volunteer), points(hood.volunteer)) == (120, 2)


def test_who_has_died_or_moved_keeps_the_hours_served(hood: Hood, ended: Activity) -> None:
    hood.neighbour.is_active = False
    hood.neighbour.save()
    propose(ended, hood)
    ended.confirm(by=hood.staff, now=LATER)
    assert (hours(hood.neighbour), points(hood.neighbour)) == (120, 0)


def test_a_correction_reverses_and_posts_anew_and_points_follow(hood: Hood) -> None:
    correction = an_hours_correction(hood)
    assert (hours(hood.neighbour), points(hood.neighbour)) == (120, 2)
    for user in (hood.volunteer, hood.neighbour):
        with pytest.raises(NotYours):
            correction.agree(by=user, now=LATER)
    correction.agree(by=hood.staff, now=LATER)
    assert (hours(hood.neighbour), points(hood.neighbour)) == (60, 1)
    assert (correction.before, correction.after) == (120, 60)
    assert correction.reversal is not None
    assert correction.sign_up.minutes == 120  # as it was asked; the row itself has moved on
    assert SignUp.objects.get(pk=correction.sign_up_id).minutes == 60
    assert list(faults()) == []
    with pytest.raises(NotNow):
        correction.agree(by=hood.secretary, now=LATER)


def test_hours_are_corrected_again_and_to_nothing_and_back(hood: Hood) -> None:
    correction = an_hours_correction(hood)
    correction.agree(by=hood.staff, now=LATER)
    for minutes in (0, 90):
        row = SignUp.objects.get(pk=correction.sign_up_id)
        again = Correction.ask(by=hood.neighbour, sign_up=row, minutes=minutes, note="再看看", now=LATER)
        again.agree(by=hood.staff, now=LATER)
        assert (hours(hood.neighbour), points(hood.neighbour)) == (minutes, minutes // 60)
    assert list(faults()) == []


def test_a_correction_waits_alone_and_may_be_refused_or_withdrawn(hood: Hood) -> None:
    correction = an_hours_correction(hood)
    row = correction.sign_up
    with pytest.raises(NotNow, match="等决定"):
        Correction.ask(by=hood.neighbour, sign_up=row, minutes=90, note="x", now=LATER)
    with pytest.raises(ValidationError):
        correction.refuse(by=hood.staff, now=LATER)
    correction.refuse(by=hood.staff, note="签到表上是两小时", now=LATER)
    assert hours(hood.neighbour) == 120
    again = Correction.ask(by=hood.neighbour, sign_up=row, minutes=90, note="早走半小时", now=LATER)
    again.withdraw(by=hood.neighbour, now=LATER)
    assert not Correction.objects.open().exists()


def test_who_asks_for_a_correction(hood: Hood) -> None:
    activity = a_served_activity(hood)
    row = activity.sign_ups.get(user=hood.neighbour)
    for by, facts, refusal in (
        (hood.party_member, {}, NotYours),
        (hood.neighbour, {"made_up": True}, NotYours),
        (hood.neighbour, {"minutes": 120}, ValidationError),
        (hood.neighbour, {"minutes": 135}, ValidationError),
        (hood.neighbour, {"minutes": 50}, ValidationError),
        (hood.neighbour, {"note": ""}, ValidationError),
        (hood.volunteer, {"minutes": 120, "made_up": True}, ValidationError),
    ):
        asked: dict[str, Any] = {"by": by, "sign_up": row, "minutes": 60, "note": "早走", "now": LATER}
        with pytest.raises(refusal), transaction.atomic():
            Correction.ask(**(asked | facts))


def test_made_up_hours_are_taken_back_and_ten_points_by_two_more_hands(hood: Hood) -> None:
    correction = an_hours_correction(hood, minutes=0, made_up=True)
    correction.agree(by=hood.staff, now=LATER)
    assert (hours(hood.neighbour), points(hood.neighbour)) == (0, 0)
    award = Award.objects.get()
    assert (award.amount, award.member, award.raised_by) == (-10, hood.neighbour, hood.staff)
    with pytest.raises(NotYours):
        award.approve(by=hood.staff, now=LATER)


def test_points_that_were_spent_stay_spent(hood: Hood) -> None:
    correction = an_hours_correction(hood, minutes=0)
    held = ledger.hold(purse_of(hood.neighbour), 2, **details())
    ledger.settle(held, [(sink_of(hood.neighbour), 2)], **details())
    correction.agree(by=hood.staff, now=LATER)
    assert (hours(hood.neighbour), points(hood.neighbour)) == (0, 0)
    assert list(faults()) == []


def test_hours_that_wait_for_a_look_are_refused_with_the_correction(hood: Hood) -> None:
    """A favour that the rules held back does not come through after the hours are gone."""
    cousin = account(hood.community, "resident")
    for user in (hood.volunteer, cousin):
        Membership.objects.create(user=user, dwelling=hood.dwelling, since=MONDAY, how="code")
    activity = an_activity(hood)
    activity.begin(by=None, now=activity.starts_at)
    activity.tick(by=hood.volunteer, people=[cousin], now=activity.starts_at)
    activity.end(by=None, now=activity.ends_at)
    activity.propose(by=hood.volunteer, hours={cousin.pk: 120}, now=activity.ends_at)
    activity.confirm(by=hood.staff, now=LATER)
    assert (hours(cousin), points(cousin), Award.objects.get().status) == (120, 0, "waiting")
    row = activity.sign_ups.get(user=cousin)
    asked = Correction.ask(by=hood.volunteer, sign_up=row, minutes=0, note="没来", now=LATER)
    asked.agree(by=hood.staff, now=LATER)
    assert Award.objects.get().status == "refused"


def test_hours_that_moved_to_another_community_are_put_right_there(hood: Hood, ended: Activity) -> None:
    from points.closing import divide

    propose(ended, hood)
    ended.confirm(by=hood.staff, now=LATER)
    row = ended.sign_ups.get(user=hood.neighbour)
    wrong = Correction.ask(by=hood.volunteer, sign_up=row, minutes=60, note="早走", now=LATER)
    other = Community.objects.create(street=hood.community.street, code="370105004088", name="新社区")
    divide([hood.neighbour], hood.community, other, key="split", by=hood.staff, now=LATER)
    with pytest.raises(NotNow, match="转走"):
        wrong.agree(by=hood.staff, now=LATER)


def test_hours_of_a_merged_account_go_to_who_they_are_now(hood: Hood, ended: Activity) -> None:
    from points.closing import merge

    propose(ended, hood)
    ended.confirm(by=hood.staff, now=LATER)
    row = ended.sign_ups.get(user=hood.neighbour)
    before = Correction.ask(by=hood.volunteer, sign_up=row, minutes=60, note="早走", now=LATER)
    merge(hood.neighbour, hood.party_member, community=hood.community, by=hood.staff, now=LATER)
    before.agree(
        by=hood.staff, now=LATER
    )  # what was recorded wrongly went over with the account, and is put right there
    assert (hours(hood.neighbour), hours(hood.party_member)) == (0, 60)
    starts = MONDAY + timedelta(days=9)
    activity = an_activity(hood, starts_at=starts, ends_at=starts + timedelta(hours=1))
    activity.begin(by=None, now=starts)
    activity.tick(by=hood.volunteer, people=[hood.neighbour], now=starts)
    activity.end(by=None, now=activity.ends_at)
    propose(activity, hood, one=60)
    activity.confirm(by=hood.staff, now=activity.ends_at)
    assert (hours(hood.neighbour), hours(hood.party_member)) == (0, 120)
