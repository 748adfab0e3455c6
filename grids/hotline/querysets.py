"""Lists of hotline tickets, and the sets of them that the three rates are made of."""

from datetime import date, datetime, time, timedelta
from typing import Any, Self

from django.db.models import F, Q
from django.utils import timezone

from community.core.models.case import CaseQuerySet
from grids.hotline.workflow import Status

NOT_COUNTED = (Status.REFUSED, Status.WITHDRAWN)
IN_TIME = Q(responded_at__lte=F("contact_due_at")) | Q(responded_at=None, resolved_at__lte=F("answer_due_at"))


def contact_due(now: datetime) -> Q:
    """Who had to be contacted by now: those who were, and those whose time has run out."""
    return Q(responded_at__isnull=False) | Q(resolved_at__isnull=False) | Q(contact_due_at__lte=now)


class TicketQuerySet(CaseQuerySet[Any]):
    def of_kind(self) -> Self:
        return self.filter(kind="hotline")

    def standing(self) -> Self:
        """Without those whose import was taken back."""
        return self.exclude(status=Status.WITHDRAWN)

    def counted(self) -> Self:
        """What the rates look at: accepted, and not taken back."""
        return self.exclude(status__in=NOT_COUNTED)

    def called(self, first: date, last: date) -> Self:
        """Calls from the one local day to the other, both included."""
        begin = timezone.make_aware(datetime.combine(first, time.min))
        end = timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))
        return self.filter(received_at__gte=begin, received_at__lt=end)

    def at_homes(self, communities: Any) -> Self:
        """Of these communities, by the ticket's own index."""
        return self.filter(home__in=communities)

    # The sets behind the rates; each figure's link shows exactly its rows.
    def to_contact(self, now: datetime) -> Self:
        return self.counted().filter(contact_due(now))

    def contacted_in_time(self, now: datetime) -> Self:
        return self.to_contact(now).filter(IN_TIME)

    def asked(self) -> Self:
        """With a follow-up that got an answer."""
        return self.counted().exclude(outcome="")

    def solved(self) -> Self:
        return self.asked().filter(outcome="solved")

    def rated(self) -> Self:
        return self.counted().exclude(satisfaction="")

    def content(self) -> Self:
        return self.rated().filter(satisfaction__in=("satisfied", "basically"))

    def listed(self) -> Self:
        return self.of_kind().select_related("grid", "building__estate", "handler")
