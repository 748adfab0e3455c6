"""What the phone believes and what meanwhile holds, side by side, with the ways out of it."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from community.core.phrases import moment

if TYPE_CHECKING:
    from datetime import datetime

    from community.directory.models import Building, Grid
    from grids.models import Incident, Patrol


@dataclass(frozen=True)
class Choice:
    """A way out: ``value`` comes back with the item; ``local`` ones are settled on the phone."""

    value: str
    label: str
    local: bool = False


class Conflict(Exception):
    """The item was not taken; nothing is lost, the worker chooses. Raised with words for both sides."""

    def __init__(self, title: str, phone: str, hub: str, *choices: Choice) -> None:
        super().__init__(title)
        self.facts: dict[str, Any] = {
            "title": title,
            "phone": phone,
            "hub": hub,
            "choices": [asdict(choice) for choice in choices],
        }


def leave() -> Choice:
    return Choice("leave", _("以系统里的为准"))


def edit() -> Choice:
    return Choice("edit", _("改一改再报"), local=True)


def taken(patrol: "Patrol", phone: str, *choices: Choice) -> Conflict:
    """A colleague has walked it meanwhile."""
    hub = _("%(who)s，%(at)s 出发，%(state)s") % {
        "who": patrol.assignee,
        "at": moment(patrol.started_at) if patrol.started_at else "—",
        "state": patrol.get_status_display(),
    }
    return Conflict(_("这次巡查已由同事在走"), phone, hub, *choices)


def missed(patrol: "Patrol", at: "datetime") -> Conflict:
    """The day's window closed while the phone had no network."""
    return Conflict(
        _("系统里这次巡查已经结束"),
        _("您 %(at)s 走完") % {"at": moment(at)},
        _("%(at)s 记为%(state)s") % {"at": moment(patrol.ended_at), "state": patrol.get_status_display()}
        if patrol.ended_at
        else patrol.get_status_display(),
        Choice("hand_in", _("补交这次巡查")),
        leave(),
    )


def moved(building: "Building", before: "Grid | None") -> Conflict:
    """The grid was re-drawn while the patrol ran."""
    return Conflict(
        _("网格刚刚调整过"),
        _("%(building)s 属于%(grid)s") % {"building": building, "grid": before or _("原来的网格")},
        _("%(building)s 现在属于%(grid)s") % {"building": building, "grid": building.grid},
        Choice("anyway", _("报到%(grid)s") % {"grid": building.grid}),
        edit(),
    )


def changed(incident: "Incident", phone: str) -> Conflict:
    """Somebody has gone on with the matter since the phone took it along."""
    last = incident.timeline.select_related("actor").last()
    hub = incident.get_status_display()
    if last is not None:
        what = incident.workflow[last.verb].told if "." not in last.verb else ""
        hub = f"{hub} · {last.actor or _('系统')} {moment(last.at)} {what} {last.note}".strip()
    return Conflict(_("这件事刚刚有了变化"), phone, hub, Choice("anyway", _("仍然写上去")), leave())
