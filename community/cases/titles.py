"""Titles for lists over all kinds, in the reader's language."""

from collections import defaultdict
from collections.abc import Iterable

from django.utils.translation import get_language

from community.core.models import Case


def titles_of(cases: Iterable[Case]) -> dict[int, str]:
    """The shown title of each. What stands on the spine is Chinese and enough for its readers; for others the kinds
    that tell theirs anew are asked, one query a kind."""
    found, kinds = {}, defaultdict(list)
    for case in cases:
        found[case.pk] = case.title
        kinds[case.kind].append(case.pk)
    if (get_language() or "zh").startswith("zh"):
        return found
    for kind, keys in kinds.items():
        model = Case.kinds.get(kind)
        if model is not None and model.shown_title is not Case.shown_title:
            rows = model._base_manager.filter(pk__in=keys).select_related(*model.titled_by)
            found |= {row.pk: row.shown_title for row in rows}
    return found
