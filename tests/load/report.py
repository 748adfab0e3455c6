"""The figures of a run as a table, sizes side by side."""

from statistics import mean
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from tests.load.server import Memory

YARDSTICK = "insert, bare view"


class Line(NamedTuple):
    """One workload at one size: latencies, and processor time of web and database per request, in milliseconds; MB."""

    name: str
    size: int
    rate: float
    p50: float
    p95: float
    p99: float
    queries: float
    cpu: float
    wrong: dict[str, int]
    web: float
    postgres: float

    def __str__(self) -> str:
        wrong = f"  UNEXPECTED {self.wrong}" if self.wrong else ""
        return (
            f"{self.name:<24}{self.rate:>8.1f}/s  p50 {self.p50:>7.1f}  p95 {self.p95:>7.1f}  p99 {self.p99:>7.1f} ms"
            f"  {self.queries:>5.1f} queries  cpu {self.cpu:>5.1f} ms"
            f"  web {self.web:>4.0f} MB  db {self.postgres:>4.0f} MB{wrong}"
        )


def summed_up(name: str, size: int, measured: dict[str, Any], memory: "Memory") -> Line:
    latencies = sorted(measured["latencies"]) or [float("nan")]
    counted = [count for count in measured["queries"] if count >= 0]
    p50, p95, p99 = (at(latencies, share) for share in (0.5, 0.95, 0.99))
    return Line(
        name, size, len(measured["latencies"]) / measured["seconds"], p50, p95, p99,
        mean(counted) if counted else 1.0, memory.cpu / max(measured["asked"], 1), measured["wrong"], memory.web, memory.postgres,
    )  # fmt: skip


def at(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def table(lines: list[Line]) -> str:
    """A Markdown table; growth compares each size with the smallest, the yardstick with the bare insert of its size."""
    rows = [
        "| workload | cases | requests/s | p50 | p95 | p99 ms | queries | CPU ms | growth p50 | CPU | queries | of bare |"
    ]
    rows.append("|" + "---|" * 12)
    rows += [_row(line, lines) for line in sorted(lines, key=lambda line: _order(line, lines))]
    return "\n".join(rows)


def _order(line: Line, lines: list[Line]) -> tuple[int, int]:
    names = list(dict.fromkeys(one.name for one in lines))
    return names.index(line.name), line.size


def _row(line: Line, lines: list[Line]) -> str:
    smallest = min((one for one in lines if one.name == line.name), key=lambda one: one.size)
    bare = next((one for one in lines if one.name == YARDSTICK and one.size == line.size), None)
    growth = [line.p50 / smallest.p50, line.cpu / (smallest.cpu or 1), line.queries / max(smallest.queries, 1)]
    return (
        f"| {line.name} | {line.size:,} | {line.rate:.1f} | {line.p50:.1f} | {line.p95:.1f} | {line.p99:.1f} "
        f"| {line.queries:.1f} | {line.cpu:.1f} | {' | '.join(f'{one:.2f}×' for one in growth)} "
        f"| {f'{line.rate / bare.rate:.2f}' if bare else ''} |"
    )
