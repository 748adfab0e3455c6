"""Kinds of notices are declarations, owned by the app that sends them and registered in its ``apps.py``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from community.core.verbs import Step
from community.notices.models import Delivery

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

EMAIL, SMS = Delivery.Channel.EMAIL, Delivery.Channel.SMS


def case_facts(step: Step) -> dict[str, Any]:
    """Facts that nearly every notice names: the case's number and title."""
    return {"number": step.matter.number, "title": step.matter.title}  # type: ignore[attr-defined]


def is_urgent(step: Step) -> bool:
    """A ``when`` for notices that only urgent cases send."""
    return step.matter.is_urgent  # type: ignore[attr-defined]


@dataclass(frozen=True)
class NoticeKind:
    """What is said, to whom, by which channels beside the in-app one.

    ``title`` and ``body`` are %-templates over the facts of ``params(step)``, which ``reading`` turns into words when
    somebody reads (names of clocks and the like, in the reader's language). ``to`` are addresses as in
    ``access.holders.addressed``. ``urgent`` notices do not wait for the end of quiet hours.
    """

    code: str
    title: "str | _StrPromise"
    to: tuple[str, ...] = ()
    body: "str | _StrPromise" = ""
    channels: tuple[str, ...] = ()
    urgent: bool = False
    when: Callable[[Step], bool] = lambda step: True
    params: Callable[[Step], dict[str, Any]] = case_facts
    reading: Callable[[Mapping[str, Any]], Mapping[str, Any]] = lambda params: params

    def title_for(self, params: Mapping[str, Any]) -> str:
        return str(self.title) % self.reading(params)

    def body_for(self, params: Mapping[str, Any]) -> str:
        return str(self.body) % self.reading(params)


_kinds: dict[str, NoticeKind] = {}
_by_event: dict[str, list[NoticeKind]] = {}


def register(event: str, *kinds: NoticeKind) -> None:
    """Send these notices whenever ``event`` (``wish.claim``) happens; "" for kinds that are sent by name alone."""
    for kind in kinds:
        _kinds[kind.code] = kind
        listed = _by_event.setdefault(event, [])
        if kind not in listed:
            listed.append(kind)


def kinds_on(event: str) -> list[NoticeKind]:
    return _by_event.get(event, [])


def kind_of(code: str) -> NoticeKind:
    return _kinds[code]


def all_kinds() -> list[NoticeKind]:
    return list(_kinds.values())
