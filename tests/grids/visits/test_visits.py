"""走访: at one door; written once, everywhere up to date; nobody home is no failure."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community.core.models import Case
from community.core.workflow import NotNow, NotYours
from community.directory.models import User
from community.notices.models import Notice
from community.timers.models import Deadline
from community.timers.sweep import sweep
from grids.models import Category, HouseholdTier, Incident, Visit, VisitRecord
from grids.visits.forms import again_at
from grids.visits.found import Care, Found, Problem, Wished
from tests.grids.visits.conftest import NOTHING, door
from tests.moments import SHANGHAI
from tests.neighbourhood import Hood, Town
from tests.specimens import MONDAY
from wishes.models import Wish

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=1)


def sent(hood: Hood, **more: object) -> Visit:
    facts = {"dwelling": hood.dwelling, "by": hood.worker, "now": MONDAY, "until": MONDAY + timedelta(hours=8)}
    return Visit.send(**(facts | more))  # type: ignore[arg-type]


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_one_entry_keeps_every_register(hood: Hood) -> None:
    visit, person = sent(hood), hood.resident.person
    assert person is not None
    category = Category.objects.get(code="06036", variant="")
    visit.meet(
        by=hood.worker, now=LATER, note="女儿下周回来",
        found=Found(
            present=(person,), others="护工", phones={person.pk: "13800138000"}, residents=2, usage="let",
            wished=Wished("想有人陪着去复查眼睛", person, True), problem=Problem(category, "楼道堆了纸箱"),
            care=Care("regular", "alone", "摔过一跤"),
        ),
    )  # fmt: skip
    record = VisitRecord.objects.get()
    assert (record.outcome, record.by, record.phone_changed) == ("met", hood.worker, True)
    assert list(record.present.all()) == [person]
    person.refresh_from_db()
    hood.dwelling.refresh_from_db()
    assert (person.phone, hood.dwelling.residents, hood.dwelling.usage) == ("13800138000", 2, "let")
    wish, incident = Wish.objects.get(), Incident.objects.get()
    assert (wish.channel, wish.for_name, wish.consent, wish.dwelling) == ("visit", "张秀兰", True, hood.dwelling)
    assert (incident.channel, incident.place, incident.building) == ("visit", "1单元", hood.building)
    assert {row.pk for row in record.raised.all()} == {wish.pk, incident.pk}
    assert HouseholdTier.objects.current().get().tier == "regular"
    visit.refresh_from_db()
    assert visit.status == "done"


def test_when_one_register_refuses_nothing_is_written(hood: Hood) -> None:
    visit = sent(hood)
    with pytest.raises(ValidationError):
        visit.meet(by=hood.worker, now=LATER, found=Found(wished=Wished("想理发", hood.resident.person, False)))
    visit.refresh_from_db()
    assert visit.status == "planned"
    assert not VisitRecord.objects.exists()
    assert not Wish.objects.exists()


def test_raising_the_tier_on_a_planned_visit_does_not_call_that_visit_off(hood: Hood) -> None:
    tier = HouseholdTier.place(dwelling=hood.dwelling, tier="urgent", reason="illness", facts="刚出院", by=hood.worker,
                               now=MONDAY)  # fmt: skip
    visit = Visit.objects.exclude(name="").get()
    visit.meet(by=hood.worker, now=LATER, found=Found(care=Care("regular", "illness", "恢复得不错")))
    visit.refresh_from_db()
    tier.refresh_from_db()
    assert visit.status == "done"
    assert tier.until == LATER


def test_nobody_home_comes_again_and_the_clock_starts_anew(hood: Hood) -> None:
    visit = sent(hood)
    opens, closes = again_at("evening", LATER)
    visit.nobody_home(by=hood.worker, now=LATER, again_at=opens, until=closes, found=NOTHING)
    visit.refresh_from_db()
    assert (visit.status, visit.closes_at, visit.due_at) == ("planned", closes, closes)
    sweep(MONDAY + timedelta(hours=8))
    visit.refresh_from_db()
    assert visit.status == "planned"
    assert Deadline.objects.of(visit).running().count() == 2
    sweep(closes)
    visit.refresh_from_db()
    assert visit.status == "missed"


def test_a_door_that_stays_closed_is_told_to_the_leader(hood: Hood) -> None:
    visit = sent(hood, until=MONDAY + timedelta(days=6))
    for n in range(1, 4):
        now = MONDAY + timedelta(days=n)
        visit.nobody_home(by=hood.worker, now=now, again_at=now + timedelta(hours=2), until=now + timedelta(hours=9),
                          found=NOTHING)  # fmt: skip
        told = Notice.objects.filter(code="visit.often_closed")
        assert {row.recipient for row in told} == ({hood.leader} if n == 3 else set())


@pytest.mark.parametrize(
    ("choice", "hour", "opens", "closes"),
    [
        ("tonight", 9, (2, 18), (2, 21)),
        ("tonight", 21, (3, 18), (3, 21)),
        ("morning", 9, (3, 8), (3, 12)),
        ("weekend", 9, (7, 9), (7, 18)),
    ],
)
def test_the_next_try_lies_ahead(choice: str, hour: int, opens: tuple[int, int], closes: tuple[int, int]) -> None:
    begins, ends = again_at(choice, datetime(2026, 3, 2, hour, 30, tzinfo=SHANGHAI))
    assert (begins.day, begins.hour) == opens
    assert (ends.day, ends.hour) == closes


def test_a_try_further_than_a_week_is_refused(hood: Hood) -> None:
    far = MONDAY + timedelta(days=9)
    with pytest.raises(ValidationError):
        sent(hood).nobody_home(by=hood.worker, now=LATER, again_at=far, until=far + timedelta(hours=1), found=NOTHING)


def test_a_household_may_decline(hood: Hood) -> None:
    visit = sent(hood)
    visit.refused(by=hood.worker, now=LATER, found=NOTHING)
    assert (visit.status, VisitRecord.objects.get().outcome) == ("done", "refused")
    assert not VisitRecord.objects.met().exists()


def test_who_visits_and_who_sees(town: Town) -> None:
    visit = sent(town.ours, assignee=town.ours.volunteer)
    for person in (town.ours.worker, town.ours.leader, town.ours.staff, town.ours.volunteer):
        assert Visit.objects.visible_to(person).filter(pk=visit.pk).exists()
    for person in (town.ours.other_worker, town.ours.resident, town.officer, town.theirs.secretary):
        assert not Visit.objects.visible_to(person).exists()
        with pytest.raises(NotYours):
            visit.meet(by=person, now=LATER, found=NOTHING)


def test_two_people_at_one_door_write_one_record(hood: Hood) -> None:
    visit = sent(hood)
    visit.meet(by=hood.worker, now=LATER, found=NOTHING)
    with pytest.raises(NotNow):
        Visit.objects.get().meet(by=hood.leader, now=LATER, found=NOTHING)
    assert VisitRecord.objects.count() == 1


class TestThePage:
    def test_the_form_writes_and_a_second_tap_does_not(self, hood: Hood) -> None:
        visit, client = sent(hood), as_user(hood.worker)
        address = reverse("visits:visit", args=[visit.pk])
        with time_machine.travel(LATER, tick=False):
            assert client.get(address).status_code == 200
            for _ in range(2):
                sent_form = {"outcome": "met", "note": "都好", "wish": "想学视频通话", "wish_consent": "on"}
                assert client.post(address, sent_form).status_code == 302
        assert VisitRecord.objects.get().note == "都好"
        assert Wish.objects.count() == 1

    def test_what_is_missing_is_said_beside_the_field_and_nothing_is_lost(self, hood: Hood) -> None:
        visit, client = sent(hood), as_user(hood.worker)
        person = hood.resident.person
        assert person is not None
        answer = client.post(
            reverse("visits:visit", args=[visit.pk]),
            {
                "outcome": "met",
                "wish": "想理发",
                "problem": "灯坏了",
                f"phone_{person.pk}": "123",
                "care_tier": "urgent",
            },
        )
        shown = answer.content.decode()
        assert answer.status_code == 422
        for words in ("需要先征得本人同意", "请选一类问题", "电话号码好像不对", "请选择原因", "想理发", "灯坏了"):
            assert words in shown
        assert not VisitRecord.objects.exists()

    def test_long_strange_words_are_kept_as_words(self, hood: Hood) -> None:
        visit, client = sent(hood), as_user(hood.worker)
        address = reverse("visits:visit", args=[visit.pk])
        answer = client.post(address, {"outcome": "met", "note": "长" * 2001})
        assert answer.status_code == 422
        note = "<script>alert(1)</script> 😀 ‮"
        client.post(address, {"outcome": "met", "note": note})
        assert "<script>alert(1)" not in client.get(address).content.decode()
        assert VisitRecord.objects.get().note == note

    def test_a_volunteer_is_asked_for_plain_words_alone(self, hood: Hood) -> None:
        visit = sent(hood, assignee=hood.volunteer)
        shown = as_user(hood.volunteer).get(reverse("visits:visit", args=[visit.pk])).content.decode()
        assert "走访情况" in shown
        assert "敏感情况" not in shown
        assert "常住几人" not in shown

    def test_the_list_costs_the_same_at_any_length(self, hood: Hood) -> None:
        client = as_user(hood.worker)
        counts = []
        for room in range(401, 411):
            sent(hood, dwelling=door(hood, str(room)))
            if room in (402, 410):
                client.get(reverse("visits:list"))
                with CaptureQueriesContext(
                    connection,
                ) as queries:
                    assert client.get(reverse("visits:list")).status_code == 200
                counts.append(len(queries))
        assert counts[0] == counts[1]

    def test_todays_page_shows_what_is_due(self, hood: Hood) -> None:
        sent(hood)
        with time_machine.travel(LATER, tick=False):
            shown = as_user(hood.worker).get(reverse("grids:today")).content.decode()
        assert f"紧急走访 {hood.dwelling}" in shown

    def test_a_visit_without_a_plan_is_one_however_often_it_is_tapped(self, hood: Hood) -> None:
        client, address = as_user(hood.worker), reverse("visits:drop-in", args=[hood.dwelling.pk])
        assert client.post(address).headers["Location"] == client.post(address).headers["Location"]
        assert Visit.objects.count() == 1


class TestFollowUp:
    """一事一访."""

    def closed(self, hood: Hood, **more: object) -> Incident:
        facts = {"by": hood.resident, "community": hood.community, "building": hood.building, "now": MONDAY}
        facts["category"] = Category.objects.get(code="06010", variant="")
        incident = Incident.report(**(facts | more))  # type: ignore[arg-type]
        incident.respond(by=hood.worker, now=MONDAY)
        incident.resolve(by=hood.worker, now=MONDAY, note="清走了")
        incident.verify(by=hood.leader, now=MONDAY)
        incident.rate(by=hood.resident, now=LATER, rating=4)
        return incident

    def test_a_closed_case_is_followed_by_a_visit_within_three_working_days(self, hood: Hood) -> None:
        incident = self.closed(hood)
        visit = Visit.objects.get()
        assert (visit.about_id, visit.dwelling, visit.grid) == (incident.pk, hood.dwelling, hood.grid)
        assert visit.is_follow_up
        assert MONDAY + timedelta(days=2) < visit.closes_at <= MONDAY + timedelta(days=4)

    def test_reopened_and_closed_again_it_has_still_one_visit_open(self, hood: Hood) -> None:
        incident = self.closed(hood)
        with time_machine.travel(LATER, tick=False):
            incident.reopen(by=hood.resident, now=LATER, note="又堆上了")
        incident.resolve(by=hood.worker, now=LATER, note="又清了")
        incident.verify(by=hood.leader, now=LATER)
        incident.rate(by=hood.resident, now=LATER, rating=5)
        assert Visit.objects.open().get().about_id == incident.pk
        assert Visit.objects.filter(status="called_off").count() == 1

    def test_what_a_worker_found_and_fixed_has_nobody_to_ask(self, hood: Hood) -> None:
        incident = Incident.report(
            by=hood.worker, community=hood.community, building=hood.building, now=MONDAY,
            category=Category.objects.get(code="06010", variant=""),
        )  # fmt: skip
        incident.respond(by=hood.worker, now=MONDAY)
        incident.resolve(by=hood.worker, now=MONDAY, note="清走了")
        incident.conclude(by=hood.leader, now=MONDAY)
        assert not Visit.objects.exists()

    def test_a_withdrawn_wish_is_not_followed_up_and_a_granted_one_is(self, hood: Hood) -> None:
        facts = {"by": hood.resident, "community": hood.community, "title": "想理发", "description": "想理发",
                 "dwelling": hood.dwelling, "now": MONDAY}  # fmt: skip
        Wish.submit(**facts).withdraw(by=hood.resident, now=MONDAY)  # type: ignore[arg-type]
        assert not Visit.objects.exists()
        wish = Wish.submit(**facts)  # type: ignore[arg-type]
        wish.publish(by=hood.staff, now=MONDAY)
        wish.claim(by=hood.volunteer, now=MONDAY)
        wish.fulfil(by=hood.volunteer, now=MONDAY, note="理好了")
        wish.confirm(by=hood.resident, now=MONDAY, rating=5)
        assert Visit.objects.get().about_id == wish.pk

    def test_an_unsolved_matter_is_told_to_leader_and_community(self, hood: Hood) -> None:
        self.closed(hood)
        visit = Visit.objects.get()
        visit.meet(by=hood.worker, now=LATER, note="夜里又堆上了", found=Found(solved=False))
        told = Notice.objects.filter(code="visit.unsolved")
        assert {row.recipient for row in told} == {hood.leader, hood.staff, hood.secretary}
        assert VisitRecord.objects.get().solved is False

    def test_the_form_of_a_follow_up_asks_whether_it_is_solved(self, hood: Hood) -> None:
        self.closed(hood)
        address = reverse("visits:visit", args=[Visit.objects.get().pk])
        answer = as_user(hood.worker).post(address, {"outcome": "met", "note": "问过了"})
        assert answer.status_code == 422
        assert "请问一问问题解决了没有" in answer.content.decode()

    def drawn(self, hood: Hood) -> Incident:
        """Closed in silence, had it not been drawn for a question."""
        facts = {"by": hood.resident, "community": hood.community, "building": hood.building, "now": MONDAY}
        incident = Incident.report(**facts, category=Category.objects.get(code="06010", variant=""))  # type: ignore[arg-type]
        incident.respond(by=hood.worker, now=MONDAY)
        incident.resolve(by=hood.worker, now=MONDAY, note="清走了")
        incident.verify(by=hood.leader, now=MONDAY)
        Incident.objects.filter(pk=incident.pk).update(sampled=True)
        incident.call_on(by=None, now=LATER)
        return incident

    def test_silence_that_was_drawn_sends_somebody_who_may_take_the_word_down(self, hood: Hood) -> None:
        incident = self.drawn(hood)
        visit = Visit.objects.get()
        assert (visit.about_id, visit.assignee) == (incident.pk, hood.leader)
        visit.meet(by=hood.leader, now=LATER, note="张阿姨说干净了", found=Found(solved=True))
        incident.refresh_from_db()
        assert (incident.status, incident.word) == ("closed", "visited")
        assert Visit.objects.get().status == "done"  # and nobody is asked twice

    def test_not_solved_at_the_door_opens_the_case_again(self, hood: Hood) -> None:
        incident = self.drawn(hood)
        Visit.objects.get().meet(by=hood.leader, now=LATER, note="又堆上了", found=Found(solved=False))
        incident.refresh_from_db()
        assert incident.status == "handling"
        assert Visit.objects.get().status == "done"

    def test_asked_by_phone_the_visit_is_called_off(self, hood: Hood) -> None:
        incident = self.drawn(hood)
        incident.follow_up(by=hood.leader, now=LATER, note="电话里说好了")
        assert Visit.objects.get().status == "called_off"

    def test_a_case_of_nobodys_household_plans_no_visit(self, hood: Hood) -> None:
        incident = self.closed(hood, by=hood.resident)
        Visit.objects.get()
        assert Case.objects.filter(pk=incident.pk).exists()
        facts = {"by": hood.neighbour, "community": hood.community, "building": hood.building, "now": MONDAY}
        facts["category"] = Category.objects.get(code="06010", variant="")
        other = Incident.report(**facts, request_key=uuid4())  # type: ignore[arg-type]
        other.respond(by=hood.worker, now=MONDAY)
        other.resolve(by=hood.worker, now=MONDAY, note="清走了")
        other.verify(by=hood.leader, now=MONDAY)
        other.rate(by=hood.neighbour, now=LATER, rating=4)
        assert Visit.objects.count() == 1
