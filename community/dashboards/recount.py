"""Counting cells anew from the truth (cases, timeline, duties, postings), for some days of some communities.

Refresh and rebuild run the same statement; they differ only in the spans of days they give it. It writes what changed
and nothing else, so readers see either the old numbers or the new ones, and rows that stay cost no write.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from community.core.models import Case
from community.dashboards.groupings import CODE, JOINS
from community.dashboards.measures import HANDLING_CLOCKS, MEASURES, RESPONSE_CLOCKS, SOON_HOURS, TOLD
from grids.patrols.models import SENT_LATER

Span = tuple[int, date, date]
ALWAYS = (date(1970, 1, 1), date(2999, 12, 31))


def _moments() -> str:
    """One line per measure: its name, the moment that dates it and the value."""
    return ", ".join(f"('{m.name}', CASE WHEN {m.when} THEN {m.at} END, ({m.value})::bigint)" for m in MEASURES)


def _told() -> str:
    return ", ".join(f"('{verb}', '{measure}')" for verb, measure in TOLD.items())


# A clock was missed when its due rung fired, or would have, had the sweep come by before it was stopped. What is missed
# after the answer (a second answer after a dispatch) does not make the first one late.
LATE = """
    SELECT coalesce(bool_or(d.clock = ANY(%(response)s) AND d.due_at < c.responded_at), FALSE) AS response,
           coalesce(bool_or(d.clock = ANY(%(handling)s) AND d.due_at < c.resolved_at), FALSE) AS handling
    FROM timers_deadline d
    WHERE d.case_id = c.id AND d.is_due AND (d.fired_at IS NOT NULL OR d.stopped_at > d.due_at)
"""

# 大事 24 小时反馈: kept when the clock was stopped in time by what tells the reporter, missed when it ran out. One that was
# laid aside (a pause, another category, a case that turned out to be none) is neither.
FEEDBACK = """
    ('feedback_kept', CASE WHEN d.fired_at IS NULL AND d.stopped_at <= d.due_at
                           AND d.stop_reason NOT IN ('pause', 'recategorise', 'void') THEN d.stopped_at END),
    ('feedback_missed', CASE WHEN d.fired_at IS NOT NULL THEN d.fired_at WHEN d.stopped_at > d.due_at THEN d.stopped_at END)
