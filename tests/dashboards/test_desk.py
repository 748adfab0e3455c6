"""The secretary's page and the street's page: right figures, links to the rows, and a constant number of queries."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community.dashboards.refresh import refresh
from community.directory.models import Community, Grid, User
from community.timers.sweep import sweep
from grids.models import Category, Incident
from tests.dashboards.conftest import NOW
from tests.dashboards.walks import Walk

pytestmark = pytest.mark.django_db


def incident(by: User, community: Community, grid: Grid, code: str = "06010", now=NOW) -> Incident:
    category = Category.objects.filter(code=code).first()
    return Incident.report(by=by, community=community, grid=grid, category=category, place="3号楼东侧", now=now)


def seen(client: Client, user: User, name: str, **query: object) -> Any:
    client.force_login(user)
    answer = client.get(reverse(f"dashboards:{name}", query=query))
    assert answer.status_code == 200
    return answer.context


def figures(context: dict) -> dict[str, object]:
    return {figure.label: figure.value for figure in context["shown"].figures}


def test_the_figures_tell_the_story_of_the_day(clock, client: Client, here, grid, worker, resident, secretary):
    quick, slow = (incident(resident, here, grid) for _ in range(2))
    quick.respond(by=worker, now=NOW + timedelta(minutes=20))
    quick.resolve(by=worker, note="已清理", now=NOW + timedelta(minutes=50))
    sweep(NOW + timedelta(hours=2))
    slow.respond(by=worker, now=NOW + timedelta(hours=2))
    clock.move_to(NOW + timedelta(hours=8))
    refresh()
    context = seen(client, secretary, "secretary")
    assert figures(context) == {
        "未结案事件": 2,
        "已超时事件": 1,
        "按时响应": 50,
        "按时办结": 100,
        "圆梦心愿": 0,
        "完成巡查": 0,
    }
    assert [task.label for task in context["shown"].tasks] == ["督办 1 件已超时的事件", "核查 1 件处理完毕的事件"]
    row = next(row for row in context["shown"].tables.grids if row.name == grid.name)
    assert [cell["value"] for cell in row.incidents] == [2, 0, 1]
    assert row.response == {"mean": 70.0, "share": 50, "limit": ""}


def test_every_figure_leads_to_its_rows(clock, client: Client, here, grid, resident, secretary):
    incident(resident, here, grid)
    clock.shift(timedelta(days=2))
    refresh()
    context = seen(client, secretary, "secretary")
    addresses = [figure.href for figure in context["shown"].figures] + [task.href for task in context["shown"].tasks]
    addresses += [chart.href for chart in context["shown"].charts]
    for row in context["shown"].tables.grids + context["shown"].tables.categories:
        addresses += [cell["href"] for cell in [*row.incidents, *row.wishes, *row.wished, *row.patrols, row.raised]]
    for address in set(addresses):
        assert client.get(address).status_code == 200, address
    overdue = next(figure for figure in context["shown"].figures if figure.label == "已超时事件")
    assert overdue.value == 1
    assert len(client.get(overdue.href).context["page"].rows) == 1


def test_a_number_in_a_table_is_the_number_of_its_rows(
    clock, client: Client, here, grid, other_grid, resident, secretary, volunteer, worker
):
    walk = Walk(11, [resident, secretary, volunteer, worker], NOW - timedelta(days=6))
    walk.plan_patrols(grid)
    for _ in range(8):
        walk.raise_wish(here, walk.dice.choice([grid, None]))
        walk.report(here, walk.dice.choice([grid, other_grid, None]))
    while walk.now < NOW:
        walk.step()
    clock.move_to(walk.now)
    refresh()
    tables = seen(client, secretary, "secretary")["shown"].tables
    cells = [cell for row in tables.grids for cell in [*row.incidents, *row.wishes, *row.patrols, row.raised]]
    cells += [cell for row in tables.categories for cell in [*row.incidents, row.raised]]
    cells += [cell for row in tables.groups for cell in [*row.wishes, row.wished[0], row.wished[2]]]
    assert sum(cell["value"] for cell in cells) > 40
    for cell in cells:
        assert len(client.get(cell["href"]).context["page"].rows) == cell["value"], cell


def test_a_change_appears_with_the_next_refresh(clock, client: Client, here, grid, resident, secretary):
    refresh()
    assert figures(seen(client, secretary, "figures"))["未结案事件"] == 0
    incident(resident, here, grid)
    refresh()
    assert figures(seen(client, secretary, "figures"))["未结案事件"] == 1


def test_between_two_counts_a_page_asks_the_statistics_nothing(clock, client: Client, here, grid, resident, secretary):
    def page() -> str:
        text = client.get(reverse("dashboards:secretary")).content.decode()
        return text[text.index('id="figures"') :]

    refresh()
    client.force_login(secretary)
    first = page()
    with CaptureQueriesContext(connection) as asked:
        assert page() == first
    assert not [query for query in asked if "dashboards_cell" in query["sql"]]

    incident(resident, here, grid)
    clock.shift(timedelta(minutes=1))
    refresh()
    assert page() != first


def test_the_period_is_compared_with_the_one_before(clock, client: Client, here, grid, resident, secretary):
    for days in (1, 10, 11):
        incident(resident, here, grid, now=NOW - timedelta(days=days))
    sweep(NOW)
    refresh()
    week = seen(client, secretary, "secretary", days=7)
    opened = week["shown"].figures[0]
    assert (opened.value, opened.change, opened.trend[0], opened.trend[-1]) == (3, 1, 2.0, 3.0)
    assert len(opened.trend) == 7
    assert len(seen(client, secretary, "secretary", days=90)["shown"].charts[0].data["labels"]) == 12
    assert seen(client, secretary, "secretary", days="x")["shown"].period.days == 30


def test_fetching_the_figures_again_gives_what_a_fresh_page_gives(
    clock, client: Client, here, grid, resident, secretary
):
    incident(resident, here, grid)
    refresh()
    client.force_login(secretary)
    page = client.get(reverse("dashboards:secretary"))
    part = client.get(page.context["shown"].address, headers={"HX-Request": "true"})
    assert part.content.decode().strip() in page.content.decode()


def test_another_communitys_secretary_sees_nothing_of_ours(
    clock, client: Client, here, grid, resident, other_secretary, elsewhere
):
    incident(resident, here, grid)
    refresh()
    assert figures(seen(client, other_secretary, "secretary"))["未结案事件"] == 0
    for name in ("secretary", "figures"):
        address = reverse(f"dashboards:{name}", query={"community": here.pk})
        assert client.get(address).status_code == 404
        assert client.get(reverse(f"dashboards:{name}", query={"community": "x"})).status_code == 404


@pytest.mark.parametrize("name", ["secretary", "street", "figures", "wall"])
def test_residents_volunteers_and_workers_are_refused(name, client: Client, resident, volunteer, worker):
    for user in (resident, volunteer, worker):
        client.force_login(user)
        assert client.get(reverse(f"dashboards:{name}")).status_code == 403


def test_the_street_sees_its_communities_side_by_side(
    clock, client: Client, here, there, elsewhere, grid, resident, officer
):
    incident(resident, here, grid)
    refresh()
    client.force_login(officer)
    assert client.get(reverse("dashboards:secretary"))["Location"] == reverse("dashboards:street")
    context = seen(client, officer, "street")
    assert [(row.name, row.raised["value"]) for row in context["shown"].rows] == [
        ("毕家洼西区社区", 1),
        ("东邻社区", 0),
    ]
    assert figures(context)["未结案事件"] == 1
    for row in context["shown"].rows:
        assert client.get(row.href).status_code == 200
    assert client.get(reverse("dashboards:secretary", query={"community": elsewhere.pk})).status_code == 404


@pytest.mark.parametrize("name", ["secretary", "figures", "street", "wall"])
def test_the_pages_cost_the_same_at_two_sizes(
    name, clock, client: Client, here, there, grid, other_grid, resident, secretary, officer, volunteer
):
    user = officer if name in ("street", "wall") else secretary
    walk = Walk(7, [resident, secretary, volunteer], NOW - timedelta(days=20))
    client.force_login(user)
    counts = []
    for size in (2, 40):
        for _ in range(size):
            walk.raise_wish(*walk.dice.choice([(here, grid), (there, None)]))
            incident(
                resident, here, walk.dice.choice([grid, other_grid]), walk.dice.choice(["06010", "06012"]), walk.now
            )
            walk.step()
        clock.move_to(walk.now)
        refresh()
        client.get(reverse(f"dashboards:{name}"))
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(f"dashboards:{name}")).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 15


def test_stale_numbers_say_so(clock, client: Client, here, secretary):
    client.force_login(secretary)
    address = reverse("dashboards:figures")
    assert "统计还没有开始" in client.get(address).content.decode()
    refresh()
    assert "没有及时更新" not in client.get(address).content.decode()
    clock.shift(timedelta(minutes=5))
    assert "没有及时更新" in client.get(address).content.decode()


def test_an_empty_community_gets_a_page_that_invites(clock, client: Client, here, secretary):
    refresh()
    client.force_login(secretary)
    page = client.get(reverse("dashboards:secretary")).content.decode()
    assert "眼下没有要催办的事" in page
    assert "还没有网格" in page
