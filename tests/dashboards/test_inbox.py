"""One page of what waits for each person, soonest deadline first."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community.core.models import Case
from community.core.perms import Perm
from community.dashboards.inbox import ESCALATED, MINE, MOST_SHOWN, POST, SIZE, count_for, sections, waiting_for
from community.directory.models import Community, Grid, User
from community.notices.kinds import NoticeKind, register
from community.notices.models import Notice
from community.notices.outbox import queue
from community.timers.sweep import sweep
from tests.dashboards.conftest import NOW
from tests.dashboards.walks import building_in
from wishes.models import Wish

pytestmark = pytest.mark.django_db


def wish(community: Community, by: User, title: str = "换灯泡", grid: Grid | None = None, **facts: Any) -> Wish:
    facts.setdefault("now", NOW)
    building = building_in(grid) if grid else None
    return Wish.submit(by=by, community=community, title=title, description="灯坏了", building=building, **facts)


def titles(user: User, shown: str = "", now: datetime = NOW) -> list[str]:
    return [line.title for line in waiting_for(user, now, shown)]


def test_staff_find_what_waits_for_their_post_soonest_first(clock, here, resident, secretary):
    wish(here, resident, "不急的", urgency=Case.Urgency.LONG_TERM)
    wish(here, resident, "急难的", urgency=Case.Urgency.URGENT)
    wish(here, resident, "一般的")
    assert titles(secretary) == ["急难的", "一般的", "不急的"]
    assert titles(secretary, POST) == ["急难的", "一般的", "不急的"]
    assert titles(secretary, MINE) == []


def test_another_community_sees_nothing_of_ours(clock, here, resident, other_secretary):
    wish(here, resident)
    assert titles(other_secretary) == []
    assert count_for(other_secretary, NOW) == ""


def test_who_claimed_a_wish_has_it_and_then_the_resident_must_confirm(clock, here, resident, secretary, volunteer):
    asked = wish(here, resident)
    asked.publish(by=secretary, now=NOW)
    assert titles(volunteer) == [], "a wish on the board waits for nobody in particular"
    asked.claim(by=volunteer, now=NOW)
    assert titles(volunteer) == ["换灯泡"]
    assert titles(secretary) == []
    asked.fulfil(by=volunteer, note="换好了", now=NOW)
    assert titles(volunteer) == []
    assert titles(resident) == ["换灯泡"]
    asked.confirm(by=resident, rating=5, now=NOW)
    assert titles(resident) == []


def test_a_missed_clock_brings_the_case_to_the_next_level(clock, here, grid, resident, secretary, officer):
    wish(here, resident, grid=grid, urgency=Case.Urgency.URGENT)
    assert titles(officer) == []
    sweep(NOW + timedelta(hours=1, minutes=1))
    assert titles(secretary, ESCALATED) == ["换灯泡"]
    assert titles(officer, ESCALATED) == []
    sweep(NOW + timedelta(hours=2, minutes=1))
    assert titles(officer, ESCALATED) == ["换灯泡"]
    assert titles(secretary) == ["换灯泡"], "once, although it waits for the post and for the leader"


def test_the_grid_leader_sees_escalations_of_the_own_grid_only(clock, here, grid, other_grid, resident, leader):
    for place in (grid, other_grid):
        wish(here, resident, place.name, grid=place)
    Case.objects.update(tier=Case.Tier.LEADER)
    assert titles(leader) == ["第一网格"]


def test_a_permission_on_one_grid_reaches_that_grid_only(clock, here, grid, other_grid, resident, worker):
    for place in (grid, other_grid):
        wish(here, resident, place.name, grid=place)
    Case.objects.update(awaits_perm=Perm.HANDLE_INCIDENTS)
    assert titles(worker) == ["第一网格"]


def test_sections_follow_the_clock(clock, here, resident, secretary):
    late = wish(here, resident, "迟了")
    Case.objects.filter(pk=late.pk).update(due_at=NOW - timedelta(minutes=1))
    wish(here, resident, "今天", urgency=Case.Urgency.URGENT)
    wish(here, resident, "以后", urgency=Case.Urgency.LONG_TERM)
    undated = wish(here, resident, "随时")
    Case.objects.filter(pk=undated.pk).update(due_at=None)
    found = sections(waiting_for(secretary, NOW), NOW)
    assert [(part.label, [line.title for line in part.lines]) for part in found] == [
        ("已超时", ["迟了"]),
        ("今天到期", ["今天"]),
        ("以后到期", ["以后"]),
        ("没有时限", ["随时"]),
    ]


def test_the_badge_stops_counting_at_ninety_nine(clock, here, resident, secretary):
    assert count_for(secretary, NOW) == ""
    first = wish(here, resident)
    assert count_for(secretary, NOW) == "1"
    copies(first, 120)
    assert count_for(secretary, NOW) == "99+"
    assert len(waiting_for(secretary, NOW)) == SIZE


def copies(case: Wish, number: int) -> None:
    """More rows of the spine like this one, as a crowd to read past."""
    for nth in range(number):
        row: Any = case
        row.pk = row.id = row.case_ptr_id = None
        case.number = f"XY-{nth}"
        case.request_key = None
        case.save(force_insert=True)


def test_the_page_says_what_and_how_long_and_leads_there(clock, client: Client, here, grid, resident, secretary):
    asked = wish(here, resident, grid=grid, urgency=Case.Urgency.URGENT)
    client.force_login(secretary)
    page = client.get(reverse("dashboards:inbox")).content.decode()
    assert asked.number in page
    assert "还剩 1 小时" in page
    assert f'href="{reverse("cases:page", args=[asked.number])}"' in page
    fragment = client.get(reverse("dashboards:inbox"), headers={"HX-Request": "true"}).content.decode()
    assert asked.number in fragment
    assert "<html" not in fragment


def test_an_empty_inbox_says_so(client: Client, resident):
    client.force_login(resident)
    assert "都办完了" in client.get(reverse("dashboards:inbox")).content.decode()


@pytest.mark.parametrize("shown", ["", "mine", "post", "escalated", "nonsense"])
def test_the_page_costs_the_same_however_much_waits(shown, clock, client: Client, here, grid, resident, secretary):
    client.force_login(secretary)
    first = wish(here, resident, grid=grid)
    address = reverse("dashboards:inbox") + f"?show={shown}"
    client.get(address)
    counts = []
    for more in (0, 60):
        copies(first, more)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 15


def test_more_is_shown_a_page_at_a_time_and_never_without_end(clock, client: Client, here, resident, secretary):
    copies(wish(here, resident), 70)
    client.force_login(secretary)
    page = client.get(reverse("dashboards:inbox"))
    assert page.context["more"] == f"?show=&most={2 * SIZE}"
    longer = client.get(reverse("dashboards:inbox") + page.context["more"], headers={"HX-Request": "true"})
    assert [len(section.lines) for section in longer.context["sections"]] == [2 * SIZE]
    assert f'hx-get="/inbox/?show=&amp;most={2 * SIZE}"' in longer.content.decode()
    assert "再看后面的" in longer.content.decode()
    for asked in (str(3 * SIZE), "999999999", "-5", "x", "²"):
        whole = client.get(reverse("dashboards:inbox"), {"most": asked})
        assert whole.context["most"] in {SIZE, 3 * SIZE, MOST_SHOWN}
    assert client.get(reverse("dashboards:inbox"), {"most": str(MOST_SHOWN)}).context["more"] == ""


def told(user: User, case: Case | None = None) -> Notice:
    kind = NoticeKind("test.told", "请看“%(title)s”")
    register("", kind)
    return queue(kind, [user], now=NOW, matter=case, params={"title": "换灯泡"})[0]


def test_following_a_notice_marks_it_read(clock, client: Client, here, resident):
    case = wish(here, resident)
    notice = told(resident, case)
    client.force_login(resident)
    assert "请看“换灯泡”" in client.get(reverse("dashboards:inbox")).content.decode()
    answer = client.get(reverse("dashboards:notice", args=[notice.pk]))
    assert answer["Location"] == reverse("cases:page", args=[case.number])
    assert "请看“换灯泡”" not in client.get(reverse("dashboards:inbox")).content.decode()
    assert "请看“换灯泡”" in client.get(reverse("dashboards:notices")).content.decode()


def test_all_notices_can_be_marked_read_but_only_ones_own(clock, client: Client, resident, secretary):
    mine, other = told(resident), told(secretary)
    client.force_login(resident)
    client.post(reverse("dashboards:read_all"))
    mine.refresh_from_db()
    other.refresh_from_db()
    assert mine.read_at == NOW
    assert other.read_at is None


def test_a_notice_of_somebody_else_is_not_found(clock, client: Client, resident, secretary):
    client.force_login(resident)
    assert client.get(reverse("dashboards:notice", args=[told(secretary).pk])).status_code == 404


def test_the_badge_is_a_fragment_for_the_menu(clock, client: Client, here, resident, secretary):
    wish(here, resident)
    client.force_login(secretary)
    assert client.get(reverse("dashboards:badge")).content.decode().startswith("1<")
    client.force_login(resident)
    assert client.get(reverse("dashboards:badge")).content.decode().strip() == ""


def test_the_street_reaches_all_its_communities(clock, here, there, elsewhere, resident, officer):
    for place in (here, there, elsewhere):
        wish(place, resident, place.name)
    Case.objects.update(awaits_perm=Perm.LEAD_STREET)
    assert set(titles(officer)) == {"毕家洼西区社区", "东邻社区"}