"""

FACTS = f"""
    WITH span AS MATERIALIZED (
        SELECT s.community_id, s.first, s.last, s.first::timestamp AT TIME ZONE %(zone)s AS begins,
               (s.last + 1)::timestamp AT TIME ZONE %(zone)s AS ends
        FROM unnest(%(communities)s::bigint[], %(firsts)s::date[], %(lasts)s::date[]) AS s(community_id, first, last)
    ), told AS MATERIALIZED (
        SELECT e.case_id, e.verb, e.at
        FROM span JOIN core_entry e ON e.community_id = span.community_id AND e.at >= span.begins AND e.at < span.ends
        WHERE e.case_id IS NOT NULL
    ), seen AS (
        SELECT case_id AS id FROM told
        UNION
        SELECT c.id FROM span JOIN core_case c
        ON c.community_id = span.community_id AND c.kind = ANY(%(kinds)s)  -- all there are: so the index leads to the days
        AND c.raised_at >= span.begins AND c.raised_at < span.ends
    ), fact AS (
        SELECT c.community_id, c.grid_id, c.kind, {CODE} AS category, m.measure,
               (m.at AT TIME ZONE %(zone)s)::date AS day, m.value
        FROM seen JOIN core_case c ON c.id = seen.id {JOINS}
        CROSS JOIN LATERAL ({LATE}) late
        CROSS JOIN LATERAL (VALUES {_moments()}) AS m(measure, at, value)
        WHERE m.at IS NOT NULL
        UNION ALL
        SELECT c.community_id, c.grid_id, c.kind, {CODE}, m.measure, (told.at AT TIME ZONE %(zone)s)::date, 1
        FROM told JOIN core_case c ON c.id = told.case_id {JOINS}
        JOIN (VALUES {_told()}) AS m(verb, measure) ON m.verb = told.verb
        UNION ALL
        SELECT o.community_id, o.grid_id, o.kind, '', m.measure, o.day, 1
        FROM span JOIN duties_occurrence o
        ON o.community_id = span.community_id AND o.day BETWEEN span.first AND least(span.last, %(today)s)
        CROSS JOIN LATERAL (VALUES
            (CASE WHEN o.status <> 'called_off' THEN 'planned' END), (nullif(o.status, 'planned')),
            (CASE WHEN o.status = 'done' AND o.ended_at > o.closes_at THEN 'late' END)
        ) AS m(measure)
        WHERE m.measure IS NOT NULL AND NOT (o.secret AND o.started_at IS NULL)
        UNION ALL
        SELECT o.community_id, o.grid_id, o.kind, '', m.measure, o.day, 1
        FROM span JOIN duties_occurrence o
        ON o.community_id = span.community_id AND o.day BETWEEN span.first AND least(span.last, %(today)s)
        JOIN grids_receipt r ON r.patrol_id = o.id
        CROSS JOIN LATERAL (VALUES
            (CASE WHEN NOT r.clock_off AND r.received_at > r.phone_at + %(later)s::interval THEN 'sent_later' END),
            (CASE WHEN r.choice <> '' THEN 'settled' END)
        ) AS m(measure)
        WHERE m.measure IS NOT NULL
        UNION ALL
        SELECT c.community_id, c.grid_id, c.kind, {CODE}, m.measure, (m.at AT TIME ZONE %(zone)s)::date, 1
        FROM seen JOIN core_case c ON c.id = seen.id {JOINS}
        JOIN timers_deadline d ON d.case_id = c.id AND d.clock = 'feedback' AND d.is_due
        CROSS JOIN LATERAL (VALUES {FEEDBACK}) AS m(measure, at)
        WHERE m.at IS NOT NULL
        UNION ALL
        SELECT o.community_id, o.grid_id, o.kind, '', 'follow_up_' || o.status, o.day, 1
        FROM span JOIN duties_occurrence o
        ON o.community_id = span.community_id AND o.day BETWEEN span.first AND least(span.last, %(today)s)
        WHERE o.kind = 'visit' AND o.about_id IS NOT NULL AND o.status IN ('done', 'missed')
        UNION ALL
        SELECT s.community_id, s.grid_id, 'spot', coalesce(s.category_id::text, ''), 'marked',
               (s.marked_at AT TIME ZONE %(zone)s)::date, 1
        FROM span JOIN grids_recurringspot s
        ON s.community_id = span.community_id AND s.marked_at >= span.begins AND s.marked_at < span.ends
        UNION ALL
        SELECT p.community_id, NULL, a.asset, '', 'posted', (p.at AT TIME ZONE %(zone)s)::date, -l.amount
        FROM span JOIN points_posting p
        ON p.community_id = span.community_id AND p.at >= span.begins AND p.at < span.ends
        JOIN points_line l ON l.posting_id = p.id JOIN points_account a ON a.id = l.account_id
        WHERE a.kind = 'issuance' AND a.asset IN ('points', 'hours')
        UNION ALL
        SELECT v.community_id, NULL, 'fund', '', CASE v.sort WHEN 'spending' THEN 'went' ELSE 'came' END, v.day,
               CASE v.sort WHEN 'spending' THEN -v.amount ELSE v.amount END
        FROM span JOIN points_voucher v
        ON v.community_id = span.community_id AND v.day BETWEEN span.first AND span.last
        WHERE v.sort IN ('donation', 'fair', 'other', 'spending')
    ), inside AS (
        SELECT fact.* FROM fact JOIN span
        ON span.community_id = fact.community_id AND fact.day BETWEEN span.first AND span.last
    )
