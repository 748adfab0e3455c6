"""The three rates against a recount by plain SQL, every figure against its rows, year on year, and the clusters."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from community.directory.models import Building
from community.imports.importing import import_workbook
from community.imports.models import ImportRun
from grids.hotline.clusters import clusters
from grids.hotline.models import HotlineTicket
from grids.models import Department, Incident, WhistleCall
from tests.grids.hotline.conftest import NOW, SAMPLE, a_row, book
from tests.neighbourhood import Hood, Town

pytestmark = pytest.mark.django_db
Go = Callable[..., ImportRun]

# In time: called within the limit; where no call was written down, answered within the limit of the ticket.
RECOUNT = """
    SELECT count(*) FILTER (WHERE CASE WHEN responded_at IS NOT NULL THEN responded_at <= contact_due_at
                                  ELSE resolved_at <= answer_due_at END),
           count(*) FILTER (WHERE responded_at IS NOT NULL OR resolved_at IS NOT NULL OR contact_due_at <= '2025-07-15 10:00+08'),
           count(*) FILTER (WHERE outcome = 'solved'), count(*) FILTER (WHERE outcome <> ''),
           count(*) FILTER (WHERE satisfaction IN ('satisfied', 'basically')), count(*) FILTER (WHERE satisfaction <> '')
    FROM grids_hotlineticket ticket JOIN core_case spine ON spine.id = ticket.case_ptr_id
    WHERE received_at >= '2025-02-01 00:00+08' AND received_at < '2025-05-01 00:00+08'
    AND spine.status NOT IN ('refused', 'withdrawn')
