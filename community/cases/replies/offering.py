"""The replies that a form offers, filled in for one matter."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from community.cases.registry import Words, kind_of
from community.cases.replies.models import KNOWN, PLACEHOLDER, ReplyTemplate
from community.core.phrases import day

if TYPE_CHECKING:
    from community.core.models import Case
    from community.directory.models import User


@dataclass(frozen=True)
class Reply:
    """``text`` goes into the note with one tap."""

    title: str
    text: str


def replies_for(case: "Case", user: "User", verb: str) -> list[Reply]:
    """The community's own replies for this step, or else the ones we begin with; none where the kind offers none."""
    words = kind_of(case.kind).words
    if words is None or verb not in words.verbs:
        return []
    rows = ReplyTemplate.objects.filter(community=case.community_id, kind=case.kind, verb=verb, active=True)
    pairs = [(row.title, row.text) for row in rows]
    pairs = pairs or [(_(title), _(text)) for title, text in words.first.get(verb, ())]
    if not pairs:
        return []
    facts = _facts(case, user, words)
    return [Reply(title, PLACEHOLDER.sub(lambda found: _filled(found, facts), text)) for title, text in pairs]


def _filled(found: re.Match[str], facts: dict[str, str]) -> str:
    return facts.get(KNOWN.get(found[1], found[1]), found[0])


def _facts(case: Any, user: "User", words: Words) -> dict[str, str]:
    return {
        "number": case.number,
        "place": str(case.building or ""),
        "handler": str(case.handler or user),
        "unit": str(case.community),
        "date": day(timezone.localdate()),
        **words.facts(case),
    }
