"""What was noted without network enters the hub: each item once, each in its own transaction, each with its answer."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from community.core.models import Case
from community.core.phrases import moment
from community.core.workflow import MoveError
from grids.models import Patrol, Receipt
from grids.patrols.clock import PhoneClock
from grids.patrols.conflicts import Conflict
from grids.patrols.items import Answer, Item, refused

if TYPE_CHECKING:
    from uuid import UUID

    from community.directory.models import User

log = logging.getLogger(__name__)


class Refused(Exception):
    """An item cannot be taken as it is; ``errors`` says field by field why."""

    def __init__(self, errors: dict[str, Any]) -> None:
        super().__init__(errors)
        self.errors = errors


def form_words(form: Any) -> dict[str, Any]:
    """What a form objects to, as a refusal tells it."""
    return {("" if name == "__all__" else name): list(found) for name, found in form.errors.items()}


@dataclass(frozen=True)
class Sent:
    """One item with everything that its kind needs to be taken."""

    item: Item
    by: "User"
    now: datetime
    moment: datetime
    patrol: Patrol | None
    chosen: dict[tuple[Any, ...], Any] = field(default_factory=dict)  # what earlier items of the batch chose, found

    @property
    def walk(self) -> Patrol:
        """The patrol it belongs to. Raises Refused when the person has no such patrol."""
        if self.patrol is None:
            raise Refused({"patrol": [_("没有找到这次巡查，可能已改派给别人。记录还在手机里，请联系网格长。")]})
        return self.patrol


@dataclass
class Taken:
    """What an item became: a case, or nothing of its own, and what its sender should know."""

    case: Case | None = None
    words: tuple[str, ...] | list[str] = ()


Kind = Callable[[Sent], Taken]


class Batch:
    """What a phone sends at once: each item once, each in its own transaction. What its items share, whether they came
    before, which walk, which category and house, is asked for once."""

    def __init__(self, items: "list[Item]", *, by: "User", clock: PhoneClock, kinds: dict[str, Kind]) -> None:
        self.by, self.clock, self.kinds = by, clock, kinds
        self.known = self._receipts([item.key for item in items])
        self.walks: dict[int, Patrol | None] = {}
        self.chosen: dict[tuple[Any, ...], Any] = {}

    def take(self, item: Item) -> Answer:
        """Take one item, or say why not. Never raises: what nobody foresaw is logged, and the phone tries again later."""
        if item.key in self.known:
            return self.known[item.key]
        try:
            with transaction.atomic():
                return self._taken(item)
        except Exception as error:
            self.walks.clear()  # in memory they may have gone on; in the database they have not
            return self._not_taken(item, error)

    def _not_taken(self, item: Item, error: Exception) -> Answer:
        key = str(item.key)
        match error:
            case Conflict():
                return Answer(key, "conflict", conflict=error.facts)
            case Refused():
                return refused(key, error.errors)
            case MoveError():
                return refused(key, {"": [error.message]})
            case ValidationError():
                return refused(key, error.message_dict if hasattr(error, "error_dict") else {"": error.messages})
            case IntegrityError():  # the same item came over another connection at this moment
                known = self._receipts([item.key]).get(item.key)
                return known or _later(key)
        return _later(key)

    def _receipts(self, keys: "list[UUID]") -> "dict[UUID, Answer]":
        rows = Receipt.objects.filter(user=self.by, key__in=keys).values_list("key", "case__number", "words")
        return {key: Answer(str(key), again=True, number=number or "", words=words) for key, number, words in rows}

    def _taken(self, item: Item) -> Answer:
        clock, patrol = self.clock, self._walk(item)
        sent = Sent(item, self.by, clock.received, clock.moment(item.at), patrol, self.chosen)
        receipt = Receipt.take(
            by=self.by, now=clock.received, key=item.key, kind=item.kind, patrol=patrol, phone_at=item.at,
            clock_off=not clock.believes(item.at), choice=item.choice,
        )  # fmt: skip
        taken = self.kinds[item.kind](sent)
        receipt.case = taken.case
        receipt.words = [*taken.words, *([_told_off(item)] if receipt.clock_off else [])]
        receipt.save(update_fields=["case", "words"])
        return Answer(str(item.key), number=taken.case.number if taken.case else "", words=receipt.words)

    def _walk(self, item: Item) -> Patrol | None:
        """Its patrol. Only findings, which do not move it, take it as the one before them found it."""
        if item.patrol is None:
            return None
        if item.kind != "finding" or item.patrol not in self.walks:
            rows = Patrol.objects.visible_to(self.by).select_related("community", "grid", "assignee")
            self.walks[item.patrol] = rows.filter(pk=item.patrol).first()
        return self.walks[item.patrol]


def _later(key: str) -> Answer:
    """The fault is the hub's: the item stays in the phone as it is, and the others are not held up."""
    log.exception("item %s was not taken", key)
    return Answer(key, "later")


def _told_off(item: Item) -> str:
    return _("手机时钟不准（手机上是 %(at)s），已按收到的时间记录。") % {"at": moment(item.at)}
