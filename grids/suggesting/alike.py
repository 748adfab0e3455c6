"""“附近已有相同问题”: incidents near in place and near in meaning, as anybody in the community may know of them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import Case, F, FloatField, Func, Q, TextField, Value, When
from django.utils.translation import gettext as _

from grids.models.category import Category
from grids.models.incident import Incident
from grids.suggesting.places import NEAR_METRES, Place, metres_between, near
from grids.suggesting.traces import Trace
from grids.suggesting.words import any_of, words_of

if TYPE_CHECKING:
    from community.directory.models import User

RECENT = timedelta(days=14)  # closed no longer ago than this: it may be back, or not noticed as done
RANKED = 300
LOOKED_AT = 20
SHOWN = 3


@dataclass(frozen=True)
class Telling:
    """What somebody is about to report, as far as it is typed."""

    place: Place
    category: Category | None = None
    words: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, place: Place, category: Category | None, *texts: str) -> "Telling":
        return cls(place, category, words_of(" ".join(texts)))


@dataclass(frozen=True)
class Alike:
    """One incident that may be the same: nothing of who told of it, and of the place the house only."""

    number: str
    title: str
    icon: str
    where: str
    state: str
    since: datetime
    reporters: int
    is_open: bool
    joinable: bool
    mine: bool
    score: float


def alike(telling: Telling, user: "User", now: datetime) -> list[Alike]:
    """The likeliest, best first; three queries of few rows whatever the history's length."""
    if not telling.place.known or not (telling.words or telling.category):
        return []
    scored = ((likeness(telling, trace), trace) for trace in candidates(telling, now))
    best = sorted((pair for pair in scored if pair[0] > 0), key=lambda pair: (-pair[0], -pair[1].pk))[:SHOWN]
    rows = Incident.objects.filter(pk__in=[trace.pk for _score, trace in best]).listed()
    incidents = {row.pk: row for row in rows.prefetch_related("supporters")} if best else {}
    return [_shown(incidents[trace.pk], score, user) for score, trace in best if trace.pk in incidents]


def candidates(telling: Telling, now: datetime) -> Any:
    """Traces near in place that share a word or the category, the closest first, at most ``LOOKED_AT``.

    Only ``RANKED`` of them are compared by their words, those of the place itself before the latest around it, so
    that a word that stands in every telling costs no more than a rare one; and no other table is joined until it is
    known what is shown.
    """
    asked = SearchQuery(any_of(telling.words), config="simple", search_type="raw") if telling.words else None
    same, discreet = categories_for(telling)
    meaning = Q(category__in=same)
    if asked is not None:
        meaning |= Q(words=asked)
    near_by = Trace.objects.filter(meaning, telling.place.around(), community=telling.place.community_id)
    near_by = near_by.exclude(category__in=discreet).current(now, RECENT)
    latest = near_by.order_by(*first_the_place_itself(telling.place), "-raised_at").values("pk")[:RANKED]
    rank: Any = SearchRank(F("words"), asked) * 4 if asked is not None else Value(0.0)
    alike_in_kind = Case(When(category__in=same, then=Value(1.0)), default=Value(0.0), output_field=FloatField())
    rows = Trace.objects.filter(pk__in=latest).annotate(
        lexemes=Func(F("words"), function="tsvector_to_array", output_field=ArrayField(TextField())),
        alike_in_kind=alike_in_kind,
        order=rank + alike_in_kind + closeness(telling.place),
    )
    return rows.defer("words").order_by("-order", "-raised_at")[:LOOKED_AT]


def categories_for(telling: Telling) -> tuple[list[int], list[int]]:
    """Keys of the categories that are one matter with what is told (the variants of its code), and of those that
    neighbours are never shown. Looked up first: the search then touches one table."""
    code = telling.category.code if telling.category else None
    rows = list(Category.objects.order_by().values_list("pk", "code", "discreet"))
    return [pk for pk, its, _discreet in rows if its == code], [pk for pk, _its, discreet in rows if discreet]


def first_the_place_itself(place: Place) -> list[Any]:
    """An order, where more than the grid is known."""
    return [closeness(place).desc()] if place.building or place.spot else []


def closeness(place: Place) -> Any:
    """In SQL: 2 in the same house or near the spot, else 0."""
    close = Q(building=place.building) if place.building else Q(pk__in=())
    if place.spot:
        close |= near(place.spot)
    return Case(When(close, then=Value(2.0)), default=Value(0.0), output_field=FloatField())


def likeness(telling: Telling, trace: Trace) -> float:
    """0: something else. In the same place one sign is enough; elsewhere in the estate or grid it takes two."""
    shared = len(set(telling.words) & set(trace.lexemes))  # type: ignore[attr-defined]
    share = shared / len(telling.words) if telling.words else 0.0
    same = bool(trace.alike_in_kind)  # type: ignore[attr-defined]
    here = is_here(telling.place, trace)
    enough = (same or shared >= 2 or share >= 0.5) if here else (same and shared >= 2) or (shared >= 3 and share >= 0.4)
    return share + same + here * 1.5 if enough else 0.0


def is_here(place: Place, trace: Trace) -> bool:
    """In the same house, or within fifty metres by the spots. Two named houses are two places, however close."""
    if place.building is not None and trace.building_id is not None:
        return trace.building_id == place.building.pk
    if place.spot is None or trace.lat is None or trace.lng is None:
        return False
    return metres_between(place.spot, (trace.lat, trace.lng)) <= NEAR_METRES


def _shown(incident: Incident, score: float, user: "User") -> Alike:
    joining = incident.workflow["second"]
    return Alike(
        number=incident.number,
        title=str(incident.category),
        icon=incident.category.icon,
        where=str(incident.building or incident.grid or _("社区内")),
        state=incident.get_status_display(),
        since=incident.raised_at,
        reporters=len(incident.reporter_ids),
        is_open=incident.is_open,
        joinable=incident.status in joining.sources and joining.who(user, incident),
        mine=user.pk in incident.reporter_ids,
        score=score,
    )
