"""Simulated time: what people intend to do, in order, with the hub's own clocks running between."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from community.core.workflow import MoveError
from community.notices import outbox
from community.timers.sweep import sweep

Act = Callable[[datetime], None]
SWEEP_EVERY = timedelta(hours=1)


@dataclass
class Agenda:
    """Intentions by time; ``run_until`` carries them out, sweeping deadlines at every simulated hour between."""

    now: datetime
    end: datetime
    random: Random
    _heap: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _order: "count[int]" = field(default_factory=count)

    def at(self, moment: datetime, act: Act) -> None:
        """Intend ``act``; what lies beyond the end of the history simply has not happened yet."""
        if moment <= self.end:
            heapq.heappush(self._heap, (max(moment, self.now), next(self._order), act))

    def after(self, hours: float, act: Act, *, awake: bool = True) -> None:
        """Intend ``act`` some hours from now, by day unless ``awake`` is False."""
        moment = self.now + timedelta(hours=hours)
        self.at(by_day(moment, self.random) if awake else moment, act)

    def run_until(self, until: datetime) -> None:
        """Live on until then, in one transaction."""
        with transaction.atomic():
            tick = self.now + SWEEP_EVERY
            while tick <= until:
                self._carry_out(tick)
                sweep(tick, most=100_000)
                tick += SWEEP_EVERY
            self._carry_out(until)
            outbox.send_due(until, most=100_000)
            self.now = until

    def _carry_out(self, until: datetime) -> None:
        while self._heap and self._heap[0][0] <= until:
            self.now, _, act = heapq.heappop(self._heap)
            try:
                with transaction.atomic():
                    act(self.now)
            except (MoveError, ValidationError):
                # Somebody, or a clock, was faster; people shrug and go on.
                continue
        self.now = until


def by_day(moment: datetime, random: Random) -> datetime:
    """The same moment, or the next morning if it would be at night."""
    local = timezone.localtime(moment)
    if 8 <= local.hour < 20:
        return moment
    morning = local.replace(hour=8, minute=random.randrange(5, 55))
    return morning if local.hour < 8 else morning + timedelta(days=1)
