"""The draw as a pure function, so that anybody can recompute it with a few lines of their own.

1. Write the entries' numbers in rising order, joined by commas: ``1,2,5``.
2. Hash ``seed:list`` with SHA-256, in hexadecimal: that is the draw's own value.
3. Hash ``value:number`` of every entry with SHA-256, in hexadecimal; sort the entries by that hash.
4. The first ones, as many as there are places, have won.

Before the first entry only the SHA-256 of the seed is published, so the seed cannot be changed afterwards; and because
the list takes part, whoever knew the seed could not tell the winners before the last entry.
"""

from collections.abc import Iterable
from hashlib import sha256
from secrets import token_hex


def new_seed() -> str:
    return token_hex(32)


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def winners(numbers: Iterable[int], seed: str, places: int) -> list[int]:
    """The winning numbers, in the order in which they were drawn."""
    entries = sorted(set(numbers))
    value = digest(f"{seed}:{','.join(map(str, entries))}")
    return sorted(entries, key=lambda number: digest(f"{value}:{number}"))[:places]
