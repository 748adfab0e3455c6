"""Activities: places given once, backed out of with ease, signed in to on the spot."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F

from community.core.workflow import NotNow, NotYours
from community.notices.models import Notice
from community.timers.sweep import sweep
from points.models import Activity, SignUp, TeamMember
from points.teams import codes
from tests.neighbourhood import Hood, Town
from tests.specimens import MONDAY
from tests.volunteer_specimens import a_team, an_activity

HOUR = timedelta(hours=1)


def heard(user: Any) -> list[str]:
    return list(Notice.objects.filter(recipient=user).order_by("pk").values_list("code", flat=True))


def test_who_leads_the_team_announces_and_its_people_hear_of_it(town: Town) -> None:
    hood = town.ours
    a_team(hood)
    for user in (hood.neighbour, town.theirs.staff):
        with pytest.raises(NotYours):
            an_activity(hood, by=user)
    made = an_activity(hood)
    assert heard(hood.neighbour) == ["volunteering.announced"]
    assert Activity.objects.visible_to(hood.resident).get() == made
    assert not Activity.objects.visible_to(town.theirs.resident).exists()


@pytest.mark.parametrize(("wrong", "field"), [
    ({"starts_at": MONDAY - HOUR}, "starts_at"), ({"ends_at": MONDAY}, None), ({"needed": 0}, None),
    ({"needed": 501}, None), ({"ends_at": MONDAY + timedelta(days=3)}, None),
    ({"sign_up_until": MONDAY - HOUR}, "sign_up_until"), ({"sign_up_until": MONDAY + timedelta(days=2)}, None),
])  # fmt: skip
def test_a_senseless_plan_is_refused_with_a_word(hood: Hood, wrong: dict[str, Any], field: str | None) -> None:
    with pytest.raises(ValidationError) as refusal:
        an_activity(hood, **wrong)
    assert field is None or field in refusal.value.message_dict
    assert not Activity.objects.exists()


def test_places_are_given_once_and_then_turns(hood: Hood, activity: Activity) -> None:
    for user in (hood.neighbour, hood.resident, hood.party_member):
        activity.sign_up(by=user, now=MONDAY)
    assert list(activity.sign_ups.values_list("waiting", flat=True)) == [False, False, True]
    assert activity.taken == 2
    with pytest.raises(NotYours):
        activity.sign_up(by=hood.neighbour, now=MONDAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        SignUp.objects.create(activity=activity, user=hood.neighbour, asked_at=MONDAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Activity.objects.filter(pk=activity.pk).update(taken=F("needed") + 1)


def test_who_waits_longest_moves_up_when_one_backs_out(hood: Hood, activity: Activity) -> None:
    for user in (hood.neighbour, hood.resident, hood.party_member, hood.partner):
        activity.sign_up(by=user, now=MONDAY)
    activity.back_out(by=hood.neighbour, now=MONDAY + HOUR)
    assert heard(hood.party_member) == ["volunteering.moved_up"]
    assert activity.taken == 2
    assert set(activity.participants) == {hood.resident, hood.party_member}
    activity.back_out(by=hood.partner, now=MONDAY + HOUR)  # from the waiting list
    assert activity.taken == 2
    with pytest.raises(NotYours):
        activity.back_out(by=hood.neighbour, now=MONDAY + HOUR)
    activity.sign_up(by=hood.neighbour, now=MONDAY + HOUR)  # and in again, at the end of the row
    again = activity.place_of(hood.neighbour)
    assert again is not None
    assert again.waiting


def test_who_promised_the_time_to_another_goes_on_waiting(hood: Hood, activity: Activity) -> None:
    for user in (hood.neighbour, hood.resident, hood.party_member, hood.partner):
        activity.sign_up(by=user, now=MONDAY)
    an_activity(hood, title="同一时间").sign_up(by=hood.party_member, now=MONDAY)
    activity.back_out(by=hood.neighbour, now=MONDAY)
    assert set(activity.participants) == {hood.resident, hood.partner}


def test_who_has_moved_away_does_not_move_up(town: Town, hood: Hood, activity: Activity) -> None:
    for user in (hood.neighbour, hood.resident, hood.party_member, hood.partner):
        activity.sign_up(by=user, now=MONDAY)
    hood.party_member.community = None
    hood.party_member.save()
    activity.back_out(by=hood.neighbour, now=MONDAY)
    assert hood.partner in activity.participants


@pytest.mark.parametrize("left", [{"is_active": False}, {"community": None}])
def test_who_has_gone_keeps_no_place(hood: Hood, activity: Activity, left: dict[str, Any]) -> None:
    for user in (hood.neighbour, hood.resident, hood.party_member):
        activity.sign_up(by=user, now=MONDAY)
    for fact, value in left.items():
        setattr(hood.neighbour, fact, value)
    hood.neighbour.save()
    activity.sign_up(by=hood.partner, now=MONDAY)
    assert set(activity.participants) == {hood.resident, hood.party_member}  # who waited comes before who came last
    assert activity.taken == 2


def test_nobody_is_at_two_places_at_once(hood: Hood, activity: Activity) -> None:
    same = an_activity(hood, title="量血压")
    activity.sign_up(by=hood.neighbour, now=MONDAY)
    with pytest.raises(NotNow, match="清理楼道"):
        same.sign_up(by=hood.neighbour, now=MONDAY)
    activity.cancel(by=hood.volunteer, note="下雨", now=MONDAY)
    same.sign_up(by=hood.neighbour, now=MONDAY)


def test_after_the_day_of_grace_nobody_signs_up(hood: Hood) -> None:
    activity = an_activity(hood, sign_up_until=MONDAY + HOUR)
    with pytest.raises(NotNow):
        activity.sign_up(by=hood.neighbour, now=MONDAY + 2 * HOUR)


def test_it_begins_and_ends_by_itself_and_reminds_the_day_before(hood: Hood, activity: Activity) -> None:
    activity.sign_up(by=hood.neighbour, now=MONDAY)
    sweep(activity.starts_at - HOUR)
    assert "volunteering.remind" in heard(hood.neighbour)
    sweep(activity.starts_at)
    activity.refresh_from_db()
    assert activity.status == "running"
    sweep(activity.ends_at)
    activity.refresh_from_db()
    assert activity.status == "ended"
    assert "volunteering.ended" in heard(hood.volunteer)


def test_the_code_is_good_for_minutes_at_the_activity_alone(hood: Hood, activity: Activity) -> None:
    code = codes.code_of(activity.pk, activity.starts_at)
    assert codes.activity_of(code) == activity.pk
    assert codes.is_good(f" {code.lower()} ", activity.pk, activity.starts_at + timedelta(minutes=5))
    assert not codes.is_good(code, activity.pk, activity.starts_at + timedelta(minutes=11))
    assert not codes.is_good(code, activity.pk + 1, activity.starts_at)
    assert codes.activity_of("x") is None


def sign_in(activity: Activity, user: Any, now: datetime) -> Activity:
    return activity.sign_in(by=user, code=codes.code_of(activity.pk, now), now=now)


def test_one_signs_in_around_its_time_once(town: Town, activity: Activity) -> None:
    hood = town.ours
    activity.sign_up(by=hood.neighbour, now=MONDAY)
    with pytest.raises(NotNow):
        sign_in(activity, hood.neighbour, activity.starts_at - HOUR)
    with pytest.raises(ValidationError, match="再扫一次"):
        activity.sign_in(by=hood.neighbour, code="1-AAAAAAAA", now=activity.starts_at)
    sign_in(activity, hood.neighbour, activity.starts_at)
    with pytest.raises(NotYours):
        sign_in(activity, hood.neighbour, activity.starts_at + HOUR)
    with pytest.raises(NotYours):
        sign_in(activity, town.theirs.neighbour, activity.starts_at)
    with pytest.raises(NotYours):
        activity.back_out(by=hood.neighbour, now=activity.starts_at)
    place = activity.place_of(hood.neighbour)
    assert place is not None
    assert (place.signed_in_at, place.signed_in_by) == (activity.starts_at, hood.neighbour)


def test_who_comes_unannounced_gets_a_place_while_there_is_one(hood: Hood, activity: Activity) -> None:
    activity.sign_up(by=hood.neighbour, now=MONDAY)
    sign_in(activity, hood.resident, activity.starts_at)
    with pytest.raises(NotNow, match="名额满了"):
        sign_in(activity, hood.party_member, activity.starts_at)
    assert activity.taken == 2


def test_the_organiser_ticks_who_has_no_phone(hood: Hood, activity: Activity) -> None:
    activity.begin(by=hood.volunteer, now=activity.starts_at - timedelta(minutes=10))
    with pytest.raises(NotYours):
        activity.tick(by=hood.neighbour, people=[hood.neighbour], now=activity.starts_at)
    activity.tick(by=hood.volunteer, people=[hood.neighbour, hood.resident], now=activity.starts_at)
    activity.tick(by=hood.volunteer, people=[hood.neighbour], now=activity.starts_at)
    assert activity.sign_ups.present().count() == 2
    assert {row.signed_in_by for row in activity.sign_ups.all()} == {hood.volunteer}


@pytest.mark.parametrize(("came", "went", "minutes"), [
    (0, 120, 120), (-30, 120, 120), (0, None, 120), (7, 60, 60), (8, 60, 45), (0, 240, 120), (110, 111, 0),
])  # fmt: skip
def test_hours_are_reckoned_in_quarters_within_the_activity(
    hood: Hood, activity: Activity, came: int, went: int | None, minutes: int
) -> None:
    row = SignUp(activity=activity, user=hood.neighbour)
    row.signed_in_at = activity.starts_at + timedelta(minutes=came)
    row.signed_out_at = None if went is None else activity.starts_at + timedelta(minutes=went)
    assert row.served(activity.starts_at, activity.ends_at) == minutes


def test_a_change_tells_everybody_and_gives_more_places(hood: Hood, activity: Activity) -> None:
    for user in (hood.neighbour, hood.resident, hood.party_member):
        activity.sign_up(by=user, now=MONDAY)
    with pytest.raises(ValidationError, match="已有这么多人"):
        activity.change(by=hood.volunteer, needed=1, now=MONDAY)
    later = activity.starts_at + HOUR
    activity.change(by=hood.volunteer, needed=3, starts_at=later, ends_at=later + HOUR, now=MONDAY)
    assert activity.taken == 3
    assert "volunteering.changed" in heard(hood.neighbour)
    sweep(later - timedelta(minutes=1))
    activity.refresh_from_db()
    assert activity.status == "recruiting"  # its clock was set anew
    sweep(later)
    activity.refresh_from_db()
    assert activity.status == "running"


def test_a_cancelled_activity_tells_all_and_frees_them(hood: Hood, activity: Activity) -> None:
    for user in (hood.neighbour, hood.resident, hood.party_member):
        activity.sign_up(by=user, now=MONDAY)
    with pytest.raises(ValidationError):
        activity.cancel(by=hood.volunteer, note=" ", now=MONDAY)
    activity.cancel(by=hood.volunteer, note="下大雨", now=MONDAY)
    for user in (hood.neighbour, hood.resident, hood.party_member):  # also who was on the waiting list
        assert "volunteering.cancelled" in heard(user)
    assert Notice.objects.filter(code="volunteering.cancelled")[0].body == "下大雨"
    with pytest.raises(NotNow):
        activity.sign_up(by=hood.partner, now=MONDAY)


def test_what_people_have_served_is_not_called_off(hood: Hood, activity: Activity) -> None:
    activity.begin(by=None, now=activity.starts_at)
    activity.tick(by=hood.volunteer, people=[hood.neighbour], now=activity.starts_at)
    with pytest.raises(NotNow, match="不能取消"):
        activity.cancel(by=hood.volunteer, note="散了", now=activity.ends_at)


def test_when_the_leader_leaves_the_community_goes_on(hood: Hood, activity: Activity) -> None:
    TeamMember.join(activity.team, by=hood.volunteer, now=MONDAY).leave(by=hood.volunteer, now=MONDAY)
    activity.take_over(by=hood.staff, now=MONDAY)
    assert activity.handler == hood.staff
    with pytest.raises(NotYours):
        Activity.objects.get(pk=activity.pk).cancel(by=hood.volunteer, note="x", now=MONDAY)
