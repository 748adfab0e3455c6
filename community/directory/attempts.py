"""Counting attempts in the cache, so that secrets cannot be guessed by trying."""

from contextlib import suppress
from dataclasses import dataclass

from django.core.cache import cache


class TooManyAttempts(Exception):
    """No further attempt for now."""


@dataclass(frozen=True)
class Allowance:
    """At most ``most`` attempts within ``seconds`` per key; the window opens with the first attempt."""

    name: str
    most: int
    seconds: int

    def spend(self, key: str) -> None:
        """Count one attempt; raises TooManyAttempts beyond the allowance. Safe between processes."""
        cache.add(self._key(key), 0, timeout=self.seconds)
        try:
            spent = cache.incr(self._key(key))
        except ValueError:  # the window closed between the two calls
            return
        if spent > self.most:
            raise TooManyAttempts

    def give_back(self, key: str) -> None:
        """Take back one attempt that was no guess; not the others, or a known secret would buy further guesses."""
        with suppress(ValueError):
            cache.decr(self._key(key))

    def _key(self, key: str) -> str:
        return f"attempts:{self.name}:{key}"
