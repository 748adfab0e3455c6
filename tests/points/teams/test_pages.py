"""The pages of activities: announce, sign up, show the code, scan it, report, confirm, read one's record."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community.dashboards.refresh import rebuild
from points.models import Activity, Certificate, Correction, Team
from points.teams import codes
from tests.neighbourhood import Hood, Town
from tests.specimens import MONDAY
from tests.volunteer_specimens import a_served_activity, a_team, an_activity, an_hours_correction

FORM: dict[str, Any] = {
    "title": "清理楼道", "place": "3号楼前", "starts_at": "2026-03-03T09:00", "ends_at": "2026-03-03T11:00", "needed": "2",
    "times": "1",
}  # fmt: skip


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def page_of(activity: Activity) -> str:
    return f"/cases/{activity.number}/"


@pytest.fixture
def team(hood: Hood) -> Team:
    return a_team(hood)


@time_machine.travel(MONDAY, tick=False)
def test_announcing_once_or_every_week(hood: Hood, team: Team) -> None:
    led = signed_in(hood.volunteer)
    facts = FORM | {"team": team.pk}
    for wrong in (
        {"needed": "1.5"},
        {"needed": "-3"},
        {"starts_at": "x"},
        {"ends_at": "2026-03-03T08:00"},
        {"times": "99"},
    ):
        assert led.post("/points/teams/activities/new/", facts | wrong).status_code == 422
    key = {"request_key": "6d1f4a52-6f0e-4d0c-9d7a-0f2a5d1c9b11"}
    for _tap in range(2):
        assert led.post("/points/teams/activities/new/", facts | key).status_code == 302
    assert Activity.objects.count() == 1
    led.post("/points/teams/activities/new/", facts | {"title": "每周助老", "rhythm": "FREQ=WEEKLY", "times": "3"})
    days = Activity.objects.filter(title="每周助老").order_by("starts_at").values_list("starts_at__date", flat=True)
    assert [f"{day:%m-%d}" for day in days] == ["03-03", "03-10", "03-17"]
    listed = read(signed_in(hood.resident), "/points/teams/activities/")
    assert "清理楼道" in listed
    assert "还差 2 人" in listed
    assert "每周助老" in read(led, f"/points/teams/{team.pk}/activities/")


def test_from_signing_up_to_the_record(town: Town) -> None:
    hood = town.ours
    with time_machine.travel(MONDAY, tick=False):
        activity = an_activity(hood, needed=1, insured=True)
        mine, next_one = signed_in(hood.resident), signed_in(hood.neighbour)
        assert "报名" in read(mine, page_of(activity))
        mine.post(reverse("cases:act", args=[activity.number, "sign_up"]), {"sent": "1"})
        next_one.post(reverse("cases:act", args=[activity.number, "sign_up"]), {"sent": "1"})
        assert "您已报名" in read(mine, page_of(activity))
        assert "排在第 1 位" in read(next_one, page_of(activity))
        assert str(hood.resident) not in read(signed_in(hood.party_member), page_of(activity))
        assert str(hood.resident) in read(signed_in(hood.volunteer), page_of(activity))
        assert str(hood.resident.phone) not in read(signed_in(hood.volunteer), page_of(activity))
    with time_machine.travel(activity.starts_at, tick=False):
        led, mine = signed_in(hood.volunteer), signed_in(hood.resident)
        address = f"/points/teams/activities/{activity.number}/code/"
        code = codes.code_of(activity.pk, activity.starts_at)
        assert code in read(led, address)
        assert mine.get(address).status_code == 404
        assert mine.get("/points/teams/scan/", {"code": f"http://hub/points/teams/arrive/{code}/"}).status_code == 302
        arrive = f"/points/teams/arrive/{code}/"
        assert "签到" in read(mine, arrive)
        for _again in range(2):  # read again, it changes nothing
            assert mine.post(arrive).status_code == 302
        assert "您已签到" in read(mine, arrive)
        assert signed_in(town.theirs.resident).post(arrive).status_code == 404
        assert activity.sign_ups.present().count() == 1
        assert "1 人已到" in read(led, address)
    with time_machine.travel(activity.starts_at + timedelta(minutes=20), tick=False):
        assert "不能用了" in read(signed_in(hood.neighbour), arrive)
        activity.refresh_from_db()
        activity.begin(by=None)
    with time_machine.travel(activity.ends_at, tick=False):
        activity.end(by=None)
        led = signed_in(hood.volunteer)
        report = reverse("cases:act", args=[activity.number, "propose"])
        field = f"hours_{hood.resident.pk}"
        assert 'value="2"' in read(led, report)
        for wrong in ("1.3", "-1", "3", "1e9", "", "二"):
            assert led.post(report, {field: wrong}).status_code == 422
        assert led.post(report, {field: "1.5"}).status_code == 302
        desk = signed_in(hood.staff)
        assert desk.post(reverse("cases:act", args=[activity.number, "confirm"]), {"sent": "1"}).status_code == 302
        mine = signed_in(hood.resident)
        record = read(mine, "/points/teams/mine/")
        assert "1 小时 30 分" in record
        assert str(hood.staff) in record
        assert str(hood.volunteer) in record


def test_asking_for_a_correction_once(hood: Hood) -> None:
    activity = a_served_activity(hood)
    row = activity.sign_ups.get(user=hood.resident)
    mine, address = signed_in(hood.resident), f"/points/teams/hours/{row.pk}/correct/"
    assert "这是虚报" not in read(mine, address)
    assert "这是虚报" in read(signed_in(hood.volunteer), address)
    assert signed_in(hood.party_member).get(address).status_code == 404
    key = "6d1f4a52-6f0e-4d0c-9d7a-0f2a5d1c9b11"
    assert mine.post(address, {"hours": "1", "note": "x"}).status_code == 422
    assert mine.post(address, {"hours": "2.1", "note": "x"}).status_code == 422
    for _tap in range(2):
        assert mine.post(address, {"hours": "2", "note": "待到了最后", "request_key": key}).status_code == 302
    correction = Correction.objects.get()
    assert "1 小时" in read(mine, f"/cases/{correction.number}/")
    correction.agree(by=hood.staff)
    assert "更正：1 小时 → 2 小时" in read(mine, "/points/teams/mine/")


def test_the_typed_nonsense_is_told(hood: Hood) -> None:
    mine = signed_in(hood.resident)
    assert "这不是签到码" in read(mine, "/points/teams/scan/?code=zzz")
    assert mine.get("/points/teams/arrive/999999-ABCDEFGH/").status_code == 404


def test_lists_cost_the_same_however_long(hood: Hood) -> None:
    with time_machine.travel(MONDAY, tick=False):
        team = a_team(hood)
        client = signed_in(hood.resident)
        read(client, "/points/teams/")
        counts = []
        for round_ in range(2):
            for n in range(3):
                starts = MONDAY + timedelta(days=1 + n + 3 * round_)
                made = an_activity(hood, team=team, starts_at=starts, ends_at=starts + timedelta(hours=1))
                made.sign_up(by=hood.resident, now=MONDAY)
            found = []
            for address in (
                "/points/teams/activities/",
                "/points/teams/",
                f"/points/teams/{team.pk}/",
                "/points/teams/mine/",
            ):
                with CaptureQueriesContext(connection) as counted:
                    read(client, address)
                found.append(len(counted))
            counts.append(found)
        assert counts[0] == counts[1]


def test_the_desk_finds_what_waits(town: Town) -> None:
    hood = town.ours
    correction = an_hours_correction(hood)
    an_activity(hood, title="量血压", starts_at=MONDAY + timedelta(days=9), ends_at=MONDAY + timedelta(days=9, hours=1))
    desk = signed_in(hood.staff)
    every = read(desk, "/points/teams/activities/desk/")
    assert correction.number in every
    assert "量血压" in every
    recorded = read(desk, "/points/teams/activities/desk/?state=recorded")
    assert "清理楼道" in recorded
    assert "量血压" not in recorded
    assert "量血压" not in read(desk, "/points/teams/activities/desk/?state=nonsense")
    assert "量血压" not in read(signed_in(town.theirs.staff), "/points/teams/activities/desk/")
    with time_machine.travel(MONDAY + timedelta(days=4), tick=False):
        assert "清理楼道" in read(desk, "/points/teams/activities/desk/?state=recorded&days=7")


def test_the_secretary_sees_hours_and_the_activities_behind_them(hood: Hood) -> None:
    a_served_activity(hood)
    with time_machine.travel(MONDAY + timedelta(days=2), tick=False):
        rebuild()
        page = read(signed_in(hood.secretary), "/dashboard/")
    assert "1 次活动，记录 3 小时" in page
    assert "/points/teams/activities/desk/?" in page


def test_certificates_that_say_too_much_are_pointed_out(hood: Hood) -> None:
    correction = an_hours_correction(hood)
    made = Certificate.issue(by=hood.neighbour, community=hood.community)
    address = f"/cases/{correction.number}/"
    assert made.number not in read(signed_in(hood.staff), address)
    correction.agree(by=hood.staff)
    assert made.number in read(signed_in(hood.staff), address)
    assert made.number not in read(signed_in(hood.neighbour), address)
