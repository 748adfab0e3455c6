"""Drawing a sample with a stored seed, so that anybody may draw it again and get the same households."""

from collections.abc import Iterable
from hashlib import sha256


def lot(seed: str, purpose: str, key: int) -> int:
    """The lot of one household: evenly spread, and unforeseeable without the seed."""
    return int.from_bytes(sha256(f"{seed}:{purpose}:{key}".encode()).digest()[:8])


def sample(seed: str, keys: Iterable[int], permille: int) -> list[int]:
    """The keys with the lowest lots: ``permille`` of a thousand of them, rounded up; all of them at a thousand."""
    known = sorted(keys)
    if permille >= 1000:
        return known
    wanted = -(-len(known) * permille // 1000)
    return sorted(sorted(known, key=lambda key: (lot(seed, "sample", key), key))[:wanted])


def is_drawn(seed: str, key: int, percent: int) -> bool:
    """Whether this household's sheet is among the ``percent`` of a hundred that are looked at again."""
    return lot(seed, "review", key) % 100 < percent
