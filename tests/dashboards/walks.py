"""Random walks: wishes, incidents and patrols moved by whoever may, at random moments, through their tables."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from community.core.models import Case
from community.core.workflow import MoveError
from community.directory.models import Building, Community, Estate, Grid, User
from community.duties.models import Occurrence, Plan
from community.duties.planning import plan_ahead
from community.timers.sweep import sweep
from grids.models import Category, Incident
from wishes.models import Wish


def building_in(grid: Grid) -> Building:
    estate, _ = Estate.objects.get_or_create(community=grid.community, name=f"{grid.name}小区")
    return Building.objects.get_or_create(estate=estate, grid=grid, name="1号楼")[0]


class Walk:
    """Raises and moves wishes; every step is a real verb, and time only goes forward."""

    def __init__(self, seed: int, people: list[User], now: datetime) -> None:
        self.dice = random.Random(seed)
        self.people = people
        self.now = now

    def raise_wish(self, community: Community, grid: Grid | None) -> Wish:
        return Wish.submit(
            by=self.dice.choice(self.people),
            community=community,
            title="修一修门把手",
            description="门把手松了",
            group=self.dice.choice(Wish.Group.values),
            urgency=self.dice.choice(Case.Urgency.values),
            building=building_in(grid) if grid else None,
            now=self.now,
        )

    def report(self, community: Community, grid: Grid | None) -> Incident:
        return Incident.report(
            by=self.dice.choice(self.people),
            community=community,
            grid=grid,
            category=self.dice.choice(list(Category.objects.filter(code__in=("06010", "06012", "01037")))),
            place="3号楼东侧",
            now=self.now,
        )

    def plan_patrols(self, grid: Grid) -> None:
        day = timezone.localdate(self.now)
        Plan.objects.create(kind="patrol", community=grid.community, grid=grid, title="日常巡查", starts_on=day)
        plan_ahead(self.now, days=60)

    def step(self) -> None:
        """Somebody makes one move that is open to them, some minutes or days later; the sweep comes by now and then."""
        self.now += timedelta(minutes=self.dice.choice([3, 45, 600, 3000]))
        if self.dice.random() < 0.5:
            sweep(self.now)
        spines: list[Case | Occurrence] = [*Case.objects.order_by("pk"), *self._duties()]
        matter = self.dice.choice(spines).concrete
        person = self.dice.choice(self.people)
        if moves := matter.moves_for(person):
            move = self.dice.choice(moves)
            details = DETAILS.get(move.verb, lambda walk: {})(self)
            try:
                getattr(matter, move.verb)(by=person, now=self.now, note="记一笔", **details)
            except (MoveError, ValidationError):
                return

    def _duties(self) -> list[Occurrence]:
        return list(Occurrence.objects.open().filter(day__lte=timezone.localdate(self.now)).order_by("pk"))


def local_day(at: datetime) -> object:
    return timezone.localtime(at).date()


# What moves ask for beyond a note.
DETAILS: dict[str, Callable[["Walk"], dict[str, Any]]] = {
    "recategorise": lambda walk: {"category": walk.dice.choice(list(Category.objects.order_by("pk")[:20]))},
    "split": lambda walk: {"what": "另一半"},
    "call_in": lambda walk: {"helper": walk.dice.choice(walk.people)},
    "transfer": lambda walk: {"handler": walk.dice.choice(walk.people)},
    "pause": lambda walk: {"until": walk.now + timedelta(days=walk.dice.randint(1, 9))},
    "ask_extension": lambda walk: {"until": walk.now + timedelta(days=walk.dice.randint(1, 20))},
    "reassign": lambda walk: {"to": None},
    "confirm": lambda walk: {"rating": walk.dice.randint(1, 5)},
    "rate": lambda walk: {"rating": walk.dice.randint(1, 5)},
    "say": lambda walk: {"rating": walk.dice.randint(1, 5)},
    "dispatch": lambda walk: {"level": walk.dice.choice(Incident.Level.values)},
}
