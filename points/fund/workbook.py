"""A month's books for the accountant: balances, vouchers, and the lines of the ledger behind them."""

from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from points.fund.accounts import balances_of
from points.fund.months import Month
from points.fund.project import Project
from points.models.posting import Line

BOLD = Font(bold=True)
MONEY = "#,##0.00"


def workbook(month: Month) -> bytes:
    """Streams: memory follows one voucher at a time."""
    book = Workbook(write_only=True)
    _balances(book.create_sheet(_("科目余额")), month)
    _vouchers(book.create_sheet(_("基金凭证")), month)
    _lines(book.create_sheet(_("分录")), month)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _balances(page: Any, month: Month) -> None:
    names = dict(Project.objects.filter(community=month.community_id).values_list("pk", "name"))
    state = _("已结账") if month.is_closed else _("未结账")
    _row(page, [f"{month.community} · {month} · {state}"], bold=True)
    _row(page, [_("基金项目"), _("上月结转"), _("本月收入"), _("本月支出"), _("月末结余")], bold=True)
    rows: list[Any] = list(month.balances.all()) if month.is_closed else list(balances_of(month))
    for row in rows:
        _row(page, [names[row.project_id], *map(_yuan, (row.opening, row.came, row.went, row.closing))])
    sums = [sum(getattr(row, name) for row in rows) for name in ("opening", "came", "went", "closing")]
    _row(page, [_("合计"), *map(_yuan, sums)], bold=True)


def _vouchers(page: Any, month: Month) -> None:
    heads = (
        _("凭证号"), _("日期"), _("类别"), _("摘要"), _("基金项目"), _("转自"), _("金额"), _("公示名"), _("方式"),
        _("流水号或备注"), _("冲正"), _("事项"), _("经办人"),
    )  # fmt: skip
    _row(page, list(heads), bold=True)
    rows = month.vouchers.select_related("project", "other", "reverses", "case", "by").order_by("pk")
    for row in rows.iterator(chunk_size=500):
        _row(page, [
            row.number, row.day, row.get_sort_display(), row.told, str(row.project), str(row.other or ""),
            _yuan(row.amount), row.shown_name, row.get_via_display(), row.reference,
            row.reverses.number if row.reverses else "", row.case.number if row.case else "", str(row.by or ""),
        ])  # fmt: skip


def _lines(page: Any, month: Month) -> None:
    """Both sides of every entry, as the ledger has them."""
    _row(page, [_("记账"), _("时间"), _("事由"), _("账户"), _("基金项目"), _("金额")], bold=True)
    lines = Line.objects.filter(posting__in=month.vouchers.values("posting")).order_by("pk")
    lines = lines.select_related("posting", "account__project")
    for line in lines.iterator(chunk_size=500):
        account, posting = line.account, line.posting
        at = posting.at.replace(tzinfo=None)
        name = str(account.project or "")
        _row(page, [posting.pk, at, posting.reason, account.get_kind_display(), name, _yuan(line.amount)])


def _yuan(cents: int) -> float:
    """A spreadsheet has no cents; two decimals of a number below ten million are exact enough for it."""
    return round(cents / 100, 2)


def _row(page: Any, values: list[Any], bold: bool = False) -> None:
    page.append([_cell(page, value, bold) for value in values])


def _cell(page: Any, value: Any, bold: bool) -> WriteOnlyCell:
    """Text stays text: what starts with “=” must not become a formula on somebody's desk."""
    if isinstance(value, str):
        value = ILLEGAL_CHARACTERS_RE.sub("", value)
    cell = WriteOnlyCell(page, value)
    if isinstance(value, str):
        cell.data_type = "s"
    elif isinstance(value, float):
        cell.number_format = MONEY
    if bold:
        cell.font = BOLD
    return cell
