"""Years of cases, written by COPY: mostly closed wishes and incidents with their stories, clocks and notices."""

import random
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from community.core.models import Attachment, Case, Entry, Serial
from community.directory.models import Building
from community.duties.models import Occurrence
from community.notices.models import Notice
from community.timers.models import Deadline
from grids.models import Category, Incident, Trace
from grids.suggesting.traces import KEPT
from tests.load.copying import Tables, without_triggers
from tests.load.population import Place, places
from tests.load.tellings import Telling, Tellings
from wishes.models import Claim, Wish

YEARS = 3
RECENT = timedelta(days=365 * YEARS) * 0.04  # what is open was raised lately: every second of these last weeks
PATROL_DAYS = 60
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Stop:
    """A state on the way of a case: the verb that led there, who made it, whom it waits for, the clock that runs."""

    status: str
    verb: str
    actor: str
    clock: str = ""
    awaits_perm: str = ""
    awaits: str = ""


WISH = (
    Stop("submitted", "submit", "raiser", "vet", "vet_wishes"),
    Stop("published", "publish", "staff", "claim"),
    Stop("claimed", "claim", "volunteer", "move_on", awaits="volunteer"),
    Stop("fulfilled", "fulfil", "volunteer", "confirm", awaits="raiser"),
    Stop("granted", "confirm", "raiser"),
)
INCIDENT = (
    Stop("reported", "report", "raiser", "respond", "handle_incidents"),
    Stop("handling", "respond", "worker", "handle", awaits="worker"),
    Stop("resolved", "resolve", "worker", "verify", "verify_incidents"),
    Stop("verified", "verify", "staff", "rate", awaits="raiser"),
    Stop("closed", "rate", "raiser"),
)


@dataclass(frozen=True)
class Life:
    """One case on its way: who plays which part, the stops it has made and when."""

    id: int
    kind: str
    community: int
    grid: int
    building: int
    actors: dict[str, int]
    stops: tuple[Stop, ...]
    times: list[datetime]

    @property
    def at(self) -> Stop:
        return self.stops[-1]

    @property
    def closed(self) -> bool:
        return not self.at.clock

    def time_of(self, *verbs: str) -> datetime | None:
        return next((at for stop, at in zip(self.stops, self.times, strict=True) if stop.verb in verbs), None)


