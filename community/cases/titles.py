"""Titles for lists over all kinds, in the reader's language."""

from collections import defaultdict
from collections.abc import Iterable

from community.core.models import Case
from community.core.wording import reads_source
from community.notices.models import Notice


def titles_of(cases: Iterable[Case]) -> dict[int, str]:
    """The shown title of each. What stands on the spine is Chinese and enough for its readers; for others the kinds
    that tell theirs anew are asked, one query a kind."""
    found, kinds = {}, defaultdict(list)
    for case in cases:
        found[case.pk] = case.title
        kinds[case.kind].append(case.pk)
    if reads_source():
        return found
    for kind, keys in kinds.items():
        model = Case.kinds.get(kind)
        if model is not None and model.titled is not Case.titled:
            rows = model._base_manager.filter(pk__in=keys).select_related(*model.titled_by)
            found |= {row.pk: row.shown_title for row in rows}
    return found


def in_readers_words(notices: Iterable[Notice]) -> list[Notice]:
    """Notices that name their matters as the reader's lists do; at one query a kind, none for readers of Chinese."""
    found = list(notices)
    titles = titles_of(notice.case for notice in found if notice.case is not None)
    for notice in found:
        if notice.case is not None:
            notice.name_matter(titles[notice.case.pk])
    return found
