"""One fix answers everybody: when an incident is put right, the tickets linked to it are answered with it."""

from community.core.verbs import Step
from grids.hotline.models import HotlineTicket
from grids.hotline.workflow import UNANSWERED


def answer_linked(step: Step) -> None:
    """A follower of every step."""
    if step.event == "incident.resolve":
        for ticket in HotlineTicket.objects.filter(linked_incident=step.matter.pk, status__in=UNANSWERED).order_by(
            "pk"
        ):
            ticket.answer(by=None, now=step.now, note=step.note)
