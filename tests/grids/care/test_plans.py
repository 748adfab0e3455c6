"""“五个一”助老: one click, five plans; it rests, comes back and ends with what it planned."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from community.core.workflow import NotNow, NotYours
from community.directory.models import Person, User
from community.duties.models import Occurrence
from community.duties.planning import plan_ahead
from community.timers.sweep import sweep
from grids.models import CareCall, CarePlan, CareTurn, Visit
from tests.grids.care.conftest import EARLY, Begin
from tests.neighbourhood import Hood, Town
from tests.specimens import MONDAY

pytestmark = pytest.mark.django_db


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_one_click_makes_five_plans_and_the_first_week_stands(hood: Hood, begin: Begin) -> None:
    care = begin()
    assert [(str(row), row.plan.assignee) for row in care.lines.select_related("plan__assignee")] == [
        ("一天一电话", hood.volunteer), ("一周一走访", hood.worker), ("一月一家政", hood.partner),
        ("一季一活动", hood.staff), ("一节一慰问", hood.leader),
    ]  # fmt: skip
    assert CareCall.objects.of_kind().count() == 7
    assert Visit.objects.of_kind().get().person == hood.resident.person
    assert care.title == "五个一助老：张**"


def test_a_year_holds_what_was_promised(hood: Hood, begin: Begin) -> None:
    care = begin()
    plan_ahead(EARLY, days=365)
    found = {
        row.line: Occurrence.objects.filter(plan=row.plan).count() for row in care.lines.all()
    }  # fmt: skip
    assert found == {"call": 365, "visit": 53, "housework": 12, "activity": 4, "festival": 6}
    days = CareTurn.objects.filter(plan__care_line__line="festival").order_by("day").values_list("day", flat=True)
    # The eve of 元宵, 端午, 中秋 and 重阳 2026, 春节 and 元宵 2027.
    eves = [
        date(2026, 3, 2),
        date(2026, 6, 18),
        date(2026, 9, 24),
        date(2026, 10, 17),
        date(2027, 2, 5),
        date(2027, 2, 19),
    ]
    assert list(days) == eves


def test_nothing_without_the_elders_word_nor_the_familys(hood: Hood, begin: Begin) -> None:
    for missing in ({"consent": False}, {"family_phone": "13800138000"}):
        with pytest.raises(ValidationError):
            begin(**missing)
    assert not CarePlan.objects.exists()


def test_an_elder_has_one_at_a_time(hood: Hood, begin: Begin) -> None:
    begin()
    with pytest.raises(NotNow):
        begin(by=hood.leader)
    assert CarePlan.objects.count() == 1


def test_whoever_does_not_visit_there_begins_nothing(town: Town, begin: Begin) -> None:
    for person in (town.ours.resident, town.ours.other_worker, town.ours.volunteer, town.theirs.secretary):
        with pytest.raises(NotYours):
            begin(by=person)


class TestResting:
    def test_in_hospital_nobody_calls_and_home_again_everybody_does(self, hood: Hood, begin: Begin) -> None:
        care = begin()
        back = (MONDAY + timedelta(days=3)).date()
        care.rest(by=hood.worker, now=MONDAY, note="住院", back_on=back)
        open_days = set(CareCall.objects.of_kind().open().values_list("day", flat=True))
        assert open_days == {date(2026, 3, 5), date(2026, 3, 6), date(2026, 3, 7), date(2026, 3, 8)}
        plan_ahead(MONDAY)
        assert set(CareCall.objects.of_kind().open().filter(day__lt=back)) == set()

    def test_the_clock_brings_them_back_on_the_day(self, hood: Hood, begin: Begin) -> None:
        care = begin()
        care.rest(by=hood.worker, now=MONDAY, note="去女儿家", back_on=(MONDAY + timedelta(days=3)).date())
        sweep(MONDAY + timedelta(days=3))
        care.refresh_from_db()
        assert (care.status, care.back_on) == ("active", None)

    def test_without_a_day_it_rests_until_somebody_says_so(self, hood: Hood, begin: Begin) -> None:
        care = begin()
        care.rest(by=hood.worker, now=MONDAY, note="住院")
        plan_ahead(MONDAY + timedelta(days=20))
        assert not Occurrence.objects.open().exists()
        care.come_back(by=hood.worker, now=MONDAY + timedelta(days=20))
        assert CareCall.objects.of_kind().open().count() == 7

    def test_the_elder_may_say_it_themself(self, hood: Hood, begin: Begin) -> None:
        care = begin()
        care.rest(by=hood.resident, now=MONDAY, note="去旅游")
        assert not Occurrence.objects.open().exists()

    @pytest.mark.parametrize("wrong", [{"note": " "}, {"note": "住院", "back_on": MONDAY.date()}])
    def test_a_rest_says_why_and_ends_later_than_today(
        self, hood: Hood, begin: Begin, wrong: dict[str, object]
    ) -> None:
        with pytest.raises(ValidationError):
            begin().rest(by=hood.worker, now=MONDAY, **wrong)


def test_the_end_says_why_and_nothing_goes_on(hood: Hood, begin: Begin) -> None:
    care = begin()
    care.end(by=hood.worker, now=MONDAY, ending="moved", note="搬去儿子家")
    assert (care.status, care.get_ending_display()) == ("ended", "搬走")
    assert not Occurrence.objects.open().exists()
    assert plan_ahead(MONDAY + timedelta(days=1)) == 0
    assert begin(by=hood.leader, now=MONDAY + timedelta(days=2)).is_open


class TestPages:
    def test_the_one_click_proposes_everybody(self, hood: Hood) -> None:
        person = hood.resident.person
        assert person is not None
        client, address = as_user(hood.worker), reverse("care:begin", args=[person.pk])
        page = client.get(address)
        form = page.context["form"]
        sent = {name: form[name].value() for name in ("call", "visit", "housework", "activity", "festival")}
        assert all(sent.values())
        answer = client.post(address, sent)
        assert answer.status_code == 422
        assert "请先征得老人本人同意" in answer.content.decode()
        for _ in range(2):
            assert client.post(address, sent | {"consent": "on"}).status_code == 302
        assert CarePlan.objects.count() == 1

    def test_a_partner_unit_may_take_the_housework(self, hood: Hood) -> None:
        person = hood.resident.person
        assert person is not None
        client, address = as_user(hood.worker), reverse("care:begin", args=[person.pk])
        form = client.get(address).context["form"]
        sent = {name: form[name].value() for name in ("call", "visit", "housework", "activity", "festival")}
        client.post(address, sent | {"consent": "on", "housework_unit": hood.unit.pk})
        line = CarePlan.objects.get().lines.get(line="housework")
        assert (line.partner_unit, line.plan.assignee) == (hood.unit, hood.partner)

    def test_the_elders_page_shows_promised_and_done_and_masks(self, hood: Hood, begin: Begin) -> None:
        care = begin()
        CareCall.objects.of_kind().earliest("day").answered(by=hood.volunteer, now=MONDAY)
        address = reverse("cases:page", args=[care.number])
        shown = as_user(hood.leader).get(address).content.decode()
        for words in ("一天一电话", "一节一慰问", "张**", "199****5678"):
            assert words in shown
        assert "张秀兰" not in shown
        assert "张秀兰" in as_user(hood.resident).get(address).content.decode()

    def test_a_person_without_a_home_is_not_found(self, hood: Hood) -> None:
        nobody = Person.objects.create(community=hood.community, name="李")
        assert as_user(hood.worker).get(reverse("care:begin", args=[nobody.pk])).status_code == 404
