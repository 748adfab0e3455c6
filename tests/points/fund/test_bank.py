"""The bank's file beside the books."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from community.core.workflow import NotNow, NotYours
from community.imports.importing import import_workbook
from community.imports.models import ImportRun
from community.imports.undoing import CannotUndo
from points.fund import reconciling
from points.models import BankLine, BankShare, Project, Voucher
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


def shares() -> set[tuple[str, str, int]]:
    return set(BankShare.objects.values_list("line__reference", "voucher__number", "amount"))


def line_of(reference: str) -> BankLine:
    return BankLine.objects.get(reference=reference)


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
    assert shares() == {
        ("A1", gift.number, 20_000), ("B7", named.number, 30_000), ("B8", alike.number, 30_000),
        ("A3", spent.number, -10_000),
    }  # fmt: skip
    assert [line.words for line in BankLine.objects.unexplained()] == ["利息"]
    assert [row.amount for row in reconciling.in_the_books(hood.community.pk)] == [44_400]


def test_a_donations_number_in_the_remark_tells_which_of_two_it_is(
    hood: Hood, project: Project, tmp_path: Path
) -> None:
    bank_gift(hood, 5_000)
    second = a_gift(hood, 5_000, via="bank")
    imported(hood, tmp_path, f"2026-03-02,50,,,,{second.number},A1", "2026-03-30,50,,,,太晚,A2")
    reconciling.match_all(hood.community.pk, by=hood.staff, now=LATER)
    assert shares() == {("A1", second.vouchers.get().number, 5_000)}


def test_nothing_is_matched_twice(hood: Hood, project: Project, tmp_path: Path) -> None:
    voucher, spent = bank_gift(hood, 5_000), paid(a_spending(hood), hood).vouchers.get()
    imported(hood, tmp_path, "2026-03-02,50,,,,甲,A1", "2026-03-02,50,,,,乙,A2")
    first, second = BankLine.objects.order_by("reference")
    reconciling.match(first, voucher, by=hood.staff, now=LATER)
    with pytest.raises(NotNow, match="已经对完"):
        reconciling.match(first, voucher, by=hood.staff, now=LATER)
    for other in (voucher, spent):
        with pytest.raises(NotNow, match="方向相反"):
            reconciling.match(second, other, by=hood.staff, now=LATER)
    reconciling.undo(first, by=hood.staff)
    assert (first.rest, first.is_settled) == (5_000, False)
    reconciling.match(second, voucher, by=hood.staff, now=LATER)


def test_one_transfer_pays_two_vouchers_and_one_voucher_comes_in_parts(
    hood: Hood, project: Project, tmp_path: Path
) -> None:
    small, large = bank_gift(hood, 3_000), bank_gift(hood, 10_000)
    imported(hood, tmp_path, "2026-03-02,80,,,,合并转账,A1", "2026-03-09,45,,,,第二笔,A2")
    both, later = line_of("A1"), line_of("A2")
    reconciling.match(both, small, by=hood.staff, now=LATER)
    assert (both.rest, both.is_settled) == (5_000, False)
    with pytest.raises(ValidationError, match="最多只能对 ¥50"):
        reconciling.match(both, large, 5_001, by=hood.staff, now=LATER)
    reconciling.match(both, large, by=hood.staff, now=LATER)
    lines, books = reconciling.gaps(hood.community.pk)
    assert ((lines.count, lines.came), (books.count, books.came)) == ((1, 4_500), (1, 5_000))
    reconciling.match(later, large, by=hood.staff, now=LATER)
    assert shares() == {("A1", small.number, 3_000), ("A1", large.number, 5_000), ("A2", large.number, 4_500)}
    lines, books = reconciling.gaps(hood.community.pk)
    assert ((lines.count, lines.came), (books.count, books.came)) == ((0, 0), (1, 500))
    reconciling.undo(both, by=hood.staff, share=both.shares.get(voucher=small).pk)
    assert (both.rest, reconciling.gaps(hood.community.pk)[1].came) == (3_000, 3_500)


def test_numbers_named_in_the_remark_make_up_a_line_or_a_part(hood: Hood, project: Project, tmp_path: Path) -> None:
    one, two, three = (a_gift(hood, amount, via="bank") for amount in (1_000, 2_000, 4_000))
    imported(
        hood, tmp_path, f"2026-03-02,30,,,,{one.number} {two.number},A1", f"2026-03-02,15,,,,{three.number},A2",
        f"2026-03-20,41,,,,{three.number},A3",
    )  # fmt: skip
    assert reconciling.match_all(hood.community.pk, by=hood.staff, now=LATER) == 2
    a, b, c = (gift.vouchers.get().number for gift in (one, two, three))
    assert shares() == {("A1", a, 1_000), ("A1", b, 2_000), ("A2", c, 1_500)}
    assert line_of("A3").rest == 4_100  # more than was entered: somebody has to look


def test_money_that_comes_back_is_looked_for_in_the_bank(hood: Hood, project: Project, tmp_path: Path) -> None:
    spending = paid(a_spending(hood), hood)
    never = paid(a_spending(hood, title="误记"), hood)
    imported(hood, tmp_path, "2026-03-03,,100,,,助餐,A1")
    reconciling.match(line_of("A1"), spending.vouchers.get(), by=hood.staff, now=LATER)
    for wrong in (spending, never):
        wrong.reverse(by=hood.secretary, now=LATER, note="付错了")
    assert [(row.amount, row.case_id) for row in reconciling.in_the_books(hood.community.pk)] == [(10_000, spending.pk)]


@pytest.mark.parametrize("amount", [-1, 3_001, 2_501])
def test_the_database_lets_no_share_go_beyond_its_line_or_voucher(
    hood: Hood, project: Project, tmp_path: Path, amount: int
) -> None:
    """Of a line of 30 yuan and a voucher of which five are taken already."""
    voucher = bank_gift(hood, 3_000)
    imported(hood, tmp_path, "2026-03-02,30,,,,甲,A1", "2026-03-02,5,,,,乙,A2")
    reconciling.match(line_of("A2"), voucher, by=hood.staff, now=LATER)
    with pytest.raises(IntegrityError, match=r"bank_line_matched_within|more than voucher"), transaction.atomic():
        BankShare.objects.create(line=line_of("A1"), voucher=voucher, amount=amount, at=LATER)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        BankShare.objects.update(amount=1)
    assert line_of("A1").matched == 0


def test_an_import_is_not_taken_back_under_what_was_matched(hood: Hood, project: Project, tmp_path: Path) -> None:
    voucher = bank_gift(hood, 3_000)
    run = imported(hood, tmp_path, "2026-03-02,30,,,,甲,A1")
    reconciling.match(line_of("A1"), voucher, by=hood.staff, now=LATER)
    with pytest.raises(CannotUndo, match="对账明细"):
        run.undo(by=hood.staff)
    reconciling.undo(line_of("A1"), by=hood.staff)
    run.undo(by=hood.staff)
    assert not BankLine.objects.exists()


def test_a_line_that_needs_no_voucher_says_why(hood: Hood, project: Project, tmp_path: Path) -> None:
    imported(hood, tmp_path, "2026-03-02,50,,,,现金存入,A1")
    line = BankLine.objects.get()
    with pytest.raises(NotYours):
        reconciling.set_aside(line, "存入现金", by=hood.resident, now=LATER)
    reconciling.set_aside(line, "存入收到的现金", by=hood.staff, now=LATER)
    assert not BankLine.objects.unexplained().exists()


def test_the_rest_of_a_line_may_be_a_fee(hood: Hood, project: Project, tmp_path: Path) -> None:
    spent = paid(a_spending(hood), hood).vouchers.get()
    imported(hood, tmp_path, "2026-03-03,,102,,,助餐和手续费,A1")
    line = line_of("A1")
    reconciling.match(line, spent, by=hood.staff, now=LATER)
    reconciling.set_aside(line, "手续费", by=hood.staff, now=LATER)
    assert not BankLine.objects.unexplained().exists()
    with pytest.raises(NotNow):
        reconciling.set_aside(line, "又一次", by=hood.staff, now=LATER)
    reconciling.undo(line, by=hood.staff, share=line.shares.get().pk)
    assert (line.rest, line.reason) == (-10_200, "")


def test_by_hand_on_the_page_with_the_rest_shown(hood: Hood, project: Project, tmp_path: Path) -> None:
    small, large = bank_gift(hood, 3_000), bank_gift(hood, 10_000)
    imported(hood, tmp_path, "2026-03-02,80,,,,合并转账,A1")
    client, address = Client(), f"/fund/bank/{line_of('A1').pk}/"
    client.force_login(hood.staff)
    post = lambda **data: client.post(address, {"step": "share"} | data)  # noqa: E731
    for data, said in (
        ({"voucher": "PZ-0"}, "没有这个号的凭证"), ({"voucher": small.number, "amount": "31"}, "最多只能对 ¥30.00"),
        ({"voucher": small.number, "amount": "-1"}, "不能是负数"), ({"voucher": ""}, "请填凭证号"),
    ):  # fmt: skip
        answer = post(**data)
        assert (answer.status_code, said in answer.content.decode()) == (422, True), said
    assert post(voucher=small.number).status_code == 302
    assert "+¥50.00" in client.get(address).content.decode()
    assert post(voucher=large.number, amount="50").status_code == 302
    assert post(voucher=large.number, amount="50").status_code == 302  # a click too many
    assert shares() == {("A1", small.number, 3_000), ("A1", large.number, 5_000)}
    page = client.get("/fund/bank/?show=books").content.decode()
    assert "整张 +¥100.00" in page
    assert "还差 +¥50.00" in client.get(f"/fund/vouchers/{large.number}/").content.decode()
    client.post(address, {"step": "undo", "share": BankShare.objects.get(voucher=small).pk})
    assert shares() == {("A1", large.number, 5_000)}
