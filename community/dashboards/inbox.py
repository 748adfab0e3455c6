"""收件箱: everything that waits for one person, whatever its kind, soonest deadline first.

Each source reads at most a page from its own partial index, so the inbox costs the same however much lies open.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.cases.registry import kinds
from community.cases.titles import titles_of
from community.core.drawing import clock_state
from community.core.models import Case
from community.core.perms import Perm
from community.core.reach import reach
from community.dashboards.duties import duty_icon, duty_url
from community.dashboards.measures import SOON_HOURS
from community.duties.models import Occurrence

if TYPE_CHECKING:
    from community.directory.models import User

SIZE = 20
MOST_SHOWN = 300  # more than anybody works off before the page is opened again
MOST_COUNTED = 99

MINE, POST, ESCALATED = "mine", "post", "escalated"
SHOWN = (MINE, POST, ESCALATED)
# Who answers for a case that a missed clock has carried up to a tier, or beyond it.
LEADERS = {
    Case.Tier.LEADER: Perm.LEAD_GRID,
    Case.Tier.COMMUNITY: Perm.LEAD_COMMUNITY,
    Case.Tier.STREET: Perm.LEAD_STREET,
}

SOURCES = {
    MINE: """
        (SELECT 0 AS rank, id, due_at FROM core_case
        WHERE awaits_user_id = %(user)s AND closed_at IS NULL ORDER BY due_at, id LIMIT %(most)s)
    """,
    POST: """
        (SELECT 1, found.id, found.due_at
        FROM unnest(%(communities)s::bigint[], %(perms)s::text[]) AS at(place, perm) CROSS JOIN LATERAL (
            SELECT id, due_at FROM core_case WHERE community_id = at.place AND awaits_perm = at.perm
            AND awaits_perm <> '' AND closed_at IS NULL ORDER BY due_at, id LIMIT %(most)s
        ) found)
        UNION ALL
        (SELECT 1, found.id, found.due_at
        FROM unnest(%(grids)s::bigint[], %(grid_perms)s::text[]) AS at(place, perm) CROSS JOIN LATERAL (
            SELECT id, due_at FROM core_case WHERE grid_id = at.place AND awaits_perm = at.perm
            AND awaits_perm <> '' AND closed_at IS NULL ORDER BY due_at, id LIMIT %(most)s
        ) found)
    """,
    ESCALATED: """
        (SELECT 2, found.id, found.due_at
        FROM unnest(%(led)s::bigint[], %(tiers)s::int[]) AS at(place, tier) CROSS JOIN LATERAL (
            SELECT id, due_at FROM core_case WHERE community_id = at.place AND tier = at.tier
            AND tier > 0 AND closed_at IS NULL ORDER BY due_at, id LIMIT %(most)s
        ) found)
        UNION ALL
        (SELECT 2, found.id, found.due_at
        FROM unnest(%(led_grids)s::bigint[]) AS at(place) CROSS JOIN LATERAL (
            SELECT id, due_at FROM core_case WHERE grid_id = at.place
            AND tier > 0 AND closed_at IS NULL ORDER BY due_at, id LIMIT %(most)s
        ) found)
    """,
}


@dataclass(frozen=True)
class Line:
    """One row of the inbox, for ``<c-case-row>``; ``why`` says as what the person is asked."""

    href: str
    icon: str
    title: str
    number: str
    kind: str
    where: str
    why: str
    due: datetime | None

    @property
    def tone(self) -> str:
        """The kind of ``<c-state>``, counted in the same hours as the dashboard's “due soon”."""
        return clock_state(self.due, SOON_HOURS * 60)

    @property
    def line(self) -> dict[str, Any]:
        """Options of ``drawing.case_row``; a word of its own where there is no deadline to tell."""
        label = "" if self.due else _("没有时限")
        facts = {"number": self.number, "kind": self.tone, "label": label, "due": self.due, "meta": self.meta}
        return {"href": self.href, "title": self.title, "icon_name": self.icon} | facts

    @property
    def meta(self) -> str:
        """What it is, where, and why it is here; the place only if the title does not name it already."""
        where = "" if self.where in self.title else self.where
        return " · ".join(part for part in (self.kind, where, self.why) if part)


@dataclass(frozen=True)
class Section:
    """Lines that are overdue, due today, later, or without a deadline."""

    label: Any
    lines: list[Line]


def waiting_for(user: "User", now: datetime, shown: str = "", most: int = SIZE) -> list[Line]:
    """The soonest ``most`` things that wait for the person; ``shown`` narrows to one of ``SHOWN``."""
    sources = [shown] if shown in SHOWN else list(SHOWN)
    lines = _case_lines(user, sources, most)
    if MINE in sources:
        lines += [_duty_line(row) for row in _duties(user, timezone.localdate(now), most)]
    return sorted(lines, key=lambda line: (line.due is None, line.due or now))[:most]


