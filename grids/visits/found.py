"""What a visit brings home, written once: the facts from which every register that needs them is kept."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from community.directory.models import Person
    from grids.models.category import Category


class Outcome(models.TextChoices):
    MET = "met", _("见到人")
    NOBODY = "nobody", _("家里没人")
    REFUSED = "refused", _("住户谢绝")


@dataclass(frozen=True)
class Wished:
    """A wish said at the door; ``consent`` is the resident's word that it may be raised for them."""

    text: str
    person: "Person | None"
    consent: bool


@dataclass(frozen=True)
class Problem:
    """Something wrong that was seen or told."""

    category: "Category"
    text: str


@dataclass(frozen=True)
class Care:
    """The household should be visited in this tier from now on; ``reason`` and ``facts`` are sensitive."""

    tier: str
    reason: str
    facts: str


@dataclass(frozen=True)
class Found:
    """What was found at a door. ``private_note`` is shown for a reason alone; ``phones`` are new numbers by person."""

    note: str = ""
    private_note: str = ""
    present: "tuple[Person, ...]" = ()
    others: str = ""
    phones: "dict[int, str]" = field(default_factory=dict)
    residents: int | None = None
    usage: str = ""
    wished: Wished | None = None
    problem: Problem | None = None
    care: Care | None = None
    solved: bool | None = None
    request_key: UUID | None = None
