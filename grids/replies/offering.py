"""The replies that a form offers, filled in for one incident."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from community.core.phrases import day
from grids.replies.models import KNOWN, PLACEHOLDER, ReplyTemplate

if TYPE_CHECKING:
    from community.directory.models import User

# Until a community has written its own for a step.
FIRST = {
    "progress": [
        (gettext_noop("已到现场"), gettext_noop("{承办人}已到现场查看{类别}情况，正在处理。")),
        (gettext_noop("已约维修"), gettext_noop("已联系维修人员，预计今天上门。")),
    ],
    "resolve": [(gettext_noop("已处理好"), gettext_noop("{地点}的{类别}已处理完毕，请您查看。"))],
    "pause": [(gettext_noop("等配件"), gettext_noop("维修配件已订货，到货后马上安装。"))],
    "ask_extension": [(gettext_noop("需要施工"), gettext_noop("需要安排施工，按原时限不能完成。"))],
    "follow_up": [(gettext_noop("电话回访"), gettext_noop("已电话回访，反映人表示问题已经解决。"))],
}


@dataclass(frozen=True)
class Reply:
    """``text`` goes into the note with one tap."""

    title: str
    text: str


def replies_for(incident: Any, user: "User", verb: str) -> list[Reply]:
    """The community's own replies for this step, or else the ones we begin with."""
    rows = ReplyTemplate.objects.filter(community=incident.community_id, verb=verb, active=True)
    pairs = [(row.title, row.text) for row in rows] or [(_(title), _(text)) for title, text in FIRST.get(verb, [])]
    if not pairs:
        return []
    facts = _facts(incident, user)
    return [Reply(title, PLACEHOLDER.sub(lambda found: _filled(found, facts), text)) for title, text in pairs]


def _filled(found: re.Match[str], facts: dict[str, str]) -> str:
    return facts.get(KNOWN.get(found[1], found[1]), found[0])


def _facts(incident: Any, user: "User") -> dict[str, str]:
    return {
        "number": incident.number,
        "category": str(incident.category),
        "place": incident.where,
        "handler": str(incident.handler or user),
        "unit": str(incident.unit or incident.community),
        "date": day(timezone.localdate()),
    }
