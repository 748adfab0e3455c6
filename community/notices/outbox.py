"""Writing notices with the step that causes them, and sending what waits."""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from community.access.holders import addressed
from community.core.models import Case, Moving
from community.core.verbs import Step
from community.notices import channels
from community.notices.kinds import NoticeKind, kind_of, kinds_on
from community.notices.models import Delivery, Notice
from community.notices.quiet import after_quiet_hours
from community.timers.clocks import RUNG_NAMES, clocks_of
from community.timers.sweep import Firing

if TYPE_CHECKING:
    from community.directory.models import User

log = logging.getLogger(__name__)
ATTEMPTS = 5


def follow(step: Step) -> None:
    """Queue the notices declared for this step; whoever made it is not told about it."""
    for kind in kinds_on(step.event):
        if kind.when(step):
            people = [user for user in addressed(step.matter, kind.to) if user != step.by]
            queue(kind, people, now=step.now, matter=step.matter, params=kind.params(step))


def on_firing(firing: Firing) -> None:
    """Tell the people of a rung that a clock is about to run out or has."""
    rung, deadline, matter = firing.rung, firing.deadline, firing.matter
    params = {
        "number": getattr(matter, "number", ""),
        "title": getattr(matter, "title", str(matter)),
        "kind": deadline.kind,
        "clock": deadline.clock,
        "rung": rung.name,
        "due": timezone.localtime(deadline.due_at).strftime("%m-%d %H:%M"),
    }
    kind = kind_of(rung.notice or ("clock.remind" if rung.at < 1 else "clock.missed"))
    queue(kind, addressed(matter, rung.to), now=firing.now, matter=matter, params=params, urgent=deadline.urgent)


def clock_words(params: Mapping[str, Any]) -> dict[str, Any]:
    """Clock and rung by their labels; a clock that is no longer declared keeps its name."""
    labels = {clock.name: clock.label for clock in clocks_of(params.get("kind", ""))}
    rung = params["rung"]
    return {**params, "clock": labels.get(params["clock"], params["clock"]), "rung": RUNG_NAMES.get(rung, rung)}


def queue(
    kind: NoticeKind,
    people: "Iterable[User]",
    *,
    now: datetime,
    matter: Moving | None = None,
    params: dict[str, Any],
    urgent: bool = False,
) -> list[Notice]:
    """Write one notice per person and its deliveries; call inside the transaction that causes them."""
    urgent = urgent or kind.urgent
    about = {} if matter is None else {"case_id" if isinstance(matter, Case) else "occurrence_id": matter.pk}
    notices = Notice.objects.bulk_create(
        Notice(recipient=person, code=kind.code, params=params, urgent=urgent, created_at=now, **about)
        for person in people
    )
    deliveries = [row for notice in notices for row in _deliveries(notice, kind, urgent, now)]
    if deliveries:
        Delivery.objects.bulk_create(deliveries)
    return notices


def _deliveries(notice: Notice, kind: NoticeKind, urgent: bool, now: datetime) -> Iterable[Delivery]:
    for channel in kind.channels:
        if address := channels.address_of(notice.recipient, channel):
            yield Delivery(
                notice=notice, channel=channel, address=address, not_before=now if urgent else after_quiet_hours(now)
            )


def send_due(now: datetime | None = None, *, most: int = 500) -> int:
    """Send what waits, each in its own small transaction; returns how many went out."""
    now, sent = now or timezone.now(), 0
    for _ in range(most):
        outcome = _send_next(now)
        if outcome is None:
            break
        sent += outcome
    return sent


def _send_next(now: datetime) -> bool | None:
    """True sent, False failed for now, None nothing left."""
    with transaction.atomic():
        row = (
            Delivery.objects.due(now)
            .select_related("notice__recipient")
            .order_by("not_before", "pk")
            .select_for_update(of=("self",), skip_locked=True)
            .first()
        )
        if row is None:
            return None
        row.attempts += 1
        try:
            channels.send(row)
            row.sent_at, row.error = now, ""
        except Exception as error:
            log.warning("delivery %s failed: %s", row.pk, error)
            row.error = f"{type(error).__name__}: {error}"[:1000]
            row.not_before = now + timedelta(minutes=2**row.attempts)
            row.failed_at = now if row.attempts >= ATTEMPTS else None
        row.save(update_fields=["attempts", "sent_at", "error", "not_before", "failed_at"])
        return row.sent_at is not None
