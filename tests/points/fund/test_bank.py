"""The bank's file beside the books."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from community.core.workflow import NotNow, NotYours
from community.imports.importing import import_workbook
from community.imports.models import ImportRun
from points.fund import reconciling
from points.models import BankLine, Project, Voucher
from tests.fund_specimens import a_gift, a_spending
from tests.moments import MONDAY
from tests.neighbourhood import Hood
from tests.points.fund.books import paid

pytestmark = pytest.mark.django_db
HEADER = "交易日期,收入,支出,余额,对方户名,摘要,流水号"
LATER = MONDAY + timedelta(days=9)


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def imported(hood: Hood, tmp_path: Path, *rows: str, encoding: str = "utf-8", header: str = HEADER) -> ImportRun:
    path = tmp_path / "流水.csv"
    path.write_bytes("\n".join([header, *rows]).encode(encoding))
    return import_workbook(path, hood.community, by=hood.staff, now=LATER, profile="bank")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_banks_file_is_read_in_any_encoding(hood: Hood, tmp_path: Path, encoding: str) -> None:
    imported(
        hood, tmp_path, "2026-03-02,200.00,,1200.00,王建国,捐款,A1",
        "20260303,,35.5,\"1,164.50\",东门食堂,餐费,A2", encoding=encoding
    )  # fmt: skip
    assert list(BankLine.objects.order_by("pk").values_list("amount", "left", "words")) == [
        (20_000, 120_000, "捐款"), (-3_550, 116_450, "餐费"),
    ]  # fmt: skip


def test_one_column_with_a_sign_does_as_well(hood: Hood, tmp_path: Path) -> None:
    imported(hood, tmp_path, "2026-03-02,-3.50,手续费", header="日期,交易金额,摘要")
    assert BankLine.objects.get().amount == -350


def test_a_file_imported_twice_adds_nothing(hood: Hood, tmp_path: Path) -> None:
    row = "2026-03-02,200.00,,1200.00,王建国,捐款,A1"
    imported(hood, tmp_path, row)
    imported(hood, tmp_path, row, "2026-03-03,5.00,,1205.00,,利息,A2")
    assert BankLine.objects.count() == 2


def test_rows_that_are_alike_are_pointed_out(hood: Hood, tmp_path: Path) -> None:
    row = "2026-03-02,10.00,,,,扫码,"
    run = imported(hood, tmp_path, row, row)
    assert [finding.code for finding in run.findings.all() if finding.code == "same_line"] == ["same_line"]
    assert sorted(BankLine.objects.values_list("nth", flat=True)) == [1, 2]


@pytest.mark.parametrize(
    ("row", "code"),
    [("昨天,1,,,,,", "not_date"), ("2099-01-01,1,,,,,", "date_range"), ("2026-03-02,一百,,,,,", "not_decimal"),
     ("2026-03-02,,,,,,", "no_amount"), ("2026-03-02,1.234,,,,,", "not_decimal"), ("2026-02-30,1,,,,,", "not_date")],
)  # fmt: skip
def test_a_wrong_row_is_named_and_left_out(hood: Hood, tmp_path: Path, row: str, code: str) -> None:
    run = imported(hood, tmp_path, row, "2026-03-02,5,,,,好的一行,")
    assert code in {finding.code for finding in run.findings.errors()}
    assert BankLine.objects.get().words == "好的一行"


def bank_gift(hood: Hood, amount: int, **more: Any) -> Voucher:
    return a_gift(hood, amount, **({"via": "bank"} | more)).vouchers.get()


def test_what_leaves_no_doubt_is_matched(hood: Hood, project: Project, tmp_path: Path) -> None:
    gift, alike, named = bank_gift(hood, 20_000), bank_gift(hood, 30_000), bank_gift(hood, 30_000, reference="B7")
    bank_gift(hood, 44_400)
    a_gift(hood, 12_300)  # cash: never looked for in the bank
    spent = paid(a_spending(hood), hood).vouchers.get()
    imported(
        hood, tmp_path, "2026-03-04,200,,,,捐款,A1", "2026-03-05,300,,,,捐款,B7", "2026-03-05,300,,,,捐款,B8",
        "2026-03-03,,100,,,助餐,A3", "2026-03-06,6.66,,,,利息,A4",
    )  # fmt: skip
    assert reconciling.match_all(hood.community.pk, by=hood.staff, now=LATER) == 4
    found = {line.reference: line.voucher for line in BankLine.objects.exclude(voucher=None).select_related("voucher")}
    assert found == {"A1": gift, "B7": named, "B8": alike, "A3": spent}
    assert [line.words for line in BankLine.objects.unexplained()] == ["利息"]
    assert [row.amount for row in reconciling.in_the_books(hood.community.pk)] == [44_400]


def test_a_donations_number_in_the_remark_tells_which_of_two_it_is(
    hood: Hood, project: Project, tmp_path: Path
) -> None:
    bank_gift(hood, 5_000)
    second = a_gift(hood, 5_000, via="bank")
    imported(hood, tmp_path, f"2026-03-02,50,,,,{second.number},A1", "2026-03-30,50,,,,太晚,A2")
    reconciling.match_all(hood.community.pk, by=hood.staff, now=LATER)
    assert BankLine.objects.get(reference="A1").voucher == second.vouchers.get()


def test_nothing_is_matched_twice(hood: Hood, project: Project, tmp_path: Path) -> None:
    voucher, other = bank_gift(hood, 5_000), bank_gift(hood, 5_000)
    imported(hood, tmp_path, "2026-03-02,50,,,,甲,A1", "2026-03-02,50,,,,乙,A2", "2026-03-02,51,,,,丙,A3")
    first, second, third = BankLine.objects.order_by("reference")
    reconciling.match(first, voucher, by=hood.staff, now=LATER)
    with pytest.raises(NotNow, match="已经对过"):
        reconciling.match(first, other, by=hood.staff, now=LATER)
    with pytest.raises(NotNow, match="另一条流水"):
        reconciling.match(second, voucher, by=hood.staff, now=LATER)
    with pytest.raises(NotNow, match="金额对不上"):
        reconciling.match(third, other, by=hood.staff, now=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        BankLine.objects.filter(pk=second.pk).update(voucher=voucher, matched_at=LATER)
    reconciling.undo(first, by=hood.staff)
    reconciling.match(second, voucher, by=hood.staff, now=LATER)


def test_a_line_that_needs_no_voucher_says_why(hood: Hood, project: Project, tmp_path: Path) -> None:
    imported(hood, tmp_path, "2026-03-02,50,,,,现金存入,A1")
    line = BankLine.objects.get()
    with pytest.raises(NotYours):
        reconciling.set_aside(line, "存入现金", by=hood.resident, now=LATER)
    reconciling.set_aside(line, "存入收到的现金", by=hood.staff, now=LATER)
    assert not BankLine.objects.unexplained().exists()
