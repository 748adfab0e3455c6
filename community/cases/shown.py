"""What of a case and its people one viewer is shown."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from community.access.masking import mask_name
from community.cases.told import telling_of
from community.core.models import Case, Entry
from community.core.perms import Perm
from community.core.phrases import day
from community.core.reach import reach
from community.timers.clocks import RUNG_NAMES, clocks_of

if TYPE_CHECKING:
    from community.directory.models import User

Photos = dict[tuple[datetime, int | None], list[dict[str, Any]]]


def is_staff_of(user: "User", case: Case) -> bool:
    return reach(user, Perm.SEE_CASES).covers(case.community_id, case.grid_id)


def shown_name(person: "User | None", viewer: "User", case: Case) -> str:
    """A person as the viewer may know them: those who act on a case by name, the resident who raised it masked."""
    if person is None:
        return _("系统")
    if person.pk == viewer.pk:
        return _("您")
    at_work = case.raised_at_work or case.channel == Case.Channel.PATROL
    raised_at_work = at_work and person.pk == case.raised_by_id
    return mask_name(str(person)) if person.pk in case.reporter_ids and not raised_at_work else str(person)


@dataclass(frozen=True)
class Line:
    """One line of the story as shown."""

    who: str
    what: str
    at: datetime
    note: str
    tone: str
    icon: str
    photos: list[dict[str, Any]]


def story(case: Case, viewer: "User") -> list[Line]:
    """The timeline in order. Two queries whatever its length.

    Who raised it does not read internal rows; who merely found it on a board reads what happened when, no more.
    """
    rows = case.timeline.select_related("actor")
    if not is_staff_of(viewer, case):
        rows = rows.public()
    if not case.is_known_to(viewer):
        return [replace(_line(row, case, viewer, {}), who="", note="") for row in rows]
    photos = _photos(case)
    return [_line(row, case, viewer, photos) for row in rows]


def _line(row: Entry, case: Case, viewer: "User", photos: Photos) -> Line:
    if row.verb.startswith("clock."):
        return Line(_("系统"), _missed(row, case), row.at, "", "bad", "alarm", [])
    if telling := telling_of(row.verb):
        who = shown_name(row.actor, viewer, case)
        return Line(who, str(telling.words) % row.data, row.at, row.note, telling.tone, telling.icon, [])
    move = case.workflow[row.verb]
    tone = {"danger": "warning", "primary": "good"}.get(move.tone, "plain")
    who, shots = shown_name(row.actor, viewer, case), photos.get((row.at, row.actor_id), [])
    return Line(who, str(move.told), row.at, row.note, tone, move.icon, shots)


def _missed(row: Entry, case: Case) -> str:
    """Which clock ran out, and how far up that carried the matter."""
    rung = row.verb.removeprefix("clock.")
    label = next((clock.label for clock in clocks_of(case.matter_kind) if clock.name == row.data.get("clock")), "")
    return f"{label} · {RUNG_NAMES.get(rung, rung)}" if label else str(RUNG_NAMES.get(rung, rung))


def _photos(case: Case) -> Photos:
    """Photos by the moment of the step that brought them, and who made it."""
    found: Photos = {}
    for photo in case.attachments.all():
        found.setdefault((photo.added_at, photo.added_by_id), []).append(
            {"url": photo.url, "thumb": photo.thumbnail_url, "alt": photo.get_purpose_display()}
        )
    return found


def promise_of(case: Case, viewer: "User") -> dict[str, Any]:
    """What the promise line says: until when, by whom."""
    handler = shown_name(case.awaits_user, viewer, case) if case.awaits_user_id else ""
    if not handler and case.awaits_perm:
        duty = _("负责“%(duty)s”的人") % {"duty": Perm(case.awaits_perm).label}
        handler = str(getattr(case, "keeper", "") or duty)
    if not handler and case.handler_id and case.is_open:  # nothing is waited for; who has it in hand goes on
        handler = shown_name(case.handler, viewer, case)
    return {"due": case.due_at, "by": handler, "done": not case.is_open, "paused": paused_words(case)}


def paused_words(case: Case) -> str:
    """Why the clock rests and until when at the latest; "" while it runs."""
    if case.paused_until is None:
        return ""
    return _("%(reason)s（最迟%(day)s恢复）") % {"reason": case.pause_reason, "day": day(case.paused_until)}
