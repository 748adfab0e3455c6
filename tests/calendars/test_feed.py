"""A calendar that a phone subscribes to: open to whoever holds the address, until its owner takes it back."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from icalendar import Calendar

from community.calendars.models import Feed
from community.directory.attempts import Allowance
from community.duties.models import Duty, Occurrence, Plan
from community.duties.planning import plan_ahead
from tests.calendars.reading import read_from, told
from tests.neighbourhood import Hood
from tests.specimens import MONDAY, a_care, a_duty, a_patrol, a_watch, an_agreement_check
from tests.volunteer_specimens import an_activity

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Client:
    return Client()


def test_its_owner_begins_it_and_the_address_opens_without_signing_in(hood: Hood, owner: Client) -> None:
    an_activity(hood)
    owner.force_login(hood.neighbour)
    assert "生成我的订阅地址" in owner.get("/calendar/").text
    for _twice in range(2):
        owner.post("/calendar/start/")
    feed = Feed.objects.get()
    page = owner.get("/calendar/").text
    assert f"webcal://testserver{feed.get_absolute_url()}" in page
    assert f"http://testserver{feed.get_absolute_url()}" in page
    with time_machine.travel(MONDAY, tick=False):
        answer = Client().get(feed.get_absolute_url())
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert not answer.cookies
    calendar: Any = Calendar.from_ical(answer.content)
    assert calendar["x-wr-calname"] == f"{hood.community} · 我的日历"
    assert calendar["refresh-interval"].to_ical() == calendar["x-published-ttl"].encode() == b"PT1H"
    assert told(answer.content, "summary") == ["清理楼道"]
    feed.refresh_from_db()
    assert feed.read_on == MONDAY.date()


def test_a_new_address_ends_the_old_one_at_once(hood: Hood, owner: Client) -> None:
    old = Feed.start(by=hood.neighbour).get_absolute_url()
    owner.force_login(hood.neighbour)
    owner.post("/calendar/renew/")
    new = Feed.objects.get().get_absolute_url()
    assert [Client().get(address).status_code for address in (old, new)] == [404, 200]
    owner.post("/calendar/stop/")
    assert Client().get(new).status_code == 404
    owner.post("/calendar/renew/")  # nothing is begun by the way
    assert not Feed.objects.exists()
    again = Feed.start(by=hood.neighbour).get_absolute_url()
    assert again not in (old, new)


def test_another_ones_code_opens_nothing_nor_does_a_closed_account(hood: Hood) -> None:
    mine, theirs = Feed.start(by=hood.neighbour), Feed.start(by=hood.resident)
    assert Client().get(f"/calendar/{mine.pk}/{theirs.code}.ics").status_code == 404
    assert Client().get(f"/calendar/{mine.pk}/{'长' * 32}.ics").status_code == 404
    assert Client().get(f"/calendar/{10**30}/{mine.code}.ics").status_code == 404
    hood.neighbour.is_active = False
    hood.neighbour.save()
    assert Client().get(mine.get_absolute_url()).status_code == 404


def test_a_copy_of_the_table_opens_nothing(hood: Hood, settings: Any) -> None:
    feed = Feed.start(by=hood.neighbour)
    code = feed.code
    assert code not in [str(value) for value in Feed.objects.values_list().get()]
    settings.SECRET_KEY = "another hub"
    assert feed.code != code


def test_it_is_sent_again_only_when_something_changed(hood: Hood) -> None:
    activity = an_activity(hood)
    address = Feed.start(by=hood.neighbour).get_absolute_url()
    with time_machine.travel(MONDAY, tick=False) as clock:
        etag = Client().get(address).headers["etag"]
        clock.shift(timedelta(hours=1))
        same = Client().get(address, headers={"if-none-match": etag})
        assert (same.status_code, same.content, same.headers["cache-control"]) == (304, b"", "private, no-cache")
        activity.change(by=hood.volunteer, place="5号楼前")
        assert Client().get(address, headers={"if-none-match": etag}).status_code == 200


def test_a_calendar_that_never_stops_asking_is_told_to_wait(hood: Hood, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("community.calendars.views.READINGS", Allowance("calendar-feed", most=2, seconds=3600))
    address = Feed.start(by=hood.neighbour).get_absolute_url()
    answers = [Client().get(address) for _n in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].headers["retry-after"] == "3600"


def test_shifts_and_duties_stand_in_it_but_not_whose_door_it_is(hood: Hood) -> None:
    a_watch(hood)
    duty = a_duty(hood)
    an_agreement_check(hood)  # of a confidential file
    a_care(hood)
    whose = Plan.objects.create(
        kind="duty", community=hood.community, grid=hood.grid, assignee=hood.worker, title="看望张秀兰",
        dwelling=hood.dwelling, starts_on=MONDAY.date(),
    )  # fmt: skip
    plan_ahead(MONDAY, days=1)
    assert Duty.objects.filter(plan=whose, assignee=hood.worker).exists()
    assert told(read_from(hood.worker, MONDAY), "summary") == ["检查灭火器", "东门岗 · 白班"]
    duty.reassign(by=hood.leader, to=hood.leader, now=MONDAY)
    assert told(read_from(hood.worker, MONDAY), "summary") == ["东门岗 · 白班"]


def test_what_is_unannounced_never_appears_not_even_to_leaders_or_afterwards(hood: Hood) -> None:
    patrol = a_patrol(hood)
    Occurrence.objects.filter(pk=patrol.pk).update(secret=True)
    secret = a_duty(hood, title="突击检查")
    for led in (hood.worker, hood.leader):
        Occurrence.objects.filter(pk=secret.pk).update(secret=True, assignee=led)
        assert told(read_from(led, MONDAY), "summary") == []
    Occurrence.objects.filter(pk=secret.pk).update(status="started", started_at=MONDAY)
    assert told(read_from(hood.leader, MONDAY), "summary") == []


def test_it_speaks_its_owners_language(hood: Hood) -> None:
    hood.neighbour.language = "en"
    hood.neighbour.save()
    activity = an_activity(hood, needed=1)
    for user in (hood.resident, hood.neighbour):
        activity.sign_up(by=user, now=MONDAY)
    assert told(read_from(hood.neighbour, MONDAY), "summary") == ["Waiting list: 清理楼道"]


def test_a_full_calendar_costs_no_more_queries(hood: Hood, django_assert_max_num_queries: Any) -> None:
    duty = a_duty(hood)
    an_activity(hood).sign_up(by=hood.worker, now=MONDAY)
    read_from(hood.worker, MONDAY)
    with django_assert_max_num_queries(40) as few:
        one = read_from(hood.worker, MONDAY)
    Occurrence.objects.bulk_create(
        Occurrence(
            kind="duty", community=hood.community, plan=duty.plan, assignee=hood.worker, day=date(2026, 3, n),
            opens_at=MONDAY + timedelta(days=n), closes_at=MONDAY + timedelta(days=n, hours=1),
        )
        for n in range(3, 20)
    )  # fmt: skip
    later = {"starts_at": MONDAY + timedelta(days=4), "ends_at": MONDAY + timedelta(days=4, hours=1)}
    an_activity(hood, title="又一次", **later).sign_up(by=hood.worker, now=MONDAY)
    with django_assert_max_num_queries(len(few)):
        many = read_from(hood.worker, MONDAY)
    assert (len(told(one, "uid")), len(told(many, "uid"))) == (2, 20)
