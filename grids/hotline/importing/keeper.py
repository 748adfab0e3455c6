"""How imported tickets are written and taken back: with numbers, story and clocks, a few statements for thousands.

The timeline can only grow, so an import is not undone by deleting: its tickets are withdrawn, and say so.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from community.core.bulk import insert_many
from community.core.models import Entry
from community.core.models.serial import next_numbers
from community.timers.models import Deadline
from community.timers.running import rungs_of_new
from grids.hotline.models import HotlineTicket
from grids.hotline.workflow import OPEN, Status

if TYPE_CHECKING:
    from community.directory.models import User
    from community.imports.models import Footprint, ImportRun
    from community.imports.planning import Plan

BATCH = 2_000
CHANGED_AT_ONCE = 500
HUB = ("import_new", "import_done", "import_rated", "import_change")


class TicketKeeper:
    """The profile's keeper of ``HotlineTicket``."""

    def insert(self, plan: "Plan", instances: list[HotlineTicket]) -> None:
        if not instances:
            return
        numbers = next_numbers(HotlineTicket.number_prefix, plan.community.pk, plan.now, len(instances))
        rungs = []
        for ticket, number in zip(instances, numbers, strict=True):
            ticket.number = number
            rungs.append(_rungs(ticket, plan.now))
        insert_many(instances)
        _save_rungs(instances, rungs)
        _tell(line for ticket in instances for line in _story(ticket, plan.by, plan.now))

    def overwrite(self, plan: "Plan", instances: list[HotlineTicket], columns: set[str]) -> None:
        if not instances:
            return
        before = dict(HotlineTicket.objects.filter(pk__in=[row.pk for row in instances]).values_list("pk", "status"))
        moved = [ticket for ticket in instances if before[ticket.pk] != ticket.status]
        _restart_clocks(moved, plan.now)
        _update(instances, columns | {"due_at"})
        _tell(
            _line(ticket, _verb_to(ticket, before[ticket.pk]), plan.now, plan.by, before[ticket.pk], ticket.status)
            for ticket in instances
        )

    def take_back(self, run: "ImportRun", made: "dict[int, Footprint]", changed: "dict[int, Footprint]") -> list[str]:
        """Withdraw what it made, restore what it changed; not when people have gone on with a ticket since."""
        touched = _moved_since(run, [*made, *changed])
        if touched:
            return [_("有 %(count)d 件工单在导入之后已经办理过。") % {"count": touched}]
        _withdraw(HotlineTicket.objects.filter(pk__in=made), timezone.now())
        _restore(changed, timezone.now())
        return []


def _rungs(ticket: HotlineTicket, now: datetime) -> list[Deadline]:
    """Its clocks since the call; a reminder of what is past already would be noise."""
    if ticket.status not in OPEN:
        return []
    since = ticket.received_at if ticket.status == Status.DISPATCHED else now
    return [row for row in rungs_of_new(ticket, since) if row.is_due or row.due_at > now]


def _save_rungs(tickets: Iterable[HotlineTicket], rungs: Iterable[list[Deadline]]) -> None:
    rows = []
    for ticket, own in zip(tickets, rungs, strict=True):
        for row in own:
            row.case_id = ticket.pk
        rows += own
    Deadline.objects.bulk_create(rows, batch_size=BATCH)


def _story(ticket: HotlineTicket, by: "User | None", now: datetime) -> list[Entry]:
    """What the export tells, at the times it tells."""
    start = Status.DISPATCHED
    lines = [_line(ticket, "import_new", ticket.received_at, by, "", start)]
    if ticket.resolved_at:
        lines.append(_line(ticket, "import_done", ticket.resolved_at, None, start, Status.FOLLOW_UP))
    if ticket.status == Status.ARCHIVED and ticket.resolved_at:
        words = _told(ticket) or _("办结已久，没有回访结果")
        lines.append(_line(ticket, "import_rated", ticket.resolved_at, None, Status.FOLLOW_UP, Status.ARCHIVED, words))
    return lines


def _told(ticket: HotlineTicket) -> str:
    return _("，").join(part for part in (ticket.get_outcome_display(), ticket.get_satisfaction_display()) if part)


def _verb_to(ticket: HotlineTicket, before: str) -> str:
    if ticket.status == before:
        return "import_change"
    return {Status.FOLLOW_UP: "import_done", Status.ARCHIVED: "import_rated"}.get(
        Status(ticket.status), "import_change"
    )


def _line(
    ticket: HotlineTicket, verb: str, at: datetime, by: "User | None", source: str, target: str, note: str = ""
) -> Entry:
    return Entry(
        case_id=ticket.pk, community_id=ticket.community_id, verb=verb, source=source, target=target, actor=by,
        note=note, at=at,
    )  # fmt: skip


def _tell(lines: Iterable[Entry]) -> None:
    Entry.objects.bulk_create(lines, batch_size=BATCH)


def _update(tickets: list[HotlineTicket], columns: set[str]) -> None:
    names = [field.name for field in HotlineTicket._meta.concrete_fields if field.attname in columns]
    for start in range(0, len(tickets), CHANGED_AT_ONCE):
        HotlineTicket.objects.bulk_update(tickets[start : start + CHANGED_AT_ONCE], names)


def _restart_clocks(tickets: list[HotlineTicket], now: datetime) -> None:
    """Stop what ran, and run what the new state asks for."""
    running = Deadline.objects.running().filter(case__in=[ticket.pk for ticket in tickets])
    running.update(stopped_at=now, stop_reason="import")
    rungs = []
    for ticket in tickets:
        ticket.due_at = None
        rungs.append(_rungs(ticket, now))
    _save_rungs(tickets, rungs)


def _moved_since(run: "ImportRun", keys: list[int]) -> int:
    """How many of the tickets have a line in their story that no import wrote."""
    last = Entry.objects.filter(case=OuterRef("pk")).order_by("-pk").values("verb")[:1]
    rows = HotlineTicket.objects.filter(pk__in=keys).annotate(last_verb=Subquery(last))
    return rows.exclude(last_verb__in=HUB).exclude(last_verb__startswith="clock.").count()


def _withdraw(rows: Any, now: datetime) -> None:
    tickets = list(rows)
    before = {ticket.pk: ticket.status for ticket in tickets}
    Deadline.objects.running().filter(case__in=before).update(stopped_at=now, stop_reason="withdraw_import")
    gone = {
        "status": Status.WITHDRAWN.value, "closed_at": now, "changed_at": now, "due_at": None, "awaits_user_id": None,
        "awaits_perm": "", "tier": 0,
    }  # fmt: skip
    for ticket in tickets:
        for column, value in gone.items():
            setattr(ticket, column, value)
    _update(tickets, set(gone))
    _tell(_line(row, "withdraw_import", now, None, before[row.pk], Status.WITHDRAWN) for row in tickets)


def _restore(changed: "dict[int, Footprint]", now: datetime) -> None:
    tickets = list(HotlineTicket.objects.filter(pk__in=changed))
    columns: set[str] = set()
    before = {ticket.pk: ticket.status for ticket in tickets}
    for ticket in tickets:
        for column, value in (changed[ticket.pk].before or {}).items():
            setattr(ticket, column, HotlineTicket._meta.get_field(column).to_python(value))  # type: ignore[union-attr]
            columns.add(column)
    _restart_clocks([ticket for ticket in tickets if before[ticket.pk] != ticket.status], now)
    if tickets:
        _update(tickets, columns | {"due_at"})
    _tell(
        _line(row, "import_change", now, None, before[row.pk], row.status, _("导入已撤销，恢复原样")) for row in tickets
    )
