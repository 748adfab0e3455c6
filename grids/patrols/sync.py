"""What was noted without network enters the hub: each item once, each in its own transaction, each with its answer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from community.core.models import Case
from community.core.workflow import MoveError
from grids.models import Patrol, Receipt
from grids.patrols.clock import PhoneClock
from grids.patrols.conflicts import Conflict
from grids.patrols.items import Answer, Item, refused

if TYPE_CHECKING:
    from community.directory.models import User


class Refused(Exception):
    """An item cannot be taken as it is; ``errors`` says field by field why."""

    def __init__(self, errors: dict[str, Any]) -> None:
        super().__init__(errors)
        self.errors = errors


@dataclass(frozen=True)
class Sent:
    """One item with everything that its kind needs to be taken."""

    item: Item
    by: "User"
    now: datetime
    moment: datetime
    patrol: Patrol | None

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


def take(item: Item, *, by: "User", clock: PhoneClock, kinds: dict[str, Kind]) -> Answer:
    """Take one item, or say why not. Never raises for what a phone may send."""
    if known := _known(item, by):
        return known
    try:
        with transaction.atomic():
            return _taken(item, by, clock, kinds[item.kind])
    except IntegrityError:
        # The same item came over another connection at this moment.
        if known := _known(item, by):
            return known
        raise
    except Conflict as conflict:
        return Answer(str(item.key), "conflict", conflict=conflict.facts)
    except Refused as refusal:
        return refused(str(item.key), refusal.errors)
    except MoveError as refusal:
        return refused(str(item.key), {"": [refusal.message]})
    except ValidationError as error:
        return refused(str(item.key), error.message_dict if hasattr(error, "error_dict") else {"": error.messages})


def _known(item: Item, by: "User") -> Answer | None:
    row = Receipt.objects.filter(user=by, key=item.key).select_related("case").first()
    if row is None:
        return None
    return Answer(str(item.key), again=True, number=row.case.number if row.case else "", words=row.words)


def _taken(item: Item, by: "User", clock: PhoneClock, kind: Kind) -> Answer:
    sent = Sent(item, by, clock.received, clock.moment(item.at), _patrol(item, by))
    receipt = Receipt.take(
        by=by, now=clock.received, key=item.key, kind=item.kind, patrol=sent.patrol, phone_at=item.at,
        clock_off=not clock.believes(item.at), choice=item.choice,
    )  # fmt: skip
    taken = kind(sent)
    receipt.case = taken.case
    receipt.words = [*taken.words, *([_told_off(item)] if receipt.clock_off else [])]
    receipt.save(update_fields=["case", "words"])
    return Answer(str(item.key), number=taken.case.number if taken.case else "", words=receipt.words)


def _told_off(item: Item) -> str:
    from community.core.phrases import moment

    return _("手机时钟不准（手机上是 %(at)s），已按收到的时间记录。") % {"at": moment(item.at)}


def _patrol(item: Item, by: "User") -> Patrol | None:
    if item.patrol is None:
        return None
    rows = Patrol.objects.visible_to(by).select_related("community", "grid", "assignee")
    return rows.filter(pk=item.patrol).first()
