"""“下一次一并算”: doing the next occurrence of such a plan also does what was left of it before."""

from community.core.verbs import Step
from community.duties.models import Occurrence, Plan


def follow(step: Step) -> None:
    """A follower of every step: covers earlier occurrences of the same plan that are still only planned."""
    duty = step.matter
    if not isinstance(duty, Occurrence) or duty.status != Occurrence.Status.DONE or step.move.verb == "cover":
        return
    if duty.plan is None or duty.plan.catch_up != Plan.CatchUp.NEXT:
        return
    for earlier in duty.plan.occurrences.planned().filter(day__lt=duty.day).order_by("day"):
        earlier.concrete.cover(by=None, now=step.now, note=str(duty))
