"""Exports of 12345: the samples, an old system's text, bad rows, repeats, foreign headers, and undoing."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from openpyxl import load_workbook

from community.core.models import Entry
from community.directory.models import Building
from community.imports import exports
from community.imports.importing import import_workbook
from community.imports.mapping import ColumnsForm, header_of
from community.imports.models import ColumnMap, ImportRun
from community.imports.undoing import CannotUndo
from community.timers.models import Deadline
from grids.hotline.models import HotlineTicket
from tests.grids.hotline.conftest import HEAD, NOW, OLD_SYSTEM, SAMPLE, a_row, book
from tests.imports.conftest import found
from tests.neighbourhood import Hood, Town

pytestmark = pytest.mark.django_db
Go = Callable[..., ImportRun]


def text(rows: list[list[Any]], encoding: str = "utf-8", separator: str = ",") -> BytesIO:
    lines = [separator.join("" if cell is None else str(cell) for cell in row) for row in rows]
    return BytesIO("\r\n".join(lines).encode(encoding))


def test_the_half_year_of_tickets(hood: Hood, estates: dict[str, Building]) -> None:
    run = import_workbook(SAMPLE, hood.community, profile="hotline", now=NOW)
    assert (run.status, run.errors, run.hints) == ("applied", 0, 0)
    tickets = HotlineTicket.objects.all()
    assert tickets.count() == 420
    assert not tickets.filter(building=None).exists()
    one = tickets.get(ticket_number="JN2025030900000")
    assert (one.type, one.category, one.where) == ("help", "楼道灯", "毕家洼小区24号楼")
    assert timezone.localtime(one.received_at).strftime("%Y-%m-%d %H:%M") == "2025-03-09 01:29"
    assert (one.outcome, one.satisfaction, one.status) == ("solved", "satisfied", "archived")
    assert [row.verb for row in one.timeline.all()] == ["import_new", "import_done", "import_rated"]
    # What was done of late and not followed up waits for the follow-up call; what is old is laid to rest.
    waiting = tickets.filter(status="follow_up")
    assert waiting.exists()
    assert not waiting.filter(resolved_at__lt=NOW - timedelta(days=90)).exists()
    assert (
        Deadline.objects.running().filter(case__in=waiting, clock="follow_up", is_due=True).count() == waiting.count()
    )
    assert not Deadline.objects.running().filter(case__status="archived").exists()


def test_the_old_systems_text_tells_nothing_new(hood: Hood, estates: dict[str, Building]) -> None:
    import_workbook(SAMPLE, hood.community, profile="hotline", now=NOW)
    lines = Entry.objects.count()
    run = import_workbook(OLD_SYSTEM, hood.community, profile="hotline", now=NOW)
    assert (run.status, run.errors) == ("applied", 0)
    assert [row["unchanged"] for row in run.summary] == [120]
    assert (HotlineTicket.objects.count(), Entry.objects.count()) == (420, lines)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_encoding_and_separator_are_found_out(imported: Go, encoding: str, separator: str) -> None:
    run = imported(text([HEAD, a_row()], encoding, separator), name="导出.csv")
    assert (run.status, run.errors) == ("applied", 0)
    assert HotlineTicket.objects.get().content == "楼后垃圾堆了好几天。"


def test_protected_digits_and_commas_in_quotes(imported: Go) -> None:
    row = a_row(联系电话='="19933025228"', 诉求内容='"楼后垃圾，很大，\n味道难闻"')
    imported(text([HEAD, row]), name="导出.csv")
    ticket = HotlineTicket.objects.get()
    assert (ticket.caller_phone, ticket.content) == ("19933025228", "楼后垃圾,很大, 味道难闻")


BAD = [
    ("来电时间", "2025-13-40", "not_moment"),
    ("来电时间", "2031-01-01 10:00", "moment_range"),
    ("来电时间", None, "required"),
    ("诉求类型", "闲聊", "not_choice"),
    ("联系电话", "1993302", "phone_length"),
    ("办理时限", "很快", "not_limit"),
    ("办结时间", "2025-07-09 10:00", "ends_before"),
    ("满意度", "还行吧", "not_choice"),
    ("诉求内容", "=1+1", "formula"),
    ("诉求内容", "字" * 4001, "too_long"),
]


@pytest.mark.parametrize(("column", "value", "code"), BAD)
def test_a_bad_cell_is_found_where_it_is(imported: Go, column: str, value: Any, code: str) -> None:
    run = imported(book(a_row("JN1"), a_row("JN2", **{column: value})))
    assert found(run) == [("工单", 3, column, code)]
    assert [ticket.ticket_number for ticket in HotlineTicket.objects.all()] == ["JN1"]
    error = run.findings.errors().get()
    assert error.reason
    assert error.advice
    mended = load_workbook(BytesIO(exports.wrong_rows(run)))["工单"]
    assert [row[0] for row in mended.iter_rows(values_only=True)] == ["工单编号", "JN2"]


def test_a_formula_in_a_text_is_no_value(imported: Go) -> None:
    run = imported(text([HEAD, a_row("JN1"), a_row("JN2", 诉求内容="=HYPERLINK(1)")]), name="导出.csv")
    assert found(run) == [("工单", 3, "诉求内容", "formula")]


def test_a_number_twice_keeps_the_first(imported: Go) -> None:
    run = imported(book(a_row("JN1"), a_row("JN1", 诉求标题="楼道灯")))
    assert found(run) == [("工单", 3, "", "duplicate")]
    assert HotlineTicket.objects.get().category == "暴露垃圾"


def test_an_answer_without_an_end_is_asked_about(imported: Go) -> None:
    run = imported(book(a_row("JN1"), a_row("JN2", 回访结果="已解决")))
    assert found(run) == [("工单", 3, "办结时间", "rated_before_done")]


def test_an_unknown_building_does_not_keep_a_caller_out(imported: Go, estates: dict[str, Building]) -> None:
    run = imported(book(a_row("JN1", 地址="北村小区99号楼"), a_row("JN2", 地址="某某花园3号楼")))
    assert run.errors == 0
    assert [row[3] for row in found(run, hints=True)] == ["place_unknown", "place_unknown"]
    assert HotlineTicket.objects.filter(building=None).count() == 2


def test_full_width_digits_are_digits(imported: Go, estates: dict[str, Building]) -> None:
    imported(book(a_row("ＪＮ１", 地址="北村小区２４号楼", 联系电话="１９９３３０２５２２８", 办理时限="３个工作日")))
    ticket = HotlineTicket.objects.get()
    assert (ticket.ticket_number, ticket.caller_phone, ticket.limit_amount) == ("JN1", "19933025228", 3)
    assert ticket.building == estates["北村小区24号楼"]


def test_the_limit_on_the_ticket_wins(imported: Go) -> None:
    imported(book(a_row("JN1"), a_row("JN2", 办理时限="24小时"), a_row("JN3", 办理时限=None)))
    due = {row.ticket_number: timezone.localtime(row.answer_due_at) for row in HotlineTicket.objects.all()}
    assert due["JN2"].strftime("%m-%d %H:%M") == "07-11 09:00"
    assert due["JN1"].strftime("%m-%d %H:%M") == due["JN3"].strftime("%m-%d %H:%M") == "07-17 09:00"


def test_an_open_ticket_waits_for_its_grid_with_its_clocks(
    imported: Go, estates: dict[str, Building], hood: Hood
) -> None:
    imported(book(a_row()))
    ticket = HotlineTicket.objects.get()
    assert (ticket.status, ticket.awaits_perm, ticket.grid) == ("dispatched", "handle_incidents", hood.grid)
    # Called on Thursday: contact was due on Friday, the answer is due on the fifth working day.
    clocks = {row.clock: row for row in Deadline.objects.running().filter(case=ticket, is_due=True)}
    assert set(clocks) == {"contact", "handle"}
    assert (clocks["handle"].due_at, ticket.due_at) == (ticket.answer_due_at, ticket.contact_due_at)


def test_a_repeat_updates_and_never_takes_back(imported: Go, hood: Hood) -> None:
    imported(book(a_row("JN1"), a_row("JN2")))
    second = HotlineTicket.objects.get(ticket_number="JN2")
    second.sign(by=hood.staff, now=NOW)
    second.resolve(by=hood.staff, now=NOW, note="清运了")
    done = {"办结时间": "2025-07-14 10:00", "回访结果": "已解决", "满意度": "满意"}
    run = imported(book(a_row("JN1", **done), a_row("JN2", 来电人="熊小雨")))
    assert [(row["new"], row["changed"]) for row in run.summary] == [(0, 2)]
    first = HotlineTicket.objects.get(ticket_number="JN1")
    assert (first.status, first.outcome, first.due_at) == ("archived", "solved", None)
    assert not Deadline.objects.running().filter(case=first).exists()
    second.refresh_from_db()
    assert (second.status, second.caller_name) == ("review", "熊小雨")
    assert first.timeline.latest("pk").target == "archived"


def test_undo_withdraws_what_it_made_and_restores_what_it_changed(imported: Go) -> None:
    imported(book(a_row("JN1")))
    kept = HotlineTicket.objects.filter(ticket_number="JN1").values().get()
    done = {"办结时间": "2025-07-14 10:00", "回访结果": "已解决", "满意度": "满意"}
    run = imported(book(a_row("JN1", **done), a_row("JN2")))
    run.undo(by=None, now=NOW)
    again = HotlineTicket.objects.filter(ticket_number="JN1").values().get()
    assert again == kept | {"changed_at": again["changed_at"]}
    assert Deadline.objects.running().filter(case__hotlineticket__ticket_number="JN1", clock="handle").exists()
    gone = HotlineTicket.objects.get(ticket_number="JN2")
    assert (gone.status, gone.due_at, gone.awaits_perm) == ("withdrawn", None, "")
    assert not Deadline.objects.running().filter(case=gone).exists()
    assert not HotlineTicket.objects.standing().filter(ticket_number="JN2").exists()
    # Imported anew it stands again, under the number it had.
    imported(book(a_row("JN2")))
    assert HotlineTicket.objects.get(ticket_number="JN2").status == "dispatched"
    assert HotlineTicket.objects.get(ticket_number="JN2").number == gone.number


def test_what_people_have_worked_on_is_not_undone(imported: Go, hood: Hood) -> None:
    run = imported(book(a_row()))
    HotlineTicket.objects.get().sign(by=hood.staff, now=NOW)
    with pytest.raises(CannotUndo, match="1 件工单"):
        run.undo(by=None, now=NOW)
    assert HotlineTicket.objects.get().status == "handling"


FOREIGN = [
    "流水号",
    "拨打时间",
    "类别",
    "问题",
    "描述",
    "哪里",
    "谁",
    "手机",
    "单位",
    "期限",
    "完结",
    "回访结果",
    "满意度",
]


def test_a_foreign_header_is_explained_once(hood: Hood) -> None:
    def examined(name: str, number: str) -> ImportRun:
        file = book(a_row(number), head=FOREIGN, title="Sheet1")
        run = ImportRun.receive(file, name=name, community=hood.community, by=hood.staff, now=NOW, profile="hotline")
        return run.examine(now=NOW)

    run = examined("别的系统.xlsx", "JN1")
    assert "missing_column" in {row[3] for row in found(run)} | {"missing_column"}
    assert run.errors
    foreign = header_of(run)
    assert foreign is not None
    assert [column.title for column in foreign.columns] == FOREIGN
    answers = [
        "ticket_number",
        "received_at",
        "type",
        "category",
        "content",
        "address",
        "",
        "caller_phone",
        "",
        "limit",
    ]
    answers += ["resolved_at", "outcome", "satisfaction"]
    form = ColumnsForm(
        {"source": "别的系统", **{f"column{n}": name for n, name in enumerate(answers)}}, foreign=foreign
    )
    assert form.is_valid(), form.errors
    run.map_columns(form.columns, signature=foreign.signature, source="别的系统", by=hood.staff, now=NOW)
    run.carry_on(now=NOW)
    assert (run.status, run.errors) == ("checked", 0)
    run.order(mode="good_rows", by=hood.staff, now=NOW).apply(now=NOW)
    ticket = HotlineTicket.objects.get()
    assert (ticket.ticket_number, ticket.category, ticket.caller_name) == ("JN1", "暴露垃圾", "")
    # The next file from there is understood at once.
    again = examined("别的系统-8月.xlsx", "JN2")
    assert (again.status, again.errors) == ("checked", 0)
    assert ColumnMap.objects.get().source == "别的系统"


def test_a_mapping_must_be_whole_and_unambiguous(hood: Hood) -> None:
    file = book(a_row(), head=FOREIGN)
    run = ImportRun.receive(file, name="x.xlsx", community=hood.community, by=None, now=NOW, profile="hotline")
    foreign = header_of(run.examine(now=NOW))
    assert foreign is not None
    form = ColumnsForm({"source": "x", "column0": "content", "column1": "content"}, foreign=foreign)
    assert "选了两次" in str(form.errors)
    form = ColumnsForm({"source": "x", "column0": "content"}, foreign=foreign)
    assert "还缺必填的列：工单编号" in str(form.errors)


def test_the_mapping_of_one_community_is_not_anothers(town: Town) -> None:
    for hood in (town.ours, town.theirs):
        file = book(a_row(), head=FOREIGN)
        run = ImportRun.receive(file, name="x.xlsx", community=hood.community, by=None, now=NOW, profile="hotline")
        run.examine(now=NOW)
        assert run.errors
        ColumnMap.remember(
            community_id=hood.community.pk, profile="hotline", signature="x", source="x", columns={}, by=None, now=NOW
        )
        run.order(mode="good_rows", by=None, now=NOW).apply(now=NOW)
    assert ColumnMap.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("x.csv", b"PK\x03\x04junk", "not_text"),
        ("x.csv", b"MZ\x90\x00", "program"),
        ("x.csv", b"a,b\x00\x01", "encoding"),
        ("x.csv", b"", "empty_file"),
        ("x.txt", b"a,b", "extension_text"),
    ],
)
def test_what_is_no_export_is_refused_with_a_sentence(hood: Hood, name: str, content: bytes, code: str) -> None:
    from community.imports.problems import Unreadable, sentence

    with pytest.raises(Unreadable) as refused:
        ImportRun.receive(BytesIO(content), name=name, community=hood.community, by=None, now=NOW, profile="hotline")
    assert refused.value.code == code
    assert sentence(refused.value)


def test_from_the_command_line(hood: Hood, tmp_path: Path) -> None:
    path = tmp_path / "工单.csv"
    path.write_bytes(text([HEAD, a_row()], "gb18030").read())
    out = StringIO()
    call_command("import_directory", str(path), community=hood.community.code, kind="hotline", stdout=out)
    assert "工单: 1 rows, 1 new" in out.getvalue()