"""


def figures(client: Client, **period: str) -> Any:
    return client.get(reverse("grids:hotline-figures"), period).context


def test_the_rates_agree_with_a_recount(hood: Hood, estates: dict[str, Building], client: Client) -> None:
    import_workbook(SAMPLE, hood.community, profile="hotline", now=NOW)
    # What the sample has none of: calls written down in time and too late, tickets that are nobody's here.
    march = list(HotlineTicket.objects.called(date(2025, 3, 1), date(2025, 3, 31)).order_by("pk")[:9])
    for ticket, hours in zip(march, (1, 2, 300, 400), strict=False):
        HotlineTicket.objects.filter(pk=ticket.pk).update(responded_at=ticket.received_at + timedelta(hours=hours))
    for ticket, status in zip(march[4:], ("refused", "withdrawn"), strict=False):
        HotlineTicket.objects.filter(pk=ticket.pk).update(status=status, closed_at=NOW)
    client.force_login(hood.secretary)
    shown = figures(client, first="2025-02-01", last="2025-04-30")
    with connection.cursor() as cursor:
        cursor.execute(RECOUNT)
        row = cursor.fetchone()
    assert [(rate.part, rate.whole) for rate, _part, _whole in shown["rates"]] == [row[:2], row[2:4], row[4:]]
    assert all(rate.percent is not None for rate, _part, _whole in shown["rates"])


def test_every_figure_leads_to_its_rows(imported: Go, hood: Hood, client: Client) -> None:
    done = {"办结时间": "2025-07-11 10:00"}
    late = {"来电时间": "2025-06-02 09:00", "办结时间": "2025-06-20 10:00"}
    imported(
        book(
            a_row("JN1", 回访结果="已解决", 满意度="满意", **done),
            a_row("JN2", 回访结果="未解决", 满意度="不满意", **done),
            a_row("JN3", 回访结果="已解决", 满意度="基本满意", **late),
            a_row("JN4", 来电时间="2025-07-15 09:30"),
        )
    )
    client.force_login(hood.secretary)
    shown = figures(client, first="2025-06-01", last="2025-07-31")
    told = {rate.name: (rate.part, rate.whole, rate.percent) for rate, _part, _whole in shown["rates"]}
    # JN4 came half an hour ago: nobody is late with it yet, so it does not count.
    assert told == {"response": (2, 3, 67), "solution": (2, 3, 67), "satisfaction": (2, 3, 67)}
    for rate, part, whole in shown["rates"]:
        assert len(client.get(part).context["page"].rows) == rate.part
        assert len(client.get(whole).context["page"].rows) == rate.whole
    assert len(client.get(shown["total_link"]).context["page"].rows) == shown["total"] == 4
    for row in (*shown["categories"], *shown["months"]):
        assert len(client.get(row.link).context["page"].rows) == row.now
    page = client.get(reverse("grids:hotline-figures")).content.decode()
    for formula in (
        "按时首次联系的 ÷ 应联系的",
        "回访答复“已解决”的 ÷ 有效回访的",
        "“满意”和“基本满意”的 ÷ 有效评价的",
    ):
        assert formula in page


def test_a_contact_written_down_counts_by_the_contact(imported: Go, hood: Hood, client: Client) -> None:
    head = [*book_head(), "首次联系时间"]
    imported(
        book(
            [*a_row("JN1", 办结时间="2025-07-11 10:00"), "2025-07-10 10:00"],
            [*a_row("JN2", 来电时间="2025-07-07 09:00", 办结时间="2025-07-10 10:00"), "2025-07-09 10:00"],
            head=head,
        )
    )
    client.force_login(hood.secretary)
    response = figures(client)["rates"][0][0]
    assert (response.part, response.whole) == (1, 2)


def book_head() -> list[str]:
    from tests.grids.hotline.conftest import HEAD

    return HEAD


def test_year_on_year(imported: Go, hood: Hood, client: Client) -> None:
    last_year = [a_row(f"A{n}", 来电时间="2024-03-05 09:00", 诉求标题="楼道灯") for n in range(10)]
    this_year = [a_row(f"B{n}", 来电时间="2025-03-06 09:00", 诉求标题="楼道灯") for n in range(9)]
    imported(book(*last_year, *this_year, a_row("C", 来电时间="2025-04-06 09:00", 诉求标题="停水")))
    client.force_login(hood.secretary)
    shown = figures(client)
    assert (shown["total"], shown["total_before"], shown["total_percent"]) == (10, 10, 0)
    assert [(row.label, row.now, row.before, row.percent) for row in shown["categories"]] == [
        ("楼道灯", 9, 10, -10), ("停水", 1, 0, None),
    ]  # fmt: skip
    months = {row.label: (row.now, row.before) for row in shown["months"]}
    assert (months["2025-03"], months["2025-04"], months["2025-05"]) == ((9, 10), (1, 0), (0, 0))


def test_figures_cost_the_same_however_many_tickets(
    imported: Go, hood: Hood, client: Client, django_assert_max_num_queries: Any
) -> None:
    client.force_login(hood.secretary)
    client.get(reverse("grids:hotline-figures"))
    for size in (2, 60):
        imported(book(*(a_row(f"S{size}-{n}") for n in range(size))))
        with django_assert_max_num_queries(13):
            client.get(reverse("grids:hotline-figures"))
        with django_assert_max_num_queries(9):
            client.get(reverse("grids:hotline"))


def test_a_bad_period_is_told(hood: Hood, client: Client) -> None:
    client.force_login(hood.secretary)
    for query in ({"first": "x"}, {"first": "2025-05-01", "last": "2025-04-01"}, {"first": "1901-01-01"}):
        answer = client.get(reverse("grids:hotline-figures"), query)
        assert answer.status_code == 200
        assert "请核对日期" in answer.content.decode()


def test_another_communitys_tickets_are_not_counted(imported: Go, town: Town, client: Client) -> None:
    imported(book(a_row()))
    client.force_login(town.theirs.secretary)
    assert figures(client)["total"] == 0
    assert client.get(reverse("grids:hotline")).context["page"].rows == []


def test_calls_that_nobody_answers_make_a_cluster(
    imported: Go, hood: Hood, estates: dict[str, Building], client: Client
) -> None:
    imported(
        book(
            a_row("A1"), a_row("A2"),
            a_row("B1", 诉求标题="楼道灯", 地址="怡园小区1号楼"), a_row("B2", 诉求标题="楼道灯", 地址="怡园小区2号楼"),
            a_row("B3", 诉求标题="楼道灯", 地址="怡园小区3号楼"),
            a_row("C1", 诉求标题="停水", 地址="怡园小区1号楼"),
            a_row("D1", 来电时间="2025-01-10 09:00", 诉求标题="小广告"),
            a_row("D2", 来电时间="2025-01-11 09:00", 诉求标题="小广告"),
        )
    )  # fmt: skip
    found = clusters([hood.community.pk], 90, NOW)
    assert [(row.category, row.place, row.calls) for row in found] == [
        ("楼道灯", "怡园小区", 3), ("暴露垃圾", "北村小区24号楼", 2),
    ]  # fmt: skip
    client.force_login(hood.staff)
    assert "北村小区24号楼" in client.get(reverse("grids:hotline-clusters")).content.decode()
    assert len(client.get(found[1].rows).context["page"].rows) == 2

    # One click: the form is filled in, and raising it links both calls; the cluster is gone.
    form = client.get(found[1].raise_address).context["form"]
    assert form.fields["category"].initial.code == "06010"
    sent = {"category": form["category"].value(), "description": form["description"].value()}
    assert client.post(found[1].raise_address, sent).status_code == 302
    incident = Incident.objects.get()
    assert (incident.building, incident.channel) == (estates["北村小区24号楼"], "phone")
    assert HotlineTicket.objects.filter(linked_incident=incident).count() == 2
    assert [row.category for row in clusters([hood.community.pk], 90, NOW)] == ["楼道灯"]
    assert client.get(found[1].raise_address).status_code == 404
    # For an estate somebody must say where.
    answer = client.post(found[0].raise_address, {"category": sent["category"], "description": "灯坏了", "place": ""})
    assert answer.status_code == 422
    assert "请写明在哪里" in answer.content.decode()


def test_departments_are_called_to_a_cluster_in_one_step(
    imported: Go, hood: Hood, estates: dict[str, Building], client: Client
) -> None:
    squad = Department.objects.create(street=hood.community.street, name="综合执法队", contact=hood.leader)
    imported(book(a_row("A1"), a_row("A2")))
    (found,) = clusters([hood.community.pk], 90, NOW)
    client.force_login(hood.staff)
    assert "立件并吹哨" in client.get(reverse("grids:hotline-clusters")).content.decode()
    address = f"{found.raise_address}&whistle=1"
    form = client.get(address).context["form"]
    sent = {name: form[name].value() for name in ("category", "description", "request_key")}
    # Nothing is raised while a department or what it is called for is missing.
    assert client.post(address, sent).status_code == 422
    assert client.post(address, sent | {"departments": [squad.pk]}).status_code == 422
    assert not Incident.objects.exists()

    whole = sent | {"departments": [squad.pk], "reason": "请到场清理"}
    assert client.post(address, whole).status_code == 302
    incident = Incident.objects.get()
    assert HotlineTicket.objects.filter(linked_incident=incident).count() == 2
    call = WhistleCall.objects.get()
    assert (call.whistle.case_id, call.department, call.handler) == (incident.pk, squad, hood.leader)


def test_who_may_not_whistle_is_not_offered_it(
    imported: Go, hood: Hood, estates: dict[str, Building], client: Client
) -> None:
    squad = Department.objects.create(street=hood.community.street, name="综合执法队")
    imported(book(a_row("A1"), a_row("A2")))
    ticket = HotlineTicket.objects.first()
    assert ticket is not None
    client.force_login(hood.worker)
    address = f"{reverse('grids:hotline-raise')}?ticket={ticket.number}&whistle=1"
    form = client.get(address).context["form"]
    assert "departments" not in form.fields
    sent = {name: form[name].value() for name in ("category", "description")}
    assert client.post(address, sent | {"departments": [squad.pk], "reason": "请到场"}).status_code == 302
    assert not WhistleCall.objects.exists()


def test_the_import_page_asks_for_tickets(hood: Hood, client: Client) -> None:
    client.force_login(hood.staff)
    page = client.get(reverse("imports:upload"), {"kind": "hotline"}).content.decode()
    assert "导入12345工单" in page
    assert ".csv" in page
    assert client.get(reverse("imports:template"), {"kind": "hotline"}).status_code == 200