def count_for(user: "User", now: datetime) -> str:
    """What the badge says: "", a number, or “99+”. Counts no further than that."""
    cases = len(_pick(user, list(SHOWN), MOST_COUNTED + 1))
    total = cases + len(_duties(user, timezone.localdate(now), MOST_COUNTED + 1))
    return f"{MOST_COUNTED}+" if total > MOST_COUNTED else str(total or "")


def sections(lines: Iterable[Line], now: datetime) -> list[Section]:
    today = timezone.localdate(now)
    labels = {"overdue": _("已超时"), "today": _("今天到期"), "later": _("以后到期"), "open": _("没有时限")}
    return [
        Section(labels[name], list(group)) for name, group in groupby(lines, key=lambda line: _when(line, now, today))
    ]


def _when(line: Line, now: datetime, today: date) -> str:
    if line.due is None:
        return "open"
    if line.due <= now:
        return "overdue"
    return "today" if timezone.localdate(line.due) == today else "later"


def _case_lines(user: "User", sources: list[str], most: int) -> list[Line]:
    picked = _pick(user, sources, most)
    rows = Case.objects.filter(pk__in=picked).select_related("community", "grid", "building__estate")
    known = {kind.name: kind for kind in kinds()}
    titles = titles_of(rows)
    return [_case_line(row, titles[row.pk], picked[row.pk], known.get(row.kind)) for row in rows]


def _pick(user: "User", sources: list[str], most: int) -> dict[int, str]:
    """The soonest cases and the source each came from (the nearest to the person). One query."""
    parts = " UNION ALL ".join(SOURCES[source] for source in sources)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, min(rank) FROM ({parts}) AS found(rank, id, due_at) "  # noqa: S608 - our own texts
            "GROUP BY id, due_at ORDER BY due_at, id LIMIT %(most)s",
            {"user": user.pk, "most": most, **_places(user)},
        )
        return {pk: SHOWN[rank] for pk, rank in cursor.fetchall()}


def _places(user: "User") -> dict[str, list[Any]]:
    """Where the person's posts make cases theirs: pairs of place and permission, of place and tier."""
    held = {perm: reach(user, perm) for perm in Perm}
    posts = [(place, perm.value) for perm, found in held.items() for place in sorted(found.communities)]
    grid_posts = [(place, perm.value) for perm, found in held.items() for place in sorted(found.grids)]
    led = {
        (place, tier.value)
        for level, perm in LEADERS.items()
        for place in held[perm].communities
        for tier in Case.Tier
        if tier >= level
    }
    return {
        "communities": [place for place, _perm in posts],
        "perms": [perm for _place, perm in posts],
        "grids": [place for place, _perm in grid_posts],
        "grid_perms": [perm for _place, perm in grid_posts],
        "led": [place for place, _tier in sorted(led)],
        "tiers": [tier for _place, tier in sorted(led)],
        "led_grids": sorted(held[Perm.LEAD_GRID].grids),
    }


def _duties(user: "User", today: date, most: int) -> list[Occurrence]:
    """Open duties up to today: one's own, and those of one's grids that nobody in particular is to do."""
    mine = Q(assignee=user)
    if grids := reach(user, Perm.PATROL).grids:
        mine |= Q(assignee=None, grid__in=grids)
    rows = Occurrence.objects.open().filter(mine, day__lte=today).not_secret_to(user)
    return list(rows.select_related("community", "grid", "plan").order_by("due_at", "pk")[:most])


WHY = {
    MINE: gettext_lazy("等您办理"),
    ESCALATED: gettext_lazy("请您督办"),
}


def _case_line(case: Case, title: str, source: str, kind: Any) -> Line:
    waits = _("等待%(duty)s") % {"duty": Perm(case.awaits_perm).label} if case.awaits_perm else ""
    return Line(
        href=case.get_absolute_url(),
        icon=kind.icon if kind else "file-text",
        title=title,
        number=case.number,
        kind=str(kind.label) if kind else "",
        where=_where(case.building, case.grid, case.community),
        why=waits if source == POST else str(WHY[source]),
        due=case.due_at,
    )


def _duty_line(row: Occurrence) -> Line:
    return Line(
        href=duty_url(row),
        icon=duty_icon(row),
        title=row.title,
        number="",
        kind=row.get_status_display(),
        where=_where(None, row.grid, row.community),
        why=str(WHY[MINE]) if row.assignee_id else "",
        due=row.due_at,
    )


def _where(*places: Any) -> str:
    """The nearest place that is known."""
    return next((str(place) for place in places if place is not None), "")
