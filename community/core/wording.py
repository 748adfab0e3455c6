"""Looking words up: one dictionary per plural rule instead of one per app.

Django means to merge the catalogs of apps whose plural rule is the same, but compares a rule's code with the rule itself and
so never does. A Chinese page then asks twenty-two dictionaries for each of its three hundred texts.
"""

from typing import Any

from django.utils.translation import get_language, trans_real


def catalog_of(language: str) -> Any:
    """Django's catalog of a language; what it keeps inside is not typed."""
    translation: Any = trans_real.translation(language)
    return translation._catalog


def reads_source() -> bool:
    """Whether texts are read as they were written, in Chinese."""
    return (get_language() or "zh").startswith("zh")


def join_catalogs(language: str) -> None:
    """Join neighbouring catalogs of equal plural rules; where both know a text, the one asked first wins."""
    catalog = catalog_of(language)
    joined, rules = [catalog._catalogs[0]], [catalog._plurals[0]]
    for words, rule in zip(catalog._catalogs[1:], catalog._plurals[1:], strict=True):
        if rule.__code__ == rules[-1].__code__:
            joined[-1] = words | joined[-1]
        else:
            joined.append(words)
            rules.append(rule)
    catalog._catalogs, catalog._plurals = joined, rules
