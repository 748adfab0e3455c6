"""Words are found in few dictionaries, and are the words that were there."""

from itertools import pairwise
from typing import Any

import pytest
from django.conf import settings
from django.utils.translation import trans_real

from community.core.wording import catalog_of, join_catalogs


@pytest.mark.parametrize("language", [language for language, _name in settings.LANGUAGES])
def test_joining_changes_no_word(language: str) -> None:
    fresh: Any = trans_real.DjangoTranslation(language)
    apart, together = fresh._catalog, catalog_of(language)
    assert len(together._catalogs) < len(apart._catalogs)
    assert all(one.__code__ != other.__code__ for one, other in pairwise(together._plurals))
    for key, _word in apart.items():
        assert together[key] == apart[key]


def test_joining_twice_is_joining_once() -> None:
    before = [dict(words) for words in catalog_of("en")._catalogs]
    join_catalogs("en")
    assert catalog_of("en")._catalogs == before