class History:
    """Writes ``count`` cases, oldest first; the same count always writes the same history up to ``now``.

    Three years hold them, so that more cases are busier communities; or as many years as so many ``yearly`` take, so
    that more cases are a longer history.
    """

    def __init__(self, count: int, now: datetime | None = None, *, yearly: int | None = None) -> None:
        self.count, self.now = count, now or timezone.now()
        self.span = timedelta(days=365 * (count / yearly if yearly else YEARS))
        self.dice = random.Random(count)
        self.tellings = Tellings(count)
        self.places = places()
        self.categories = list(Category.objects.active().order_by("pk").values_list("pk", flat=True))
        houses = Building.objects.values_list("pk", "lat", "lng", "estate")
        self.spots = {pk: (lat, lng, estate) for pk, lat, lng, estate in houses}
        self.serials: Counter[tuple[str, int, date]] = Counter()
        self.rows = Tables(
            case=Case, wish=Wish, incident=Incident, claim=Claim, entry=Entry, deadline=Deadline, notice=Notice,
            attachment=Attachment, serial=Serial, occurrence=Occurrence, trace=Trace,
        )  # fmt: skip
        self.ids: Counter[str] = Counter()

    def write(self) -> None:
        with transaction.atomic():
            without_triggers()
            step, begin = self.span / self.count, self.now - self.span
            for n in range(self.count):
                self._write(self._life(n + 1, begin + step * n))
            self._patrols()
            for (prefix, community, day), last in self.serials.items():
                self.rows.serial(id=self._id("serial"), prefix=prefix, community_id=community, day=day, last=last)
            self.rows.flush()
            self.rows.set_sequences()

    def _id(self, table: str) -> int:
        self.ids[table] += 1
        return self.ids[table]

    def _life(self, number: int, raised_at: datetime) -> Life:
        dice = self.dice
        place: Place = self.places[dice.randrange(len(self.places))]
        building, grid = place.buildings[dice.randrange(len(place.buildings))]
        kind, way = ("wish", WISH) if dice.random() < 0.45 else ("incident", INCIDENT)
        is_open = raised_at > self.now - RECENT and number % 2
        stops = way[: 1 + number // 2 % (len(way) - 1)] if is_open else way
        times = [raised_at]
        for _ in stops[1:]:
            times.append(min(times[-1] + HOUR * dice.randrange(1, 30), max(times[-1], self.now)))
        actors = {
            "raiser": dice.choice(place.residents), "volunteer": dice.choice(place.volunteers),
            "worker": place.workers[grid], "staff": dice.choice(place.staff),
        }  # fmt: skip
        return Life(number, kind, place.community, grid, building, actors, stops, times)

    def _write(self, life: Life) -> None:
        due_at = self._due(life)
        self._case(life, due_at)
        self._story(life)
        self._clocks(life, due_at)
        self._notices(life)
        if life.id % 5 == 0:
            self.rows.attachment(
                id=self._id("attachment"), key=uuid.UUID(int=life.id), case_id=life.id, purpose="report", image="none.jpg",
                thumbnail="none.jpg", sha256="0" * 64, added_by_id=life.actors["raiser"], added_at=life.times[0],
            )  # fmt: skip

    def _due(self, life: Life) -> datetime | None:
        """One open case in eight is overdue; the others have up to two weeks."""
        if life.closed:
            return None
        late = life.id // 2 % 8 == 0
        return self.now + (-HOUR * self.dice.randrange(1, 48) if late else HOUR * self.dice.randrange(1, 336))

    def _case(self, life: Life, due_at: datetime | None) -> None:
        wish = life.kind == "wish"
        prefix, day = "XY" if wish else "SJ", timezone.localtime(life.times[0]).date()
        self.serials[prefix, life.community, day] += 1
        count = self.serials[prefix, life.community, day]
        handler = life.actors["volunteer" if wish else "worker"] if len(life.stops) > (2 if wish else 1) else None
        rated = life.closed and life.id % 3 > 0
        self.rows.case(
            id=life.id, status=life.at.status, community_id=life.community, grid_id=life.grid, building_id=life.building,
            kind=life.kind, number=f"{prefix}{day:%y%m%d}-{life.community}-{count:04d}",
            title=f"想有人帮忙看看第 {life.id} 件小事" if wish else f"单元门口堆放杂物 {life.id}",
            urgency="urgent" if life.id % 50 == 0 else "normal", channel="online" if life.id % 3 else "patrol",
            raised_by_id=life.actors["raiser"], handler_id=handler, awaits_perm=life.at.awaits_perm,
            awaits_user_id=life.actors[life.at.awaits] if life.at.awaits else None,
            raised_at=life.times[0], due_at=due_at, responded_at=life.time_of("publish", "respond"),
            resolved_at=life.time_of("fulfil", "resolve"), closed_at=life.times[-1] if life.closed else None,
            changed_at=life.times[-1], rating=life.id % 5 + 1 if rated else None,
            rated_at=life.times[-1] if rated else None, tier=2 if due_at and due_at <= self.now else 0,
        )  # fmt: skip
        if wish:
            self._wish(life)
        else:
            lat, lng, _estate = self.spots[life.building]
            telling = self.tellings.near(lat, lng)
            spot_lat, spot_lng = telling.spot or (None, None)
            self.rows.incident(
                case_ptr_id=life.id, category_id=self.categories[life.id % len(self.categories)], place="2单元门口",
                description=telling.text * 2, spot_lat=spot_lat, spot_lng=spot_lng,
                verified_by_id=life.actors["staff"] if life.time_of("verify") else None,
                verified_at=life.time_of("verify"),
            )  # fmt: skip
            self._trace(life, telling)

    def _trace(self, life: Life, telling: Telling) -> None:
        """What is open or recent is compared with."""
        if life.closed and life.times[-1] < self.now - KEPT:
            return
        house_lat, house_lng, estate = self.spots[life.building]
        lat, lng = telling.spot or (house_lat, house_lng)
        self.rows.trace(
            incident_id=life.id, community_id=life.community, estate_id=estate, building_id=life.building,
            grid_id=life.grid, category_id=self.categories[life.id % len(self.categories)], lat=lat, lng=lng,
            words=telling.lexemes, raised_at=life.times[0], closed_at=life.times[-1] if life.closed else None,
        )  # fmt: skip

    def _wish(self, life: Life) -> None:
        self.rows.wish(
            case_ptr_id=life.id, description="孩子都在外地，想请邻居帮忙看看家里的小事，周末在家。" * 2,
            group=("elder", "child", "neighbour", "low_income")[life.id % 4], contact_phone="13800000000",
            board_text="想请邻居帮忙看看家里的小事" if len(life.stops) > 1 else "",
        )  # fmt: skip
        claimed = life.time_of("claim")
        if claimed:
            self.rows.claim(
                id=self._id("claim"), wish_id=life.id, claimer_id=life.actors["volunteer"], claimed_at=claimed,
                ended_at=life.times[-1] if life.closed else None, ending="fulfilled" if life.closed else "",
            )  # fmt: skip

    def _story(self, life: Life) -> None:
        came_from = ""
        for stop, at in zip(life.stops, life.times, strict=True):
            self.rows.entry(
                id=self._id("entry"), case_id=life.id, community_id=life.community, verb=stop.verb, source=came_from,
                target=stop.status, actor_id=life.actors[stop.actor], note="已与居民联系，约好时间上门。",
                data="{}", at=at, recorded_at=at,
            )  # fmt: skip
            came_from = stop.status

    def _clocks(self, life: Life, due_at: datetime | None) -> None:
        """Of clocks that were stopped in time the due rung; of the one that runs all rungs that have not fired."""
        for stop, began, ended in zip(life.stops, life.times, life.times[1:], strict=False):
            self._rung(life, stop, "due", began, ended + HOUR, stopped_at=ended, stop_reason="moved")
        if due_at is None:
            return
        for rung, due in (("remind", due_at - HOUR), ("due", due_at), ("street", due_at + 48 * HOUR)):
            fired = due if due <= self.now else None
            due = max(due, life.times[-1])
            self._rung(life, life.at, rung, life.times[-1], due, fired_at=fired)

    def _rung(self, life: Life, stop: Stop, rung: str, began: datetime, due: datetime, **more: object) -> None:
        self.rows.deadline(
            id=self._id("deadline"), case_id=life.id, community_id=life.community, kind=life.kind, clock=stop.clock,
            rung=rung, is_due=rung == "due", started_at=began, due_at=due, try_at=due, **more,
        )  # fmt: skip

    def _notices(self, life: Life) -> None:
        codes = (
            ("wish.published", "wish.fulfilled") if life.kind == "wish" else ("incident.responded", "incident.resolved")
        )
        params = f'{{"number": "{life.id}", "title": "一件小事", "note": "", "handler": ""}}'
        for code, at in zip(codes, life.times[1:], strict=False):
            read = at < self.now - timedelta(days=30)
            self.rows.notice(
                id=self._id("notice"), recipient_id=life.actors["raiser"], code=code, params=params, case_id=life.id,
                created_at=at, read_at=at if read else None,
            )  # fmt: skip

    def _patrols(self) -> None:
        """The last weeks of patrols, done but for one in twenty; the same at every size."""
        today = timezone.localdate(self.now)
        for day, community, grid, worker in self._rounds(today):
            opens = timezone.make_aware(datetime.combine(day, datetime.min.time())) + 8 * HOUR
            number = self._id("occurrence")
            missed = number % 20 == 0
            planned = day == today
            self.rows.occurrence(
                id=number, community_id=community, grid_id=grid, kind="patrol", day=day, opens_at=opens,
                closes_at=opens + 10 * HOUR, assignee_id=worker, due_at=opens + 10 * HOUR if planned else None,
                status="planned" if planned else "missed" if missed else "done",
                started_at=None if planned or missed else opens + HOUR, ended_at=None if planned else opens + 3 * HOUR,
            )  # fmt: skip

    def _rounds(self, today: date) -> Iterator[tuple[date, int, int, int]]:
        for back in range(PATROL_DAYS):
            for place in self.places:
                for grid, worker in place.workers.items():
                    yield today - timedelta(days=back), place.community, grid, worker
