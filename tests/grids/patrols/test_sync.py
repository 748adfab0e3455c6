"""What was noted without network enters the hub once, and as it was noted."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from grids.models import CheckPoint, Incident, Patrol, Receipt, Tick
from tests.grids.conftest import MONDAY
from tests.grids.patrols.conftest import Phone, item, picture, rubbish
from tests.neighbourhood import Hood, Town

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


class TestAWholeWalk:
    def test_a_walk_without_network_stands_as_it_was_walked(
        self, phone: Phone, hood: Hood, patrol: Patrol, point: CheckPoint, monday: object
    ) -> None:
        monday.move_to(MONDAY + 3 * HOUR)  # type: ignore[attr-defined]
        fixed = rubbish(patrol, MONDAY + HOUR / 2, outcome="fixed", building=hood.building.pk)
        reported = rubbish(patrol, MONDAY + HOUR, description="路面塌了一块", urgent="on")
        answers = phone.send(
            item("start", patrol, MONDAY), item("tick", patrol, MONDAY + HOUR / 4, point=point.pk, how="code"),
            fixed, reported, item("finish", patrol, MONDAY + 2 * HOUR, note="一切正常"),
            photos={fixed["key"]: [picture(), picture("b.jpg")]},
        )  # fmt: skip
        assert [answer["result"] for answer in answers] == ["done"] * 5
        patrol.refresh_from_db()
        assert (patrol.status, patrol.started_at, patrol.ended_at) == ("done", MONDAY, MONDAY + 2 * HOUR)
        assert [row.verb for row in patrol.timeline.all()] == ["start", "tick", "finish"]
        assert Tick.objects.get().how == "code"
        done, told = Incident.objects.order_by("pk")
        assert (done.fixed_on_spot, done.status, done.raised_at) == (True, "closed", MONDAY + HOUR / 2)
        assert done.attachments.count() == 2
        assert (told.raised_at, told.urgency, told.patrol, told.channel) == (MONDAY + HOUR, "urgent", patrol, "patrol")
        assert answers[3]["number"] == told.number

    def test_the_promise_runs_from_when_the_hub_hears_of_it(
        self, phone: Phone, walking: Patrol, monday: object
    ) -> None:
        monday.move_to(MONDAY + 5 * HOUR)  # type: ignore[attr-defined]
        phone.send(rubbish(walking, MONDAY))
        incident = Incident.objects.get()
        assert incident.raised_at == MONDAY
        assert incident.due_at is not None
        assert incident.due_at > MONDAY + 5 * HOUR

    def test_the_same_walk_sent_twice_is_one(self, phone: Phone, patrol: Patrol, point: CheckPoint) -> None:
        items = [
            item("start", patrol), item("tick", patrol, point=point.pk), rubbish(patrol), item("finish", patrol),
        ]  # fmt: skip
        first, second = phone.send(*items), phone.send(*items)
        assert not any(answer["again"] for answer in first)
        assert all(answer["again"] and answer["result"] == "done" for answer in second)
        assert [answer["number"] for answer in first] == [answer["number"] for answer in second]
        assert (Incident.objects.count(), Tick.objects.count(), Receipt.objects.count()) == (1, 1, 4)
        assert patrol.timeline.count() == 3

    def test_a_finding_whose_first_answer_was_lost_is_one_also_beside_the_page(
        self, phone: Phone, walking: Patrol
    ) -> None:
        """The page's form and the queue carry the same key."""
        finding = rubbish(walking)
        phone.client.post(f"/grids/patrols/{walking.pk}/findings/", finding["facts"] | {"request_key": finding["key"]})
        (answer,) = phone.send(finding)
        assert answer["result"] == "done"
        assert answer["number"] == Incident.objects.get().number

    def test_half_a_walk_is_made_whole(self, phone: Phone, patrol: Patrol, point: CheckPoint) -> None:
        """The first half was lost on its way: what needs a start gives it one, and the rest comes after."""
        phone.send(item("tick", patrol, MONDAY - HOUR / 2, point=point.pk))
        patrol.refresh_from_db()
        assert (patrol.status, patrol.started_at) == ("started", MONDAY - HOUR / 2)
        phone.send(item("finish", patrol))
        (late,) = phone.send(rubbish(patrol, MONDAY - HOUR / 4))
        assert late["result"] == "done"
        assert Incident.objects.get().patrol == patrol

    def test_one_wrong_item_does_not_hold_the_others_up(self, phone: Phone, walking: Patrol) -> None:
        wrong = rubbish(walking, place="")
        answers = phone.send(wrong, rubbish(walking))
        assert [answer["result"] for answer in answers] == ["refused", "done"]
        assert answers[0]["errors"] == {"place": ["请选择楼栋，或写明在哪里。"]}
        wrong["facts"]["place"] = "东门口"
        assert phone.send(wrong)[0]["result"] == "done"

    def test_what_nobody_foresaw_leaves_the_item_in_the_phone_and_the_others_go_on(
        self, phone: Phone, hood: Hood, walking: Patrol, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real = Incident.report

        def fails_for_the_broken(**facts: Any) -> Incident:
            if facts["place"] == "坏":
                raise RuntimeError("nobody foresaw this")
            return real(**facts)

        monkeypatch.setattr(Incident, "report", fails_for_the_broken)
        broken = rubbish(walking, place="坏")
        answers = phone.send(rubbish(walking), broken, rubbish(walking))
        assert [answer["result"] for answer in answers] == ["done", "later", "done"]
        assert not Receipt.objects.filter(key=broken["key"]).exists()
        monkeypatch.undo()
        assert phone.send(broken)[0]["result"] == "done"
        assert Incident.objects.count() == 3

    def test_each_finding_of_a_batch_asks_as_often_as_the_others(
        self, phone: Phone, hood: Hood, walking: Patrol
    ) -> None:
        """What the findings share is asked for once, and a spot that many report costs no more for each."""
        phone.send(*[rubbish(walking, building=hood.building.pk) for _ in range(3)])
        few, many = (self._queries(phone, walking, hood, count) for count in (2, 12))
        assert (many - few) / 10 <= 23

    def _queries(self, phone: Phone, walking: Patrol, hood: Hood, count: int) -> int:
        items = [rubbish(walking, building=hood.building.pk) for _ in range(count)]
        with CaptureQueriesContext(connection) as seen:
            phone.send(*items)
        return len(seen)

    def test_progress_on_a_matter_in_hand(self, phone: Phone, hood: Hood, walking: Patrol) -> None:
        incident = self._in_hand(phone, hood, walking)
        matter = phone.pack()["matters"][0]
        told = {"number": matter["number"], "seen": matter["seen"], "note": "已联系物业"}
        assert phone.send(item("note", walking, **told))[0]["result"] == "done"
        assert incident.timeline.latest("pk").note == "已联系物业"
        told |= {"seen": phone.pack()["matters"][0]["seen"], "note": "清走了", "verb": "resolve"}
        assert phone.send(item("note", walking, **told))[0]["number"] == incident.number
        incident.refresh_from_db()
        assert incident.status == "resolved"

    def _in_hand(self, phone: Phone, hood: Hood, walking: Patrol) -> Incident:
        phone.send(rubbish(walking))
        return Incident.objects.get().respond(by=hood.worker)


class TestClock:
    @pytest.mark.parametrize("wrong", [timedelta(days=1), timedelta(days=-1), timedelta(hours=2)])
    def test_a_phone_clock_that_is_wrong_is_kept_but_not_believed(
        self, phone: Phone, walking: Patrol, wrong: timedelta
    ) -> None:
        """The time of receipt counts; both are kept, and the worker is told."""
        (answer,) = phone.send(rubbish(walking, MONDAY + wrong), sent_at=MONDAY + wrong)
        assert answer["result"] == "done"
        assert "手机时钟不准" in answer["words"][0]
        receipt = Receipt.objects.get()
        assert (receipt.phone_at, receipt.received_at, receipt.clock_off) == (MONDAY + wrong, MONDAY, True)
        assert Incident.objects.get().raised_at == MONDAY

    def test_an_item_from_long_ago_is_not_believed_either(self, phone: Phone, walking: Patrol) -> None:
        phone.send(rubbish(walking, MONDAY - timedelta(days=30)))
        assert Receipt.objects.get().clock_off
        assert Incident.objects.get().raised_at == MONDAY

    def test_a_walk_never_ends_before_it_began(self, phone: Phone, patrol: Patrol) -> None:
        phone.send(item("start", patrol), item("finish", patrol, MONDAY - HOUR))
        patrol.refresh_from_db()
        assert patrol.ended_at == patrol.started_at == MONDAY


class TestWhoMay:
    def test_another_grid_and_another_community_are_refused_in_words(
        self, town: Town, hood: Hood, patrol: Patrol
    ) -> None:
        for person in (hood.other_worker, town.theirs.worker, hood.resident):
            (answer,) = Phone(person).send(rubbish(patrol))
            assert answer["result"] == "refused"
            assert "没有找到这次巡查" in answer["errors"]["patrol"][0]
        assert not Incident.objects.exists()

    def test_what_one_noted_is_never_taken_for_whoever_signed_in_meanwhile(self, hood: Hood, patrol: Patrol) -> None:
        noted = rubbish(patrol)
        refused = Phone(hood.leader).post(noted, user=hood.worker)
        assert refused.status_code == 409
        assert refused.json() == {"detail": "这些记录属于另一个账号。"}
        assert not Receipt.objects.exists()
        assert Phone(hood.worker).post(noted, user=hood.worker).json()["items"][0]["result"] == "done"
        assert Incident.objects.get().raised_by == hood.worker

    def test_a_post_that_ended_on_the_way_loses_nothing(self, phone: Phone, hood: Hood, walking: Patrol) -> None:
        hood.worker.posts.get().end(by=None)
        answers = phone.send(item("finish", walking))
        assert answers[0]["result"] == "done"

    def test_the_pack_holds_ones_own_day_and_nobodys_names(
        self, phone: Phone, town: Town, patrol: Patrol, point: CheckPoint
    ) -> None:
        pack = phone.pack()
        assert [row["id"] for row in pack["patrols"]] == [patrol.pk]
        assert pack["patrols"][0]["points"][0]["name"] == point.name
        assert {row["community"] for row in pack["buildings"]} == {town.ours.community.pk}
        assert "张秀兰" not in str(pack)
        assert Phone(town.theirs.worker).pack()["patrols"] == []

    def test_the_pack_asks_as_often_for_many_as_for_few(self, phone: Phone, hood: Hood, patrol: Patrol) -> None:
        phone.pack()
        few = self._queries(phone)
        CheckPoint.objects.bulk_create(CheckPoint(grid=hood.grid, name=f"点{n}") for n in range(30))
        assert self._queries(phone) == few <= 15

    def _queries(self, phone: Phone) -> int:
        with CaptureQueriesContext(connection) as seen:
            phone.pack()
        return len(seen)
