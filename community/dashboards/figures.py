"""The first row of a dashboard: six figures with their change, a sparkline and the rows behind them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.core.phrases import duration
from community.dashboards import fund, links
from community.dashboards.numbers import Numbers
from community.dashboards.period import Period
from community.duties.models import Occurrence
from points.amounts import size

# What the sparklines and charts are drawn from, day by day.
DAILY = (
    ("incident", "raised"),
    ("incident", "closed"),
    ("incident", "missed"),
    ("incident", "responded"),
    ("incident", "responded_in_time"),
    ("incident", "resolved"),
    ("incident", "resolved_in_time"),
    ("wish", "raised"),
    ("wish", "claimed"),
    ("wish", "granted"),
    ("patrol", "done"),
    ("patrol", "missed"),
    ("points", "posted"),
)


@dataclass(frozen=True)
class Figure:
    """The options of ``<c-figure>``."""

    label: str
    value: Any
    href: str
    unit: str = ""
    change: Any = None
    good: str = "up"
    trend: list[float] = field(default_factory=list)
    state: str = "plain"
    note: str = ""


@dataclass(frozen=True)
class Material:
    """What the figures are made of. ``community`` narrows the links; None means all that the person sees."""

    now: Numbers
    before: Numbers | None
    present: Numbers
    days: dict[date, Numbers]
    period: Period
    community: int | None = None

    def change(self, kind: str, measure: str) -> int | None:
        """Against the period before; None where there is nothing to compare with."""
        return None if self.before is None else self.now.of(kind, measure) - self.before.of(kind, measure)

    def line(self, value: Callable[[Numbers], float | None]) -> list[float]:
        """One number per day, without the days that have none."""
        found = [value(self.days.get(day, Numbers())) for day in self.period]
        return [number for number in found if number is not None]


@dataclass(frozen=True)
class Fact:
    """A number beside the six figures; ``href`` is empty where the person may not see the rows."""

    label: str
    value: str
    href: str = ""


@dataclass(frozen=True)
class Topic:
    """Facts that are read together."""

    name: str
    facts: list[Fact]


@dataclass(frozen=True)
class Sight:
    """Whose rows the person may open beyond the dashboard itself: ``books`` are the communities whose fund's accounts
    they may read, ``funds`` those whose fund they keep or approve for."""

    points: bool
    homes: bool = False
    volunteers: bool = False
    books: frozenset[int] = frozenset()
    funds: frozenset[int] = frozenset()


def topics(data: Material, sight: Sight) -> list[Topic]:
    """What is worth knowing beside the six, as far as there is any."""
    told = [Topic(str(name), [fact for tell in tellers for fact in tell(data, sight)]) for name, tellers in TOPICS]
    return [topic for topic in told if topic.facts]


def _points(data: Material, sight: Sight) -> Iterator[Fact]:
    href = links.to("points:ledger", community=data.community) if sight.points else ""
    yield Fact(_("发放积分"), str(data.now.of("points", "posted")), href)


def _duties(data: Material, sight: Sight) -> Iterator[Fact]:
    """Recurring duties of every kind, and what patrols without network handed in."""
    here = {"community": data.community, "days": data.period.days}
    planned, done, late, missed = (
        sum(data.now.of(kind, measure) for kind in Occurrence.kinds)
        for measure in ("planned", "done", "late", "missed")
    )
    if planned:
        words = _("应做 %(planned)s 次，完成 %(done)s 次（迟做 %(late)s 次），未完成 %(missed)s 次")
        told = words % {"planned": planned, "done": done, "late": late, "missed": missed}
        yield Fact(_("任务执行"), told, links.to("dashboards:duties", **here))
    if later := data.now.of("patrol", "sent_later"):
        words = _("%(later)s 条联网后补传，%(settled)s 条有冲突")
        told = words % {"later": later, "settled": data.now.of("patrol", "settled")}
        yield Fact(_("离线巡查"), told, links.to("dashboards:duties", **here, kind="patrol", state="sent_later"))


def _seats(data: Material, sight: Sight) -> Iterator[Fact]:
    for state, label in (("vacant", _("岗位空缺")), ("expiring", _("任期将满"))):
        if count := data.present.of("seat", f"state.{state}"):
            yield Fact(label, str(count), links.seats(state=state, community=data.community))


def _spots(data: Material, sight: Sight) -> Iterator[Fact]:
    if standing := data.present.of("spot", "open"):
        words = _("%(count)s 处，本期新增 %(new)s 处") % {"count": standing, "new": data.now.of("spot", "marked")}
        yield Fact(_("重复点位"), words, links.to("grids:spots", community=data.community))


def _feedback(data: Material, sight: Sight) -> Iterator[Fact]:
    """Two facts, because each has rows of its own."""
    where = {"community": data.community, "days": data.period.days}
    for state, label in (("kept", _("大事按时反馈")), ("missed", _("大事反馈超时"))):
        if count := data.now.of("incident", f"feedback_{state}"):
            yield Fact(label, _("%(count)s 件") % {"count": count}, links.incidents(feedback=state, **where))


def _visits(data: Material, sight: Sight) -> Iterator[Fact]:
    days = {"community": data.community, "days": data.period.days}
    if done := data.now.of("visit", "done"):
        words = _("%(done)s 次，到期未访 %(missed)s 次") % {"done": done, "missed": data.now.of("visit", "missed")}
        yield Fact(_("走访"), words, links.to("visits:list", state="done", **days) if sight.homes else "")
    for state, label in (("done", _("一事一访已回访")), ("missed", _("一事一访到期未访"))):
        if count := data.now.of("visit", f"follow_up_{state}"):
            href = links.to("visits:list", why="follow_up", state=state, **days) if sight.homes else ""
            yield Fact(label, _("%(count)s 次") % {"count": count}, href)


def _calls(data: Material, sight: Sight) -> Iterator[Fact]:
    done = data.now.of("care_call", "done")
    if called := done + data.now.of("care_call", "missed"):
        words = _("应打 %(all)s 个，联系上 %(done)s 个") % {"all": called, "done": done}
        yield Fact(_("电话问候"), words, links.to("care:board") if sight.homes else "")


def _volunteering(data: Material, sight: Sight) -> Iterator[Fact]:
    """Activities whose hours were proved, and the hours; what was corrected counts on the day of the correction."""
    times, minutes = data.now.of("volunteering", "resolved"), data.now.of("hours", "posted")
    if times or minutes:
        words = _("%(times)s 次活动，记录 %(hours)s") % {"times": times, "hours": size("hours", minutes)}
        href = links.to("teams:desk", community=data.community, state="recorded", days=data.period.days)
        yield Fact(_("志愿服务"), words, href if sight.volunteers else "")


def _disputes(data: Material, sight: Sight) -> Iterator[Fact]:
    """A number and no more: the files open to mediation posts alone."""
    if disputes := data.present.of("mediation", "open"):
        yield Fact(_("在办调解"), str(disputes))


def _ratings(data: Material, sight: Sight) -> Iterator[Fact]:
    for kind, label in (("incident", _("事件评分")), ("wish", _("心愿评分"))):
        mean = data.now.mean(kind, "rating_sum", "rated")
        if mean is not None:
            words = _("%(mean)s 分（满分 5，%(count)s 人评价）")
            yield Fact(label, words % {"mean": f"{mean:.1f}", "count": data.now.of(kind, "rated")})


def _fund(data: Material, sight: Sight) -> Iterator[Fact]:
    """Sums over several communities have their rows side by side, below."""
    if data.community is None:
        return
    for cell in fund.cells(data.now, data.present, data.period, data.community, sight.books, sight.funds):
        if cell.shown:
            yield Fact(cell.name, cell.value, cell.href)


TOPICS = (
    (gettext_lazy("任务与岗位"), (_duties, _seats)),
    (gettext_lazy("办理与评价"), (_feedback, _spots, _disputes, _ratings)),
    (gettext_lazy("走访与关爱"), (_visits, _calls)),
    (gettext_lazy("积分与志愿"), (_points, _volunteering)),
    (gettext_lazy("公益基金"), (_fund,)),
)


def six(data: Material) -> list[Figure]:
    return [_open(data), _overdue(data), _response(data), _handling(data), _granted(data), _patrols(data)]


def _open(data: Material) -> Figure:
    return Figure(
        _("未结案事件"),
        data.present.of("incident", "open"),
        links.incidents(state="open", community=data.community),
        _("件"),
        change=data.now.of("incident", "raised") - data.now.of("incident", "closed"),
        good="down",
        trend=_backwards(data),
        note=_("本期上报 %(count)s") % {"count": data.now.of("incident", "raised")},
    )


def _backwards(data: Material) -> list[float]:
    """How many stood open at the end of each day, reckoned back from now."""
    level, levels = data.present.of("incident", "open"), []
    for day in reversed(list(data.period)):
        levels.append(float(level))
        numbers = data.days.get(day, Numbers())
        level += numbers.of("incident", "closed") - numbers.of("incident", "raised")
    return levels[::-1]


def _overdue(data: Material) -> Figure:
    overdue, missed = data.present.of("incident", "overdue"), data.now.of("incident", "missed")
    return Figure(
        _("已超时事件"),
        overdue,
        links.incidents(due="overdue", community=data.community),
        _("件"),
        change=data.change("incident", "missed"),
        good="down",
        trend=data.line(lambda day: day.of("incident", "missed")),
        state="overdue" if overdue else "plain",
        note=_("本期超时 %(count)s 次") % {"count": missed},
    )


def _response(data: Material) -> Figure:
    mean = data.now.mean("incident", "response_minutes", "responded")
    return _rate(
        data,
        _("按时响应"),
        ("incident", "responded_in_time", "responded"),
        links.incidents(community=data.community, days=data.period.days, moment="responded_at"),
        _("平均 %(time)s") % {"time": duration(mean)} if mean is not None else "",
    )


def _handling(data: Material) -> Figure:
    mean = data.now.mean("incident", "handling_minutes", "resolved")
    return _rate(
        data,
        _("按时办结"),
        ("incident", "resolved_in_time", "resolved"),
        links.incidents(community=data.community, days=data.period.days, moment="resolved_at"),
        _("平均 %(time)s") % {"time": duration(mean)} if mean is not None else "",
    )


def _rate(data: Material, label: str, parts: tuple[str, str, str], href: str, note: str) -> Figure:
    now, before = data.now.share(*parts), (data.before or Numbers()).share(*parts)
    return Figure(
        label,
        "–" if now is None else now,
        href,
        "" if now is None else "%",
        change=None if now is None or before is None else now - before,
        trend=data.line(lambda day: day.share(*parts)),
        note=note,
    )


def _granted(data: Material) -> Figure:
    now = data.now
    return Figure(
        _("圆梦心愿"),
        now.of("wish", "granted"),
        links.wishes(state="granted", community=data.community, days=data.period.days, moment="closed_at"),
        _("个"),
        change=data.change("wish", "granted"),
        trend=data.line(lambda day: day.of("wish", "granted")),
        note=_("征集 %(raised)s · 认领 %(claimed)s")
        % {"raised": now.of("wish", "raised"), "claimed": now.of("wish", "claimed")},
    )


def _patrols(data: Material) -> Figure:
    done, missed = data.now.of("patrol", "done"), data.now.of("patrol", "missed")
    return Figure(
        _("完成巡查"),
        done,
        links.patrols(state="done", community=data.community, days=data.period.days),
        _("次"),
        change=data.change("patrol", "done"),
        trend=data.line(lambda day: day.of("patrol", "done")),
        note=_("未完成 %(count)s 次") % {"count": missed},
    )
