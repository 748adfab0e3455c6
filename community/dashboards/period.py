"""The span of days that a dashboard speaks of, and the span before it to compare with."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

LENGTHS = (7, 30, 90)
STANDARD = 30
MOST_POINTS = 31  # of a chart; longer periods are drawn week by week


@dataclass(frozen=True)
class Period:
    """``days`` local days up to and including ``last``."""

    days: int
    last: date

    @classmethod
    def chosen(cls, text: str, today: date) -> "Period":
        """From a query parameter; anything else than one of ``LENGTHS`` is the standard."""
        return cls(int(text) if text in {str(length) for length in LENGTHS} else STANDARD, today)

    @property
    def first(self) -> date:
        return self.last - timedelta(days=self.days - 1)

    @property
    def before(self) -> "Period":
        return Period(self.days, self.first - timedelta(days=1))

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(days=nth) for nth in range(self.days))

    def stretches(self, most: int = MOST_POINTS) -> list[list[date]]:
        """The days in the groups that a chart draws as one point: single days, or whole weeks ending on the last day."""
        days = list(self)
        if self.days <= most:
            return [[day] for day in days]
        return [days[end - 7 : end] for end in range(self.days % 7 + 7, self.days + 1, 7)]
