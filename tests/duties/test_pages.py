"""The pages of plans, leaves and duties."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from community.duties.models import Duty, Leave, Plan
from community.duties.planning import plan_ahead
from community.duties.wording import doer, summary
from tests.duties.conftest import Planned
from tests.neighbourhood import Hood, Town
from tests.specimens import MONDAY, a_duty

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday() -> Any:
    with time_machine.travel(MONDAY, tick=False):
        yield


def answers(hood: Hood, **more: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "kind": "duty", "title": "楼道清扫", "place": f"grid:{hood.grid.pk}", "instructions": "", "how": "weekly",
        "weekdays": ["TU", "FR"], "opens": "08:00", "closes": "11:30", "starts_on": "2026-03-02", "assigned": "person",
        "assignee": hood.worker.pk, "proof": "photo", "grace": "30", "catch_up": "within", "catch_up_days": "2",
        "alarm": "1",
    }  # fmt: skip
    return given | more


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, "每天 08:00–18:00"),
        ({"recurrence": "FREQ=DAILY;INTERVAL=3"}, "每 3 天 08:00–18:00"),
        ({"recurrence": "FREQ=WEEKLY;BYDAY=MO,TH"}, "每周一、周四 08:00–18:00"),
        ({"recurrence": "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR"}, "每 2 周的周五 08:00–18:00"),
        ({"recurrence": "FREQ=MONTHLY;BYMONTHDAY=1,15"}, "每月 1 日、15 日 08:00–18:00"),
        ({"recurrence": "FREQ=MONTHLY;BYDAY=-1FR"}, "每月最后一个周五 08:00–18:00"),
        ({"recurrence": "FREQ=MONTHLY;BYDAY=2TU"}, "每月第 2 个周二 08:00–18:00"),
        ({"recurrence": "FREQ=MONTHLY;BYMONTHDAY=-1"}, "每月最后一天 08:00–18:00"),
        ({"recurrence": "FREQ=YEARLY"}, "FREQ=YEARLY 08:00–18:00"),
        ({"working_days_only": True}, "每天 （仅工作日） 08:00–18:00"),
        ({"rhythm": "festivals", "festivals": ["spring", "mid_autumn"], "lead": 2}, "春节、中秋节前 2 天 08:00–18:00"),
        ({"rhythm": "random", "times_a_week": 3}, "每周 3 次 08:00–18:00 之间抽定，每次 120 分钟，事先不通知"),
        ({"overnight": True, "opens": "22:00", "closes": "06:00"}, "每天 22:00–次日06:00"),
    ],
)
def test_a_plan_says_in_words_when_it_is(planned: Planned, facts: dict[str, Any], words: str) -> None:
    plan = Plan.objects.get(pk=planned(**facts).pk)
    with override("zh-hans"):
        assert summary(plan) == words
        assert doer(plan) == str(plan.assignee)


class TestPlanForm:
    def test_a_leader_makes_a_plan_and_the_week_stands(self, client: Client, hood: Hood) -> None:
        client.force_login(hood.leader)
        answer = client.post("/duties/plans/new/", answers(hood))
        plan = Plan.objects.get()
        assert answer.headers["Location"] == f"/duties/plans/{plan.pk}/"
        assert (plan.recurrence, plan.created_by, plan.grid) == ("FREQ=WEEKLY;BYDAY=TU,FR", hood.leader, hood.grid)
        assert sorted(Duty.objects.values_list("day", flat=True)) == [date(2026, 3, 3), date(2026, 3, 6)]
        page = client.get(f"/duties/plans/{plan.pk}/").content.decode()
        assert "每周二、周五" in page
        assert "楼道清扫" in client.get("/duties/plans/").content.decode()
        form = client.get(f"/duties/plans/{plan.pk}/change/").context["form"]
        assert (form.initial["how"], form.initial["weekdays"]) == ("weekly", ["TU", "FR"])

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"weekdays": []}, "weekdays"), ({"how": "monthly", "month_days": "三十"}, "month_days"),
            ({"how": "monthly", "month_days": "32"}, "month_days"), ({"how": "festivals"}, "festivals"),
            ({"how": "random"}, "times_a_week"), ({"how": "random", "times_a_week": "9"}, "times_a_week"),
            ({"how": "custom", "rule": "FREQ=SECONDLY"}, "rule"), ({"how": "custom", "rule": ""}, "rule"),
            ({"how": "喵"}, "how"), ({"opens": "25:00"}, "opens"), ({"starts_on": "2026-02-30"}, "starts_on"),
            ({"starts_on": "2150-01-01"}, "starts_on"), ({"ends_on": "2026-01-01"}, "ends_on"),
            ({"assigned": "post"}, "role"), ({"assigned": "rota"}, "rota"), ({"catch_up_days": ""}, "catch_up_days"),
            ({"place": "grid:0"}, "place"), ({"title": ""}, "title"), ({"assignee": "0"}, "assignee"),
            ({"kind": "watch"}, "kind"), ({"closes": "07:00"}, "__all__"), ({"grace": "-1"}, "grace"),
        ],
    )  # fmt: skip
    def test_a_mistake_is_said_beside_its_field(
        self, client: Client, hood: Hood, wrong: dict[str, Any], field: str
    ) -> None:
        client.force_login(hood.leader)
        answer = client.post("/duties/plans/new/", answers(hood, **wrong))
        assert answer.status_code == 422
        assert field in answer.context["form"].errors
        assert "楼道清扫" in answer.content.decode() or field == "title"  # nothing typed is lost
        assert not Plan.objects.exists()

    def test_another_grid_or_community_is_not_offered(self, client: Client, town: Town) -> None:
        client.force_login(town.ours.leader)
        for place in (f"grid:{town.ours.other_grid.pk}", f"community:{town.ours.community.pk}",
                      f"grid:{town.theirs.grid.pk}"):  # fmt: skip
            answer = client.post("/duties/plans/new/", answers(town.ours, place=place))
            assert "place" in answer.context["form"].errors
        answer = client.post("/duties/plans/new/", answers(town.ours, assignee=town.theirs.worker.pk))
        assert "assignee" in answer.context["form"].errors

    def test_the_preview_tells_the_days_and_never_those_of_an_unannounced_plan(
        self, client: Client, hood: Hood
    ) -> None:
        client.force_login(hood.leader)
        shown = client.post("/duties/plans/preview/", answers(hood)).content.decode()
        assert "3月3日" in shown
        assert "3月4日" not in shown
        hidden = client.post("/duties/plans/preview/", answers(hood, how="random", times_a_week=3)).content.decode()
        assert "临时抽定" in hidden
        assert "3月" not in hidden
        assert "填好上面几项" in client.post("/duties/plans/preview/", {"how": "喵"}).content.decode()
        assert not Plan.objects.exists()

    def test_the_list_asks_no_more_for_more_plans(self, client: Client, hood: Hood, planned: Planned) -> None:
        client.force_login(hood.secretary)
        planned()
        client.get("/duties/plans/")
        few = self._queries(client)
        for _ in range(8):
            planned(assigned="rota", rota=[hood.worker, hood.leader])
        assert self._queries(client) <= few + 1  # the people of the rotas, at once

    def _queries(self, client: Client) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/duties/plans/").status_code == 200
        return len(seen)

    def test_pausing_and_resuming_by_the_page(self, client: Client, hood: Hood, planned: Planned) -> None:
        plan = planned()
        plan_ahead(MONDAY)
        client.force_login(hood.leader)
        answer = client.post(f"/duties/plans/{plan.pk}/pause/", {"begins_on": "2026-03-01", "reason": "维修"})
        assert "begins_on" in answer.context["form"].errors
        client.post(f"/duties/plans/{plan.pk}/pause/", {"begins_on": "2026-03-03", "reason": "楼道粉刷"})
        assert "楼道粉刷" in client.get(f"/duties/plans/{plan.pk}/").content.decode()
        assert Duty.objects.filter(status="planned").count() == 1
        client.post(f"/duties/plans/{plan.pk}/resume/")
        assert Duty.objects.filter(status="planned").count() == 7


class TestLeavePage:
    def test_a_worker_asks_and_comes_back(self, client: Client, hood: Hood) -> None:
        client.force_login(hood.worker)
        given = {
            "begins_on": "2026-03-02",
            "ends_on": "2026-03-04",
            "substitute": hood.other_worker.pk,
            "reason": "探亲",
        }
        assert client.post("/duties/leaves/new/", given).status_code == 302
        found = Leave.objects.get()
        assert (found.user, found.grid) == (hood.worker, hood.grid)
        again = client.post("/duties/leaves/new/", given)
        assert "已经请过假" in again.content.decode()
        client.force_login(hood.leader)
        assert "探亲" in client.get("/duties/leaves/").content.decode()
        client.post(f"/duties/leaves/{found.pk}/end/")
        found.refresh_from_db()
        assert found.cancelled_at == MONDAY

    def test_a_leader_enters_it_for_a_worker_but_not_for_another_grid(self, client: Client, hood: Hood) -> None:
        client.force_login(hood.leader)
        given = {"user": hood.worker.pk, "begins_on": "2026-03-02", "ends_on": "2026-03-02"}
        assert client.post("/duties/leaves/new/", given).status_code == 302
        answer = client.post("/duties/leaves/new/", given | {"user": hood.other_worker.pk})
        assert "您不能为此人请假" in answer.content.decode()


class TestDutyPage:
    def test_done_with_a_line_and_kept(self, client: Client, hood: Hood) -> None:
        duty = a_duty(hood, proof="note")
        client.force_login(hood.worker)
        answer = client.post(f"/duties/{duty.pk}/", {"note": ""})
        assert "note" in answer.context["form"].errors
        client.post(f"/duties/{duty.pk}/", {"note": "四具都有效"})
        assert "四具都有效" in client.get(f"/duties/{duty.pk}/").content.decode()
        client.post(f"/duties/{duty.pk}/", {"note": "再来一次"})  # sent twice
        duty.refresh_from_db()
        assert (duty.status, duty.timeline.count()) == ("done", 1)

    def test_a_leader_gives_it_to_somebody_else_or_calls_it_off(self, client: Client, hood: Hood) -> None:
        duty = a_duty(hood)
        client.force_login(hood.leader)
        client.post(f"/duties/{duty.pk}/reassign/", {"to": hood.other_worker.pk})
        client.post(f"/duties/{duty.pk}/reassign/", {"to": "x"})
        duty.refresh_from_db()
        assert duty.assignee == hood.other_worker
        client.post(f"/duties/{duty.pk}/call-off/", {"note": "下雨"})
        duty.refresh_from_db()
        assert duty.status == "called_off"

    def test_a_secret_duty_is_not_there_for_others(self, client: Client, hood: Hood) -> None:
        duty = a_duty(hood, secret=True)
        client.force_login(hood.worker)
        assert client.get(f"/duties/{duty.pk}/").status_code == 404
        client.force_login(hood.leader)
        assert client.get(f"/duties/{duty.pk}/").status_code == 200

    def test_it_waits_in_the_inbox(self, client: Client, hood: Hood) -> None:
        duty = a_duty(hood)
        client.force_login(hood.worker)
        assert f"/duties/{duty.pk}/" in client.get("/inbox/").content.decode()


def test_a_day_is_a_day_in_a_zone_without_summer_time(planned: Planned) -> None:
    planned()
    plan_ahead(MONDAY, days=365)
    lengths = {duty.closes_at - duty.opens_at for duty in Duty.objects.all()}
    assert lengths == {timedelta(hours=10)}


def test_the_list_of_leaves_asks_no_more_for_more_leaves(client: Client, hood: Hood) -> None:
    def away(days: int) -> None:
        on = MONDAY.date() + timedelta(days=days)
        Leave.objects.create(
            user=hood.worker, community=hood.community, grid=hood.grid, begins_on=on, ends_on=on,
            substitute=hood.leader, entered_by=hood.worker, entered_at=MONDAY,
        )  # fmt: skip

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/duties/leaves/").context["page"].rows
        return len(seen)

    client.force_login(hood.leader)
    away(0)
    client.get("/duties/leaves/")
    few = queries()
    for days in range(1, 9):
        away(days)
    assert queries() == few
