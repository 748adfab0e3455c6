"""The figures of a fund, worked out from its vouchers and the ledger's balances: for its pages, months and exports."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, Sum

from points.fund.months import Month, MonthBalance
from points.fund.project import Project
from points.fund.voucher import GOODS, INCOME, Sort, Voucher
from points.models.account import Account, Asset, Kind

MONTHS_SHOWN = 12


@dataclass
class Balance:
    """One project's month."""

    project_id: int
    opening: int = 0
    came: int = 0
    went: int = 0

    @property
    def closing(self) -> int:
        return self.opening + self.came - self.went


def balances_of(month: Month) -> list[Balance]:
    """What each project brought over, got and gave; from the month before, which is closed, and this one's vouchers."""
    rows: dict[int, Balance] = {}
    last = Month.objects.filter(community=month.community_id, first_day__lt=month.first_day).order_by("-first_day")
    for kept in MonthBalance.objects.filter(month__in=last[:1]):
        rows[kept.project_id] = Balance(kept.project_id, opening=kept.closing)
    money = month.vouchers.exclude(sort__in=GOODS).order_by()
    for name, sign in (("project", 1), ("other", -1)):
        found = money.exclude(**{name: None}).values_list(name).annotate(
            up=Sum("amount", filter=Q(amount__gt=0)), down=Sum("amount", filter=Q(amount__lt=0))
        )  # fmt: skip
        for pk, up, down in found:
            row = rows.setdefault(pk, Balance(pk))
            more, less = (up or 0, -(down or 0)) if sign > 0 else (-(down or 0), up or 0)
            row.came, row.went = row.came + more, row.went + less
    return [rows[pk] for pk in sorted(rows)]


@dataclass
class Standing:
    """What stands in the ledger for one project."""

    project: Project
    free: int = 0
    held: int = 0
    spent: int = 0

    @property
    def has(self) -> int:
        return self.free + self.held

    @property
    def came(self) -> int:
        """Everything it ever got, less what it passed on."""
        return self.free + self.held + self.spent

    @property
    def per_cent(self) -> int:
        return min(100, self.came * 100 // self.project.budget) if self.project.budget else 0

    @property
    def spent_per_cent(self) -> int:
        return min(100, self.spent * 100 // self.project.budget) if self.project.budget else 0


def standings(community_id: int) -> list[Standing]:
    """Of every project, the projects first and the newest of them first, then the pots."""
    projects = Project.objects.filter(community=community_id).order_by("-sort", "-pk")
    rows = {project.pk: Standing(project) for project in projects}
    accounts = Account.objects.filter(project__in=rows).values_list("project", "kind", "balance")
    names = {Kind.AVAILABLE: "free", Kind.HELD: "held", Kind.SPENT: "spent"}
    for pk, kind, amount in accounts:
        setattr(rows[pk], names[Kind(kind)], amount)
    return list(rows.values())


def standing_of(project: Project) -> Standing:
    return next(row for row in standings(project.community_id) if row.project.pk == project.pk)


@dataclass
class Totals:
    """The fund as a whole; ``by_sort`` is what came from outside and what was spent, reversals already taken off."""

    by_sort: dict[str, int] = field(default_factory=dict)
    gifts: int = 0
    goods: int = 0
    goods_left: int = 0
    has: int = 0

    @property
    def came(self) -> int:
        return sum(self.by_sort.get(sort, 0) for sort in INCOME)

    @property
    def went(self) -> int:
        return -self.by_sort.get(Sort.SPENDING, 0)

    def sort(self, name: str) -> int:
        return self.by_sort.get(name, 0)


def totals_of(community_id: int, since: date | None = None, until: date | None = None) -> Totals:
    """Between two days, or from the beginning."""
    rows = Voucher.objects.filter(community=community_id).order_by()
    rows = rows.filter(day__gte=since) if since else rows
    rows = rows.filter(day__lte=until) if until else rows
    found = {sort: (total, count) for sort, total, count in
             rows.values_list("sort").annotate(total=Sum("amount"), count=Count("pk", filter=Q(reverses=None)))}  # fmt: skip
    kinds = dict(
        Account.objects.filter(community=community_id, asset=Asset.CENTS, owner=None)
        .order_by().values_list("kind").annotate(all=Sum("balance"))
    )  # fmt: skip
    return Totals(
        by_sort={sort: total for sort, (total, _count) in found.items()},
        gifts=found.get(Sort.DONATION, (0, 0))[1],
        goods=found.get(Sort.GOODS_IN, (0, 0))[0],
        goods_left=kinds.get(Kind.GOODS, 0),
        has=kinds.get(Kind.AVAILABLE, 0) + kinds.get(Kind.HELD, 0),
    )


def by_month(community_id: int, months: int = MONTHS_SHOWN) -> list[dict[str, Any]]:
    """The last months that have entries, oldest first: what came from outside, what was spent."""
    rows = Voucher.objects.filter(community=community_id).order_by().values(first_day=F("month__first_day"))
    found = rows.annotate(
        came=Sum("amount", filter=Q(sort__in=INCOME)), went=Sum("amount", filter=Q(sort=Sort.SPENDING))
    ).order_by("-first_day")[:months]
    return [{"day": row["first_day"], "came": row["came"] or 0, "went": -(row["went"] or 0)} for row in reversed(found)]
