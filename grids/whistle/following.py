"""What a call's step means for the case it was called on: a line in its story, and the end of the whistle."""

from datetime import datetime

from community.core.models import Case, Entry
from community.core.verbs import Step
from grids.whistle.models import Whistle, WhistleCall
from grids.whistle.workflow import OPEN


def follow(step: Step) -> None:
    """A follower of every step."""
    if isinstance(step.matter, WhistleCall):
        _tell_case(step, step.matter)
        if step.matter.closed_at:
            _end(step.matter.whistle, step.now)
    elif step.source and isinstance(step.matter, Case) and not step.matter.is_open:
        for call in WhistleCall.objects.filter(whistle__case=step.matter.pk, status__in=OPEN).order_by("pk"):
            call.close_with_case(by=None, now=step.now)


def _tell_case(step: Step, call: WhistleCall) -> None:
    """Joint notes and report-ins stand in the story of the case itself."""
    department = {"department": str(call.department)}
    _tell(call.whistle.case, f"whistle.{step.move.verb}", step.now, step, department)


def _tell(case: Case, verb: str, now: datetime, step: Step, data: dict[str, str]) -> None:
    Entry.objects.create(
        case_id=case.pk, community_id=case.community_id, verb=verb, source=case.status, target=case.status,
        actor=step.by, note=step.note, data=data, internal=True, at=now,
    )  # fmt: skip


def _end(whistle: Whistle, now: datetime) -> None:
    """The last one out ends it; the lock keeps two from both thinking that the other is still there."""
    Whistle.objects.select_for_update().get(pk=whistle.pk)
    if not whistle.calls.filter(closed_at=None).exists():
        Whistle.objects.filter(pk=whistle.pk, ended_at=None).update(ended_at=now)
