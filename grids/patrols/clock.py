"""Whose time counts: the phone's own while it may be believed, else the moment at which the hub received the item."""

from dataclasses import dataclass
from datetime import datetime, timedelta

TOLERANCE = timedelta(minutes=10)  # a slow upload and a phone set by eye
KEPT = timedelta(days=7)  # nobody carries a queue about for longer; an older time is a mistake


@dataclass(frozen=True)
class PhoneClock:
    """``sent`` is what the phone's clock showed as it sent; against ``received`` it tells how wrong that clock is."""

    sent: datetime
    received: datetime

    @property
    def off(self) -> bool:
        return abs(self.received - self.sent) > TOLERANCE

    def believes(self, at: datetime) -> bool:
        return not self.off and self.received - KEPT <= at <= self.received + TOLERANCE

    def moment(self, at: datetime) -> datetime:
        """When an item happened, as far as the hub believes; never later than now."""
        return min(at, self.received) if self.believes(at) else self.received
