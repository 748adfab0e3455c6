"""An emergency from declaring it to standing down: called at once, called again, counted, doors knocked at, and over."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community.core.workflow import NotNow, NotYours
from community.directory.models import Dwelling, PartyMember, Person, User, Volunteer
from community.directory.models.party import Branch
from community.notices.models import Delivery, Notice
from community.timers.models import Deadline
from community.timers.sweep import sweep
from grids.emergency.muster import Wanted
from grids.models import Call, DoorCheck, Emergency
from tests.neighbourhood import Hood, Town
from tests.specimens import MONDAY, an_emergency

pytestmark = pytest.mark.django_db
NIGHT = MONDAY.replace(hour=2)
MINUTE = timedelta(minutes=1)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def volunteer(hood: Hood, name: str, skills: str = "", near: bool = True, user: User | None = None) -> Volunteer:
    person = Person.objects.create(community=hood.community, name=name, dwelling=hood.dwelling if near else None)
    if user is not None:
        user.person = person
        user.save(update_fields=["person"])
    return Volunteer.objects.create(person=person, skills=skills)


class TestMuster:
    def test_people_are_called_by_group_skill_and_building(self, hood: Hood) -> None:
        nurse = volunteer(hood, "护士小周", "医护、急救", user=hood.volunteer)
        volunteer(hood, "剪纸老师", "剪纸")
        volunteer(hood, "远处的医生", "医护", near=False)
        emergency = an_emergency(hood, wanted=Wanted(["volunteer"], "医护 电工", near=True))
        assert [call.person for call in emergency.calls.all()] == [nurse.person]
        emergency.muster(by=hood.secretary, now=MONDAY, groups=["volunteer"])
        assert emergency.calls.count() == 3
        assert emergency.calls.values("person").distinct().count() == 3

    def test_who_holds_two_roles_is_called_once(self, hood: Hood) -> None:
        row = volunteer(hood, "王党员", user=hood.party_member)
        branch = Branch.objects.create(community=hood.community, name="第一支部")
        PartyMember.objects.create(person=row.person, branch=branch)
        emergency = an_emergency(hood, wanted=Wanted(["volunteer", "party", "worker"]))
        assert emergency.calls.filter(user=hood.party_member).count() == 1
        called = set(emergency.calls.exclude(user=None).values_list("user__username", flat=True))
        workers = {hood.worker.username, hood.leader.username, hood.staff.username}
        assert called == {hood.party_member.username, *workers}, "not the commander, nor the other grid"

    def test_a_call_rings_at_once_in_the_middle_of_the_night(self, hood: Hood) -> None:
        volunteer(hood, "小周", user=hood.volunteer)
        emergency = an_emergency(hood, now=NIGHT, wanted=Wanted(["volunteer"]))
        notice = Notice.objects.get(recipient=hood.volunteer)
        assert notice.urgent
        assert notice.case_id == emergency.pk
        assert Delivery.objects.get(notice=notice, channel="sms").not_before == NIGHT

    def test_nobody_of_another_community_is_called(self, town: Town) -> None:
        volunteer(town.theirs, "隔壁志愿者", user=town.theirs.volunteer)
        emergency = an_emergency(town.ours, wanted=Wanted(["volunteer", "party", "worker"]))
        assert not emergency.calls.filter(user__community=town.theirs.community).exists()
        with pytest.raises(ValidationError, match="本社区"):
            an_emergency(town.ours, buildings=[town.theirs.building])

    def test_the_unanswered_are_called_again_and_then_the_commander_is_told(self, hood: Hood) -> None:
        volunteer(hood, "小周", user=hood.volunteer)
        volunteer(hood, "老李", user=hood.neighbour)
        emergency = an_emergency(hood, wanted=Wanted(["volunteer"]))
        emergency.calls.get(user=hood.neighbour).respond("coming", by=hood.neighbour, now=MONDAY, minutes=5)
        for minutes in (5, 10, 15):
            sweep(MONDAY + minutes * MINUTE)
            sweep(MONDAY + minutes * MINUTE)
        assert emergency.calls.get(user=hood.volunteer).rounds == 4
        assert emergency.calls.get(user=hood.neighbour).rounds == 1
        assert Notice.objects.filter(recipient=hood.volunteer, code="emergency.called").count() == 4
        assert Notice.objects.filter(recipient=hood.secretary, code="clock.remind").count() == 1
        emergency.refresh_from_db()
        assert emergency.due_at is None

    def test_only_who_commands_may(self, hood: Hood) -> None:
        with pytest.raises(NotYours):
            an_emergency(hood, by=hood.worker)


class TestAnswers:
    def call(self, hood: Hood) -> Call:
        volunteer(hood, "小周", user=hood.volunteer)
        return an_emergency(hood, wanted=Wanted(["volunteer"])).calls.get()

    def test_coming_arriving_leaving(self, hood: Hood) -> None:
        call, by = self.call(hood), hood.volunteer
        call.respond("coming", by=by, now=MONDAY, minutes=10)
        point = call.emergency.points.get(name="东门")
        call.arrive(by=by, now=MONDAY + 8 * MINUTE, point=point)
        call.arrive(by=by, now=MONDAY + 9 * MINUTE)
        assert call.arrived_at == MONDAY + 8 * MINUTE
        assert call.emergency.calls.counts()["on_site"] == 1
        call.leave(by=by, now=MONDAY + 60 * MINUTE)
        assert call.emergency.calls.counts() == {
            "called": 1, "coming": 1, "cannot": 0, "unanswered": 0, "arrived": 1, "on_site": 0,
        }  # fmt: skip

    def test_one_may_change_ones_mind(self, hood: Hood) -> None:
        call, by = self.call(hood), hood.volunteer
        call.respond("coming", by=by, now=MONDAY, minutes=10)
        call.respond("cannot", by=by, now=MONDAY)
        assert (call.answer, call.minutes) == ("cannot", None)

    def test_who_never_arrived_cannot_leave(self, hood: Hood) -> None:
        with pytest.raises(NotNow, match="签到"):
            self.call(hood).leave(by=hood.volunteer, now=MONDAY)

    def test_a_point_of_another_emergency_is_not_taken(self, hood: Hood) -> None:
        call, other = self.call(hood), an_emergency(hood)
        call.arrive(by=hood.volunteer, now=MONDAY, point=other.points.first())
        assert call.point is None

    def test_a_place_is_kept_only_when_tapped_and_forgotten_at_the_end(self, hood: Hood) -> None:
        call = self.call(hood)
        client, address = signed_in(hood.volunteer), reverse("emergency:call", args=[call.pk])
        with time_machine.travel(MONDAY + MINUTE, tick=False):
            client.post(address, {"act": "arrive"})
            call.refresh_from_db()
            assert call.lat is None
            client.post(address, {"act": "locate", "lat": "36.681", "lng": "117.051"})
            call.refresh_from_db()
            assert call.lat == Decimal("36.681")
            call.emergency.stand_down(by=hood.secretary, note="已处置", all_out=True)
        call.refresh_from_db()
        assert (call.lat, call.lng, call.located_at) == (None, None, None)

    @pytest.mark.parametrize(
        "data", [{}, {"act": "fly"}, {"act": "coming", "minutes": "-3"}, {"act": "locate", "lat": "x"}]
    )
    def test_nonsense_is_answered_kindly(self, hood: Hood, data: dict[str, str]) -> None:
        call = self.call(hood)
        answer = signed_in(hood.volunteer).post(reverse("emergency:call", args=[call.pk]), data, follow=True)
        assert "请再点一次" in answer.content.decode()
        call.refresh_from_db()
        assert call.answer == ""

    def test_the_commander_answers_for_who_has_no_account(self, hood: Hood) -> None:
        volunteer(hood, "老李", "电工")
        call = an_emergency(hood, wanted=Wanted(["volunteer"])).calls.get()
        answer = signed_in(hood.secretary).post(reverse("emergency:call", args=[call.pk]), {"act": "coming"})
        call.refresh_from_db()
        assert (call.answer, call.answered_by) == ("coming", hood.secretary)
        assert answer["Location"] == reverse("emergency:board", args=[call.emergency.number])

    def test_another_persons_call_is_not_there(self, hood: Hood) -> None:
        call = self.call(hood)
        assert signed_in(hood.neighbour).get(reverse("emergency:call", args=[call.pk])).status_code == 404


class TestDoors:
    def test_every_door_of_the_area_is_listed_once(self, hood: Hood) -> None:
        Dwelling.objects.create(building=hood.building, unit="1单元", room="302")
        emergency = an_emergency(hood)
        assert emergency.doors.counts() == {"unreached": 2, "safe": 0, "help": 0}
        [row] = emergency.doors.by_building()
        assert (row["name"], row["total"]) == ("毕家洼西区小区3号楼", 2)

    def test_somebody_in_need_comes_into_the_log(self, hood: Hood) -> None:
        emergency = an_emergency(hood)
        door = emergency.doors.get()
        door.mark("help", by=hood.worker, now=MONDAY, note="老人行动不便")
        door.mark("help", by=hood.worker, now=MONDAY, note="老人行动不便，已派人")
        lines = emergency.timeline.filter(verb="log")
        assert [line.note for line in lines] == ["毕家洼西区小区3号楼1单元301需要帮助。老人行动不便"]

    def test_a_volunteer_knocks_after_saying_that_they_come(self, hood: Hood) -> None:
        volunteer(hood, "小周", user=hood.volunteer)
        emergency = an_emergency(hood, wanted=Wanted(["volunteer"]))
        door, client = emergency.doors.get(), signed_in(hood.volunteer)
        address = reverse("emergency:mark", args=[door.pk])
        assert client.post(address, {"state": "safe"}).status_code == 404
        emergency.calls.get().respond("coming", by=hood.volunteer, now=MONDAY)
        answer = client.post(address, {"state": "safe", "note": "<b>在家</b>"}, headers={"HX-Request": "true"})
        assert "&lt;b&gt;在家" in answer.content.decode()
        door.refresh_from_db()
        assert (door.state, door.checked_by) == ("safe", hood.volunteer)

    def test_the_other_grids_worker_has_no_doors_here(self, hood: Hood) -> None:
        emergency = an_emergency(hood)
        assert not DoorCheck.objects.visible_to(hood.other_worker).exists()
        with pytest.raises(NotYours):
            emergency.doors.get().mark("safe", by=hood.other_worker, now=MONDAY)


class TestStandingDown:
    def test_who_is_still_there_must_be_asked_after(self, hood: Hood) -> None:
        volunteer(hood, "小周", user=hood.volunteer)
        emergency = an_emergency(hood, wanted=Wanted(["volunteer"]))
        emergency.calls.get().arrive(by=hood.volunteer, now=MONDAY)
        with pytest.raises(ValidationError, match="没有签离"):
            emergency.stand_down(by=hood.secretary, now=MONDAY, note="结束")
        emergency.stand_down(by=hood.secretary, now=MONDAY, note="结束", all_out=True)
        assert emergency.outcome["arrived"] == 1
        assert emergency.outcome["doors"] == {"unreached": 1, "safe": 0, "help": 0}
        assert Notice.objects.filter(recipient=hood.volunteer, code="emergency.ended").exists()

    def test_afterwards_nothing_moves_and_no_clock_runs(self, hood: Hood) -> None:
        volunteer(hood, "小周", user=hood.volunteer)
        emergency = an_emergency(hood, wanted=Wanted(["volunteer"]))
        emergency.stand_down(by=hood.secretary, now=MONDAY, note="虚惊一场")
        assert not Deadline.objects.of(emergency).running().exists()
        with pytest.raises(NotNow):
            emergency.calls.get().respond("coming", by=hood.volunteer, now=MONDAY)
        with pytest.raises(NotNow):
            emergency.doors.get().mark("safe", by=hood.worker, now=MONDAY)
        with pytest.raises(NotNow):
            emergency.log(by=hood.secretary, now=MONDAY, note="…")

    def test_a_drill_says_so_everywhere(self, hood: Hood) -> None:
        volunteer(hood, "小周", user=hood.volunteer)
        an_emergency(hood, drill=True, wanted=Wanted(["volunteer"]))
        assert "演练" in Notice.objects.get(recipient=hood.volunteer).title


class TestBoard:
    def test_the_part_that_refreshes_equals_the_page(self, hood: Hood) -> None:
        emergency, client = an_emergency(hood, wanted=Wanted(["worker"])), signed_in(hood.secretary)
        with time_machine.travel(MONDAY + MINUTE, tick=False):
            page = client.get(reverse("emergency:board", args=[emergency.number])).content.decode()
            part = client.get(reverse("emergency:now", args=[emergency.number])).content.decode()
        assert without_tokens(part).strip() in without_tokens(page)

    def test_it_costs_the_same_for_few_and_many(self, hood: Hood) -> None:
        client = signed_in(hood.secretary)
        small = an_emergency(hood, wanted=Wanted(["worker"]))
        for nth in range(12):
            volunteer(hood, f"志愿者{nth}")
            Dwelling.objects.create(building=hood.building, unit="2单元", room=str(nth))
        large = an_emergency(hood, wanted=Wanted(["worker", "volunteer"]))
        client.get(reverse("emergency:board", args=[small.number]))
        counts = []
        for emergency in (small, large):
            with CaptureQueriesContext(connection) as seen:
                assert client.get(reverse("emergency:board", args=[emergency.number])).status_code == 200
            counts.append(len(seen))
        assert counts[0] == counts[1]
        assert counts[0] <= 20

    def test_a_declaration_sent_twice_is_one(self, hood: Hood) -> None:
        client = signed_in(hood.secretary)
        data = {
            "community": hood.community.pk, "sort": "fire", "message": "请到东门集合", "buildings": [hood.building.pk],
            "points": "东门\n东门\n", "groups": ["worker"], "request_key": "7d3a1f5e-5f1c-4f0e-9a43-2f1d2f7f3b11",
        }  # fmt: skip
        answers = [client.post(reverse("emergency:declare"), data) for _ in range(2)]
        assert answers[0]["Location"] == answers[1]["Location"]
        emergency = Emergency.objects.get()
        assert emergency.points.count() == 1
        assert Notice.objects.filter(code="emergency.called", recipient=hood.worker).count() == 1

    def test_what_is_missing_is_said_beside_the_field(self, hood: Hood) -> None:
        answer = signed_in(hood.secretary).post(reverse("emergency:declare"), {"sort": "fire"})
        assert answer.status_code == 422
        assert "通知内容" in answer.content.decode()


def without_tokens(page: str) -> str:
    import re

    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)


def test_the_log_is_the_timeline(hood: Hood) -> None:
    emergency = an_emergency(hood)
    emergency.log(by=hood.worker, now=MONDAY + MINUTE, note="物业已关阀")
    rows = [(row.verb, row.note) for row in emergency.timeline.all()]
    assert rows == [("declare", "3号楼闻到燃气味，请到东门集合。"), ("log", "物业已关阀")]
    assert isinstance(emergency.timeline.latest("pk").at, datetime)
