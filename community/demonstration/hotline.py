"""The hotline of the demonstration: the community's own exports, this year's beside them, and what is under way now."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone
from openpyxl import Workbook, load_workbook

import grids.hotline
from community.demonstration.people import Place
from community.imports.importing import import_workbook
from grids.hotline.matching import CATEGORY_CODES
from grids.hotline.models import HotlineTicket
from grids.models import Category, Incident

SAMPLES = Path(grids.hotline.__file__).parent / "samples"
HALF_YEAR, OLD_SYSTEM = SAMPLES / "12345工单-2025上半年.xlsx", SAMPLES / "12345工单-旧系统导出.csv"
SAMPLE_YEAR = 2025
RECENT_DAYS, RECENT_STEP = 60, 7
OPEN_DAYS = 6
Line = Sequence[Any]


def take_calls(place: Place, folder: Path, now: datetime) -> None:
    """Import both samples and this year's calls, and begin to work on the latest."""
    for path in (HALF_YEAR, OLD_SYSTEM, this_year(folder / "12345工单-今年.xlsx", now)):
        import_workbook(path, place.community, by=place.secretary, now=now, profile="hotline")
    open_ones = HotlineTicket.objects.filter(home=place.community, status="dispatched").exclude(grid=None)
    for nth, ticket in enumerate(open_ones.select_related("grid").order_by("-received_at")[:6]):
        _work_on(ticket, place, nth, now)


def _work_on(ticket: HotlineTicket, place: Place, nth: int, now: datetime) -> None:
    """One is left as it came, one is disputed, the others are signed for and called back."""
    worker = place.workers.get(ticket.grid_id or 0, place.staff)
    if nth == 1:
        ticket.dispute(by=worker, now=now, note="属于物业维修范围，请转物业公司。")
    elif nth:
        ticket.sign(by=worker, now=ticket.received_at + timedelta(hours=2))
        ticket.call(by=worker, now=ticket.received_at + timedelta(hours=3), note="已与来电人通话，约好上门查看。")
    if nth == 2:
        incident = Incident.report(
            by=worker, now=now, community=place.community, building=ticket.building, description=ticket.content,
            category=Category.objects.filter(code=CATEGORY_CODES.get(ticket.category, "06036"))[0],
        )  # fmt: skip
        ticket.link(by=worker, now=now, incident=incident)
    if nth == 3:
        ticket.resolve(by=worker, now=now, note="已处理并电话答复来电人。")


def this_year(path: Path, now: datetime) -> Path:
    """An export as 12345 would make it today: the sample's calls of this year's half, a tenth fewer, and the latest."""
    head, *rows = load_workbook(HALF_YEAR).active.iter_rows(values_only=True)
    book = Workbook(write_only=True)
    page = book.create_sheet("工单")
    page.append(head)
    for row in (*_a_tenth_fewer(rows, now), *_latest(rows, now)):
        page.append(row)
    book.save(path)
    return path


def _a_tenth_fewer(rows: Sequence[Line], now: datetime) -> Iterator[Line]:
    later = timedelta(days=364 * (timezone.localtime(now).year - SAMPLE_YEAR))
    for nth, row in enumerate(rows):
        if nth % 10 and _moment(row[1]) + later < _naive(now) - timedelta(days=RECENT_DAYS):
            yield _moved(row, f"JN9{nth:05d}", later)


def _latest(rows: Sequence[Line], now: datetime) -> Iterator[Line]:
    """Every so many-th call of the sample, spread over the last two months; the newest are not done yet."""
    chosen = rows[::RECENT_STEP]
    for nth, row in enumerate(chosen):
        ago = timedelta(days=RECENT_DAYS) * (1 - nth / len(chosen)) + timedelta(hours=3)
        at = _naive(now) - ago
        moved = _moved(row, f"JN8{nth:05d}", at - _moment(row[1]))
        yield moved if ago > timedelta(days=OPEN_DAYS) else [*moved[:10], None, None, None]


def _moved(row: Line, number: str, later: timedelta) -> Line:
    done = _written(_moment(row[10]) + later) if row[10] else None
    return [number, _written(_moment(row[1]) + later), *row[2:10], done, *row[11:]]


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M")


def _written(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M")


def _naive(now: datetime) -> datetime:
    return timezone.localtime(now).replace(tzinfo=None)
