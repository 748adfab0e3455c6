"""A sparkline as the points of an SVG polyline: no script, no chart library."""

from collections.abc import Sequence

WIDTH, HEIGHT, MARGIN = 96, 28, 3


def points(values: Sequence[float]) -> tuple[str, tuple[float, float]]:
    """The ``points`` attribute and the last point; flat when all values are alike. Raises ValueError if empty."""
    if not values:
        raise ValueError("a sparkline needs at least one value")
    low, high = min(values), max(values)
    span = (high - low) or 1
    step = (WIDTH - 2 * MARGIN) / max(len(values) - 1, 1)
    places = [
        (round(MARGIN + i * step, 1), round(HEIGHT - MARGIN - (value - low) / span * (HEIGHT - 2 * MARGIN), 1))
        for i, value in enumerate(values)
    ]
    return " ".join(f"{x},{y}" for x, y in places), places[-1]
