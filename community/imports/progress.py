"""How far a running import is: in the cache, because the import is one transaction that nobody sees into."""

from typing import Any

from django.core.cache import cache

KEPT_SECONDS = 3600
# Reading the workbook is most of the work; writing is a handful of statements.
SHARE = {"read": (0, 80), "write": (80, 100)}


def tell(run_id: int, step: str, done: int, total: int) -> None:
    """Remember the share of the work that is done; losing it costs nothing but the bar."""
    start, end = SHARE[step]
    percent = start + (end - start) * min(done, total) // max(total, 1)
    cache.set(
        f"import-progress:{run_id}", {"percent": percent, "done": done, "total": total, "step": step}, KEPT_SECONDS
    )


def of(run_id: int) -> dict[str, Any]:
    """``percent`` 0–100, ``done`` and ``total`` rows or steps, ``step`` read or write."""
    return cache.get(f"import-progress:{run_id}") or {"percent": 0, "done": 0, "total": 0, "step": "read"}
