"""The drawing of a transition table: its states from top to bottom, its moves as numbered arrows beside them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from community.core.models import Moving

WIDTH, BOX, HEIGHT, STEP = 760, 200, 44, 84
TOP, LANE, FIRST_LANE = 64, 36, 48
MIDDLE = WIDTH // 2


@dataclass(frozen=True)
class Box:
    """One state."""

    label: str
    y: int
    closed: bool
    x: int = MIDDLE - BOX // 2
    width: int = BOX
    height: int = HEIGHT

    @property
    def text_y(self) -> int:
        return self.y + HEIGHT // 2 + 5


@dataclass
class Arrow:
    """All moves from one state to another; ``numbers`` are their lines in the table below the drawing."""

    source: int
    target: int
    numbers: list[int] = field(default_factory=list)
    by_clock: bool = True
    path: str = ""
    label_x: int = 0
    label_y: int = 0

    @property
    def label(self) -> str:
        return "·".join(_runs(self.numbers))

    @property
    def label_width(self) -> int:
        return 14 + 8 * len(self.label)

    @property
    def label_left(self) -> int:
        return self.label_x - self.label_width // 2

    @property
    def length(self) -> int:
        return abs(self.target - self.source)


@dataclass(frozen=True)
class Diagram:
    boxes: list[Box]
    arrows: list[Arrow]
    height: int
    left: int
    width: int
    middle: int = MIDDLE


def diagram_of(model: type[Moving]) -> Diagram:
    """States in the order in which the kind declares them; forward arrows at the right, those that lead back at the left."""
    states: list[tuple[str, Any]] = list(model.Status.choices)  # type: ignore[attr-defined]
    order = {state: place for place, (state, _label) in enumerate(states)}
    closed = model.workflow.closed
    boxes = [Box(str(label), TOP + place * STEP, state in closed) for place, (state, label) in enumerate(states)]
    arrows = _arrows(model, order)
    for arrow in arrows:
        if arrow.source < 0 and arrow.target == 0:
            _straight(arrow, 28)
        elif arrow.target == arrow.source + 1 and arrow.source >= 0:
            _straight(arrow, boxes[arrow.source].y + HEIGHT)
    _lay_out([arrow for arrow in arrows if not arrow.path and arrow.target > arrow.source], right=True)
    _lay_out([arrow for arrow in arrows if not arrow.path], right=False)
    left = min([0, *(arrow.label_left - 4 for arrow in arrows)])
    right = max([WIDTH, *(arrow.label_left + arrow.label_width + 4 for arrow in arrows)])
    return Diagram(boxes, arrows, TOP + len(boxes) * STEP - 20, left, right - left)


def _runs(numbers: list[int]) -> Iterator[str]:
    """2, 3, 4 and 7 as “2–4” and “7”."""
    begin = last = numbers[0]
    for number in [*numbers[1:], 0]:
        if number != last + 1:
            yield str(begin) if begin == last else f"{begin}–{last}"
            begin = number
        last = number


def _arrows(model: type[Moving], order: dict[str, int]) -> list[Arrow]:
    """One arrow for each pair of states that some move joins; -1 is where matters begin."""
    found: dict[tuple[int, int], Arrow] = {}
    for number, move in enumerate(model.workflow.moves, start=1):
        if move.target is None:
            continue
        for source in sorted(order[state] for state in move.sources) if move.sources else [-1]:
            pair = (source, order[move.target])
            if pair[0] == pair[1]:
                continue
            arrow = found.setdefault(pair, Arrow(*pair))
            arrow.numbers.append(number)
            arrow.by_clock = arrow.by_clock and move.who.__name__ == "the_clock"
    return list(found.values())


def _straight(arrow: Arrow, start: int) -> None:
    end = TOP + arrow.target * STEP
    arrow.path = f"M{MIDDLE} {start}V{end - 2}"
    arrow.label_x, arrow.label_y = MIDDLE, (start + end) // 2 - 1


def _lay_out(arrows: list[Arrow], *, right: bool) -> None:
    """Give each arrow a lane of its own beside the boxes, short ones nearest."""
    lanes: list[list[Arrow]] = []
    for arrow in sorted(arrows, key=lambda each: (each.length, each.source)):
        lane = next((n for n, lane in enumerate(lanes) if not any(_meet(arrow, other) for other in lane)), len(lanes))
        if lane == len(lanes):
            lanes.append([])
        lanes[lane].append(arrow)
        _beside(arrow, FIRST_LANE + lane * LANE, 1 if right else -1)


def _meet(one: Arrow, other: Arrow) -> bool:
    first, second = sorted((one.source, one.target)), sorted((other.source, other.target))
    return first[0] <= second[1] and second[0] <= first[1]


def _beside(arrow: Arrow, offset: int, side: int) -> None:
    edge = MIDDLE + side * BOX // 2
    lane = edge + side * offset
    out = 14 if arrow.source < 0 else TOP + arrow.source * STEP + HEIGHT // 2 + 8
    into = TOP + arrow.target * STEP + HEIGHT // 2 - 8
    down = 1 if into > out else -1
    begin = MIDDLE + side * 8 if arrow.source < 0 else edge
    arrow.path = (
        f"M{begin} {out}H{lane - side * 8}Q{lane} {out} {lane} {out + 8 * down}"
        f"V{into - 8 * down}Q{lane} {into} {lane - side * 8} {into}H{edge + side * 2}"
    )
    arrow.label_x, arrow.label_y = lane, (out + into) // 2
