"""What a telling is probably about: keywords that stand in it, and words the community has used before."""

from collections import Counter, defaultdict
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from django.db import transaction

from community.directory.models import Community
from grids.models.category import Category
from grids.models.incident import Incident
from grids.suggesting.keywords import Keyword, LearntWord
from grids.suggesting.words import MOST_CHARACTERS, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

OFFERED = 3
ENOUGH = 1.0  # below this nothing is offered; one hint is enough, because nobody must take it
LEARNT_WEIGHT = 3.0  # of a word that has always meant one category, and has been seen often
OFTEN = 5
LEARNT_FROM = 3_000  # a community's latest incidents
KEPT_WORDS = 2_000
SEEN_AT_LEAST = 2


def suggested(text: str, community_id: int | None) -> list[Category]:
    """The likeliest categories, best first, at most three, none when nothing speaks for any. Two queries."""
    text = text[:MOST_CHARACTERS].strip().lower()
    if len(text) < 2:
        return []
    rows = list(Keyword.objects.filter(category__active=True).select_related("category"))
    known = {row.category_id: row.category for row in rows}
    scores = Counter(spoken_for(text, ((row.category_id, row.word, row.weight) for row in rows)))
    if community_id is not None:
        learnt = learnt_for(text, community_id)
        known |= {row.pk: row for row in Category.objects.active().filter(pk__in=set(learnt) - set(known))}
        scores.update(learnt)
    best = [pk for pk, score in scores.most_common() if score >= ENOUGH and pk in known]
    return [known[pk] for pk in best[:OFFERED]]


def spoken_for(text: str, keywords: "Iterable[tuple[int, str, int]]") -> "Mapping[int, float]":
    """Points of each category: the weights of its words that stand in the text; of words within words the longest."""
    found: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for category, word, weight in keywords:
        if word in text:
            found[category].append((word, weight))
    return {
        category: float(sum(weight for word, weight in hits if not _within_another(word, weight, hits)))
        for category, hits in found.items()
    }


def _within_another(word: str, weight: int, hits: list[tuple[str, int]]) -> bool:
    return any(word != other and word in other and weight <= more for other, more in hits)


def learnt_for(text: str, community_id: int) -> "Mapping[int, float]":
    """Points from the past: how much of a word's use was for the category, less while the word is rare."""
    rows = list(LearntWord.objects.told_in(community_id, words_of(text)))
    total: Counter[str] = Counter()
    for row in rows:
        total[row.word] += row.seen
    points: dict[int, float] = defaultdict(float)
    for row in rows:
        points[row.category_id] += LEARNT_WEIGHT * row.seen / total[row.word] * min(1, total[row.word] / OFTEN)
    return points


def learn(now: datetime) -> int:
    """Count every community's words anew; safe to repeat. Returns how many words are kept."""
    return sum(_learn_in(community) for community in Community.objects.all())


def _learn_in(community: Community) -> int:
    seen: Counter[tuple[int, str]] = Counter()
    past = Incident.objects.of_kind().filter(community=community).exclude(status=Incident.Status.VOID)
    for category, told in past.order_by("-pk").values_list("category", "description")[:LEARNT_FROM]:
        seen.update((category, word) for word in words_of(told) if len(word) <= 20)
    kept = islice(((key, count) for key, count in seen.most_common() if count >= SEEN_AT_LEAST), KEPT_WORDS)
    rows = [LearntWord(community=community, category_id=key[0], word=key[1], seen=count) for key, count in kept]
    with transaction.atomic():
        LearntWord.objects.filter(community=community).delete()
        LearntWord.objects.bulk_create(rows)
    return len(rows)
