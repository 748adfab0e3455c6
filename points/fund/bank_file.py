"""A bank's file of transactions as a profile of the imports: columns are mapped and remembered, CSV or workbook."""

import re
from collections import Counter
from collections.abc import Hashable
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

from community.imports.cells import Cell, Day
from community.imports.planning import Plan
from community.imports.problems import Problem, Wrong
from community.imports.sheets import Profile, Row, Sheet
from points.fund.bank import BankLine
from points.fund.project import MOST

YUAN = re.compile(r"([+-]?)(\d{1,11})(?:\.(\d{1,2})0*)?")


class Money(Cell):
    """“1,234.50”, “-30”, “+5.00”: whole cents, whatever the sign."""

    empty: Any = None

    def read(self, text: str) -> int:
        found = YUAN.fullmatch(re.sub(r"[,¥\s]|元$|CNY", "", text.replace("−", "-")))
        if found is None:
            raise Wrong("not_decimal")
        amount = int(found[2]) * 100 + int((found[3] or "").ljust(2, "0"))
        if amount > 100 * MOST:
            raise Wrong("out_of_range", low=0, high=MOST)
        return -amount if found[1] == "-" else amount


class Known:
    """The community's lines by all that tells one from another."""

    def __init__(self, plan: Plan) -> None:
        self.community, self.seen = plan.community, Counter[Hashable]()
        self.rows: dict[Hashable, int] = {}

    @cached_property
    def lines(self) -> dict[Hashable, BankLine]:
        return {(*key_of(line), line.nth): line for line in BankLine.objects.filter(community=self.community)}


def key_of(line: BankLine) -> tuple[Any, ...]:
    return line.day, line.amount, line.reference, line.party, line.words, line.left


class Statement(Sheet):
    """One row per transaction: one column with a sign, or one for money in and one for money out."""

    name = "银行流水"
    aliases = ("流水", "交易明细", "账户明细", "对账单")
    note = _("“金额”一列带正负号，或者分“收入”“支出”两列，都可以。")
    cells = {
        "day": Day("交易日期", "日期", "记账日期", "交易时间", required=True, example="2026-11-02"),
        "amount": Money("金额", "交易金额", "发生额", example="200.00"),
        "came": Money("收入", "收入金额", "贷方发生额", "贷方金额", "存入", example="200.00"),
        "went": Money("支出", "支出金额", "借方发生额", "借方金额", "支取", example="35.50"),
        "left": Money("余额", "账户余额", example="1200.00"),
        "party": Cell("对方户名", "对方名称", "对方账户名", limit=80, personal=True, example="区慈善会"),
        "words": Cell("摘要", "用途", "附言", "备注", limit=120, example="捐款"),
        "reference": Cell("流水号", "交易流水号", "凭证号", "凭证号码", limit=60, example="20261102000123"),
    }

    def place(self, row: Row, plan: Plan) -> BankLine:
        known: Known = plan.known
        facts: dict[str, Any] = {"day": row["day"], "amount": _amount(row), "left": row["left"]}
        facts |= {name: row[name] for name in ("party", "words", "reference")}
        key = tuple(facts[name] for name in ("day", "amount", "reference", "party", "words", "left"))
        known.seen[key] += 1
        nth = known.seen[key]
        if nth > 1:
            plan.hint(Problem("same_line", {"row": known.rows[key]}, self.name, row.number, hint=True))
        known.rows.setdefault(key, row.number)
        if found := known.lines.get((*key, nth)):
            return plan.put(BankLine, found)
        return plan.put(BankLine, None, community=plan.community, nth=nth, imported_at=plan.now, **facts)


def _amount(row: Row) -> int:
    came, went = row["came"] or 0, row["went"] or 0
    amount = row["amount"] or abs(came) - abs(went)
    if not amount:
        raise Wrong("no_amount", column="amount")
    return int(amount)


BANK_FILE = Profile(
    "bank",
    _("基金银行流水"),
    [Statement()],
    models=[BankLine],
    known=Known,
    lead=_("公益基金账户的银行流水，一行一笔。重复导入不会重复记；导入后自动与凭证对账。"),
    after="fund:bank",
)
