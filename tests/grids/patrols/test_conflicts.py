"""The world moved on while the phone had no network: both sides are shown, nothing is lost, the worker chooses."""

from datetime import timedelta

import pytest

from community.timers.sweep import sweep
from grids.models import Incident, Patrol
from tests.grids.conftest import MONDAY
from tests.grids.patrols.conftest import Phone, item, rubbish
from tests.neighbourhood import Hood, Town

pytestmark = pytest.mark.django_db
EVENING = MONDAY.replace(hour=18, minute=30)


def choices(answer: dict[str, object]) -> list[str]:
    assert answer["result"] == "conflict", answer
    return [choice["value"] for choice in answer["conflict"]["choices"]]  # type: ignore[index]


class TestTheWindowClosed:
    @pytest.fixture
    def missed(self, hood: Hood, patrol: Patrol, monday: object) -> Patrol:
        sweep(patrol.closes_at)
        monday.move_to(EVENING)  # type: ignore[attr-defined]
        patrol.refresh_from_db()
        assert patrol.status == "missed"
        return patrol

    def test_findings_come_in_all_the_same(self, phone: Phone, missed: Patrol) -> None:
        (answer,) = phone.send(rubbish(missed))
        assert answer["result"] == "done"
        assert "照常上报" in answer["words"][0]
        assert Incident.objects.get().patrol == missed

    def test_the_walk_itself_may_be_handed_in(self, phone: Phone, hood: Hood, missed: Patrol) -> None:
        home = item("finish", missed, MONDAY + timedelta(hours=2), note="走完了", began=MONDAY.isoformat())
        (answer,) = phone.send(item("start", missed))
        assert "可以补交" in answer["words"][0]
        (answer,) = phone.send(home)
        assert choices(answer) == ["hand_in", "leave"]
        assert "11:30 走完" in answer["conflict"]["phone"]
        assert "未完成" in answer["conflict"]["hub"]
        (answer,) = phone.send(home | {"choice": "hand_in"})
        assert answer["result"] == "done"
        missed.refresh_from_db()
        assert (missed.status, missed.assignee, missed.started_at) == ("done", hood.worker, MONDAY)
        assert [row.verb for row in missed.timeline.all()] == ["miss", "hand_in"]

    def test_or_be_left_as_it_is(self, phone: Phone, missed: Patrol) -> None:
        assert phone.send(item("finish", missed, choice="leave"))[0]["result"] == "done"
        missed.refresh_from_db()
        assert missed.status == "missed"


class TestAColleagueWalked:
    @pytest.fixture
    def theirs(self, hood: Hood, patrol: Patrol) -> Patrol:
        return patrol.start(by=hood.leader, now=MONDAY - timedelta(minutes=20))

    def test_start_and_finish_are_shown_beside_theirs(self, phone: Phone, hood: Hood, theirs: Patrol) -> None:
        for kind in ("start", "finish"):
            (answer,) = phone.send(item(kind, theirs))
            assert choices(answer) == ["leave"]
            assert str(hood.leader) in answer["conflict"]["hub"]
            assert phone.send(item(kind, theirs, choice="leave"))[0]["result"] == "done"
        theirs.refresh_from_db()
        assert (theirs.assignee, theirs.status) == (hood.leader, "started")

    @pytest.mark.parametrize(("choice", "with_patrol"), [("attach", True), ("apart", False)])
    def test_a_finding_goes_where_the_worker_says(
        self, phone: Phone, theirs: Patrol, choice: str, with_patrol: bool
    ) -> None:
        finding = rubbish(theirs)
        (answer,) = phone.send(finding)
        assert choices(answer) == ["attach", "apart", "edit"]
        assert "西门口" in answer["conflict"]["phone"]
        assert not Incident.objects.exists()
        phone.send(finding | {"choice": choice})
        assert (Incident.objects.get().patrol == theirs) is with_patrol


class TestTheGridWasRedrawn:
    def test_a_building_that_changed_its_grid_is_asked_about(self, phone: Phone, hood: Hood, walking: Patrol) -> None:
        building = phone.pack()["buildings"][0]
        hood.building.grid = hood.other_grid
        hood.building.save()
        finding = rubbish(walking, building=building["id"], grid=building["grid"])
        (answer,) = phone.send(finding)
        assert choices(answer) == ["anyway", "edit"]
        assert "第1网格" in answer["conflict"]["phone"]
        assert "第2网格" in answer["conflict"]["hub"]
        (answer,) = phone.send(finding | {"choice": "anyway"})
        assert "不在第1网格里，已报给第2网格" in answer["words"][0]
        assert Incident.objects.get().grid == hood.other_grid

    def test_a_place_outside_the_grid_is_taken_with_a_word(self, phone: Phone, hood: Hood, walking: Patrol) -> None:
        """Seen across the border from the start: no question, the right grid gets it."""
        hood.building.grid = hood.other_grid
        hood.building.save()
        (answer,) = phone.send(rubbish(walking, building=hood.building.pk, grid=hood.other_grid.pk))
        assert answer["result"] == "done"
        assert "已报给第2网格" in answer["words"][0]
        assert Incident.objects.get().grid == hood.other_grid

    def test_another_communitys_building_is_refused(self, phone: Phone, town: Town, walking: Patrol) -> None:
        (answer,) = phone.send(rubbish(walking, building=town.theirs.building.pk))
        assert answer["result"] == "refused"
        assert answer["errors"]["building"]


class TestAMatterMovedOn:
    def test_what_changed_is_shown_before_anything_is_added(self, phone: Phone, hood: Hood, walking: Patrol) -> None:
        phone.send(rubbish(walking))
        incident = Incident.objects.get().respond(by=hood.worker)
        matter = phone.pack()["matters"][0]
        incident.progress(by=hood.worker, note="门岗说明天清", now=MONDAY + timedelta(minutes=1))
        told = item("note", number=matter["number"], seen=matter["seen"], note="已清走")
        (answer,) = phone.send(told)
        assert choices(answer) == ["anyway", "leave"]
        assert "门岗说明天清" in answer["conflict"]["hub"]
        assert phone.send(told | {"choice": "anyway"})[0]["result"] == "done"
        assert incident.timeline.latest("pk").note == "已清走"

    def test_one_that_is_no_longer_theirs_says_so(self, phone: Phone, hood: Hood, walking: Patrol) -> None:
        phone.send(rubbish(walking))
        incident = Incident.objects.get()
        seen = incident.changed_at.isoformat()
        incident.respond(by=hood.leader)
        told = item("note", number=incident.number, seen=seen, note="已清走", choice="anyway")
        (answer,) = phone.send(told)
        assert answer["result"] == "refused"
        assert "您不能" in answer["errors"][""][0]