"""  # noqa: S608 - composed of declarations in this code, never of input

PRESENT = f"""
    WITH fact AS (
        SELECT c.community_id, c.grid_id, c.kind, {CODE} AS category, m.measure, NULL::date AS day, 1 AS value
        FROM core_case c {JOINS}
        CROSS JOIN LATERAL (VALUES
            ('open'),
            (CASE WHEN c.due_at <= %(now)s THEN 'overdue' WHEN c.due_at <= %(soon)s THEN 'due_soon' END),
            (CASE WHEN c.tier > 0 THEN 'escalated' END),
            ('state.' || c.status)
        ) AS m(measure)
        WHERE c.closed_at IS NULL AND m.measure IS NOT NULL
        UNION ALL
        SELECT s.community_id, s.grid_id, 'spot', s.category_id::text, 'open', NULL, 1
        FROM grids_recurringspot s WHERE s.settled_at IS NULL
        UNION ALL
        SELECT a.community_id, NULL, 'fund', '', m.measure, NULL, a.balance
        FROM points_account a
        CROSS JOIN LATERAL (VALUES ('has'), (CASE a.kind WHEN 'held' THEN 'held' END)) AS m(measure)
        WHERE a.project_id IS NOT NULL AND a.kind IN ('available', 'held') AND m.measure IS NOT NULL
        UNION ALL
        SELECT c.community_id, NULL, 'fund', '', m.measure, NULL, m.value
        FROM core_case c JOIN points_spending s ON s.case_ptr_id = c.id
        CROSS JOIN LATERAL (VALUES ('asked', 1), ('asked_cents', s.amount)) AS m(measure, value)
        WHERE c.closed_at IS NULL AND c.status IN ('requested', 'reviewed')
        UNION ALL
        SELECT m.community_id, NULL, 'fund', '', 'months', NULL, 1
        FROM points_month m WHERE m.closed_at IS NULL AND m.first_day + interval '1 month' <= %(today)s
    ), inside AS (SELECT * FROM fact)
"""  # noqa: S608 - as above

# The three cuts of the facts, then: drop the cells that have no facts any more, write those that differ.
WRITE = """
    , fresh AS (
        SELECT community_id, day, kind, measure, grid_id, coalesce(category, '') AS category, sum(value) AS value,
               CASE GROUPING(grid_id, category) WHEN 3 THEN 'total' WHEN 1 THEN 'grid' ELSE 'category' END AS cut
        FROM inside
        GROUP BY GROUPING SETS (
            (community_id, day, kind, measure),
            (community_id, day, kind, measure, grid_id),
            (community_id, day, kind, measure, category)
        )
        HAVING GROUPING(category) = 1 OR category <> ''
    ), gone AS (
        DELETE FROM dashboards_cell cell USING {scope}
        AND NOT EXISTS (
            SELECT FROM fresh
            WHERE (fresh.community_id, fresh.cut, fresh.kind, fresh.measure, fresh.category)
                = (cell.community_id, cell.cut, cell.kind, cell.measure, cell.category)
            AND fresh.day IS NOT DISTINCT FROM cell.day AND fresh.grid_id IS NOT DISTINCT FROM cell.grid_id
        )
    )
    INSERT INTO dashboards_cell (community_id, cut, day, kind, measure, grid_id, category, value)
    SELECT community_id, cut, day, kind, measure, grid_id, category, value FROM fresh
    ON CONFLICT ON CONSTRAINT cell_once DO UPDATE SET value = excluded.value
    WHERE dashboards_cell.value <> excluded.value
"""
IN_SPANS = "span WHERE cell.community_id = span.community_id AND cell.day BETWEEN span.first AND span.last"
IN_PRESENT = "directory_community one WHERE one.id = cell.community_id AND cell.day IS NULL"


def recount_days(spans: Iterable[Span], today: date) -> None:
    """Make the cells of these spans (community, first and last local day; not overlapping) what the truth says."""
    communities, firsts, lasts = [list(column) for column in zip(*spans, strict=True)] or ([], [], [])
    with connection.cursor() as cursor:
        cursor.execute(
            FACTS + WRITE.format(scope=IN_SPANS),
            {
                "communities": communities,
                "kinds": list(Case.kinds),
                "firsts": firsts,
                "lasts": lasts,
                "today": today,
                "zone": settings.TIME_ZONE,
                "response": list(RESPONSE_CLOCKS),
                "handling": list(HANDLING_CLOCKS),
                "later": f"{SENT_LATER.total_seconds()} seconds",
            },
        )


def recount_present(now: datetime) -> None:
    """Count what stands open now, over the partial indexes of open cases."""
    with connection.cursor() as cursor:
        cursor.execute(
            PRESENT + WRITE.format(scope=IN_PRESENT),
            {"now": now, "soon": now + timedelta(hours=SOON_HOURS), "today": timezone.localdate(now)},
        )
