"""The doors of a building as the staircase shows them: units, floors from above, and how each door stands."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grids.visits.found import Outcome
from grids.visits.record import VisitRecord

if TYPE_CHECKING:
    from community.directory.models import Building, Dwelling
    from grids.visits.rounds import Round

TODO = "todo"


@dataclass(frozen=True)
class Door:
    """One door: its state is ``todo`` or an outcome."""

    dwelling: "Dwelling"
    state: str


@dataclass(frozen=True)
class Floor:
    label: str
    doors: list[Door]


@dataclass(frozen=True)
class Unit:
    label: str
    floors: list[Floor]


@dataclass(frozen=True)
class Progress:
    """How far a round has come in one building."""

    building: "Building"
    total: int
    met: int
    nobody: int
    refused: int

    @property
    def reached(self) -> int:
        return self.met + self.refused

    @property
    def todo(self) -> int:
        return self.total - self.reached - self.nobody


def states_of(found: "Round") -> dict[int, str]:
    """How each door of a round stands, by its latest knock; one query."""
    rows = VisitRecord.objects.filter(duty=found.pk).order_by("pk").values_list("dwelling", "outcome")
    return dict(rows)


def staircase(dwellings: "Iterable[Dwelling]", states: dict[int, str]) -> list[Unit]:
    """Units side by side, floors from the top down, doors from left to right."""
    units: dict[str, dict[int, list[Door]]] = defaultdict(lambda: defaultdict(list))
    for dwelling in sorted(dwellings, key=lambda one: (_order(one.unit), _order(one.room))):
        units[dwelling.unit][floor_of(dwelling.room)].append(Door(dwelling, states.get(dwelling.pk, TODO)))
    return [
        Unit(unit, [Floor(str(floor) if floor else "", floors[floor]) for floor in sorted(floors, reverse=True)])
        for unit, floors in units.items()
    ]


def floor_of(room: str) -> int:
    """301 → 3, 1204 → 12; a room that is numbered otherwise stands on no floor."""
    digits = re.match(r"\d{3,4}", room)
    return int(digits.group()[:-2]) if digits else 0


def _order(text: str) -> tuple[int, str]:
    digits = re.search(r"\d+", text)
    return (int(digits.group()) if digits else 0, text)


def progress(
    buildings: "Iterable[Building]", dwellings: "Iterable[Dwelling]", states: dict[int, str]
) -> list[Progress]:
    """One line per building."""
    counts: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for dwelling in dwellings:
        counts[dwelling.building_id][states.get(dwelling.pk, TODO)] += 1
    return [
        Progress(
            building,
            sum(counts[building.pk].values()),
            *(counts[building.pk][state] for state in (Outcome.MET, Outcome.NOBODY, Outcome.REFUSED)),
        )
        for building in buildings
    ]
