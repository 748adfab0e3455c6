"""三率, and the same span a year before: counted from the tickets of one period, every number with its rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.hotline.models import HotlineTicket
from grids.hotline.querysets import IN_TIME, NOT_COUNTED, contact_due


@dataclass(frozen=True)
class Span:
    """Local days, both included."""

    first: date
    last: date

    @property
    def year_before(self) -> "Span":
        return Span(_a_year_earlier(self.first), _a_year_earlier(self.last))

    def link(self, **more: Any) -> str:
        """The list of the calls of this span, narrowed further."""
        wanted = {"first": self.first.isoformat(), "last": self.last.isoformat(), **more}
        return f"{reverse('grids:hotline')}?{urlencode({key: value for key, value in wanted.items() if value})}"


def _a_year_earlier(day: date) -> date:
    """The 29th of February has the 28th before it."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


@dataclass(frozen=True)
class Rate:
    """One of the three: ``part`` of ``whole``, the sets they are (names of ``SETS``), and how it is worked out."""

    name: str
    label: Any
    formula: Any
    part: int
    whole: int
    part_set: str
    whole_set: str
    part_label: Any
    whole_label: Any
    before: int | None = None

    @property
    def percent(self) -> int | None:
        return round(100 * self.part / self.whole) if self.whole else None

    @property
    def change(self) -> int | None:
        return None if self.percent is None or self.before is None else self.percent - self.before


RATES = (
    (
        "response", _("响应率"), "contacted_in_time", _("按时首次联系"), "to_contact", _("应联系"),
        _("按时首次联系的 ÷ 应联系的。首次联系应在来电后 1 个工作日内（本平台拟定）；没有登记联系的，看是否按时限办结。"),
    ),
    (
        "solution", _("解决率"), "solved", _("回访“已解决”"), "asked", _("有效回访"),
        _("回访答复“已解决”的 ÷ 有效回访的。没有回访结果的不计。"),
    ),
    (
        "satisfaction", _("满意率"), "content", _("满意和基本满意"), "rated", _("有效评价"),
        _("“满意”和“基本满意”的 ÷ 有效评价的。没有评价的不计。"),
    ),
)  # fmt: skip


def counts(communities: Iterable[int], span: Span, now: datetime) -> dict[str, int]:
    """The sizes of all six sets and of the whole; one query over one period of one index."""
    counted = ~Q(status__in=NOT_COUNTED)
    to_contact, asked, rated = counted & contact_due(now), counted & ~Q(outcome=""), counted & ~Q(satisfaction="")
    sets = {
        "calls": Q(),
        "to_contact": to_contact,
        "contacted_in_time": to_contact & IN_TIME,
        "asked": asked,
        "solved": asked & Q(outcome="solved"),
        "rated": rated,
        "content": rated & Q(satisfaction__in=("satisfied", "basically")),
    }
    return _tickets(communities, span).aggregate(**{name: Count("pk", filter=rule) for name, rule in sets.items()})


def rates(now_counts: dict[str, int], before: dict[str, int]) -> list[Rate]:
    return [
        Rate(
            name, label, formula, now_counts[part], now_counts[whole], part, whole, part_label, whole_label,
            round(100 * before[part] / before[whole]) if before[whole] else None,
        )
        for name, label, part, part_label, whole, whole_label, formula in RATES
    ]  # fmt: skip


@dataclass(frozen=True)
class Compared:
    """Calls of one category or month, and those of a year before."""

    label: Any
    now: int
    before: int
    link: str
    link_before: str

    @property
    def percent(self) -> int | None:
        """The change in per cent (同比); None where there was nothing a year before."""
        return round(100 * (self.now - self.before) / self.before) if self.before else None


def by_category(communities: Iterable[int], span: Span) -> list[Compared]:
    """Most calls first."""
    now, before = (_by(communities, one, "category") for one in (span, span.year_before))
    names = sorted(set(now) | set(before), key=lambda name: (-now.get(name, 0), -before.get(name, 0), name))
    return [
        Compared(
            name, now.get(name, 0), before.get(name, 0), span.link(category=name), span.year_before.link(category=name)
        )
        for name in names
    ]


def by_month(communities: Iterable[int], span: Span) -> list[Compared]:
    """The months of the span in order."""
    now, before = (_by_month(communities, one) for one in (span, span.year_before))
    return [
        Compared(
            month.strftime("%Y-%m"), now.get(month, 0), before.get(_a_year_earlier(month), 0),
            _month(month, span).link(), _month(_a_year_earlier(month), span.year_before).link(),
        )
        for month in _months(span)
    ]  # fmt: skip


def _tickets(communities: Iterable[int], span: Span) -> Any:
    return HotlineTicket.objects.at_homes(communities).standing().called(span.first, span.last)


def _by(communities: Iterable[int], span: Span, column: str) -> dict[str, int]:
    rows = _tickets(communities, span).order_by().values_list(column).annotate(n=Count("pk"))
    return dict(rows)


def _by_month(communities: Iterable[int], span: Span) -> dict[date, int]:
    rows = _tickets(communities, span).order_by().annotate(month=TruncMonth("received_at"))
    return {month.date(): n for month, n in rows.values_list("month").annotate(n=Count("pk"))}


def _months(span: Span) -> list[date]:
    months, month = [], span.first.replace(day=1)
    while month <= span.last:
        months.append(month)
        month = _next(month)
    return months


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _month(month: date, within: Span) -> Span:
    """The days of a month that lie in the span."""
    last = date.fromordinal(_next(month).toordinal() - 1)
    return Span(max(month, within.first), min(last, within.last))
