"""The load itself, in a process of its own: a few bare sockets that always have one request under way.

``python -m tests.load.client PORT CONCURRENCY SECONDS < requests`` prints what it measured as JSON.
"""

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass, field
from itertools import cycle
from typing import Any

WARM_UP = 0.25  # of the time asked for, before it counts


@dataclass
class Measured:
    """Latencies in milliseconds, in no order; ``wrong`` maps unexpected statuses to how often."""

    seconds: float = 0.0
    asked: int = 0  # with the warm-up
    latencies: list[float] = field(default_factory=list)
    queries: list[int] = field(default_factory=list)
    wrong: dict[str, int] = field(default_factory=dict)


def encoded(request: dict[str, Any], port: int) -> bytes:
    body = request["body"].encode()
    lines = [f"{request['method']} {request['path']} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Accept-Language: zh-hans"]
    if request["cookie"]:
        lines += [f"Cookie: {request['cookie']}", "X-CSRFToken: " + "a" * 32]
    if body:
        lines += [f"Content-Type: {request['type']}", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Connection:
    """One keep-alive connection, opened anew when the server has closed it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.reader: asyncio.StreamReader | None = None

    async def ask(self, request: bytes) -> tuple[int, int, bool]:
        """Status, queries, and whether it took a second attempt on a new connection."""
        for again in (False, True):
            try:
                return *await self._ask(request), again
            except (ConnectionError, asyncio.IncompleteReadError):
                self.reader = None
                if again:
                    raise
        raise AssertionError

    async def _ask(self, request: bytes) -> tuple[int, int]:
        if self.reader is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 22)
        self.writer.write(request)
        head = await self.reader.readuntil(b"\r\n\r\n")
        status, headers = int(head[9:12]), _headers(head)
        if b"content-length" in headers:
            await self.reader.readexactly(int(headers[b"content-length"]))
        elif headers.get(b"transfer-encoding") == b"chunked":
            while size := int((await self.reader.readuntil(b"\r\n")).split(b";")[0], 16):
                await self.reader.readexactly(size + 2)
            await self.reader.readexactly(2)
        if headers.get(b"connection", b"").lower() == b"close":
            self.writer.close()
            self.reader = None
        return status, int(headers.get(b"x-queries", b"-1"))


def _headers(head: bytes) -> dict[bytes, bytes]:
    pairs = (line.split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
    return {name.lower(): value for name, value in pairs}


async def load(requests: list[dict[str, Any]], port: int, concurrency: int, seconds: float) -> Measured:
    measured, turns = Measured(seconds=seconds), cycle([(encoded(one, port), one["wanted"]) for one in requests])
    begin = time.perf_counter() + seconds * WARM_UP
    end = begin + seconds

    async def one_after_another() -> None:
        connection = Connection(port)
        while time.perf_counter() < end:
            request, wanted = next(turns)
            asked = time.perf_counter()
            status, queries, _ = await connection.ask(request)
            now = time.perf_counter()
            measured.asked += 1
            if asked < begin or now > end:
                continue
            measured.latencies.append((now - asked) * 1000)
            measured.queries.append(queries)
            if status != wanted:
                measured.wrong[str(status)] = measured.wrong.get(str(status), 0) + 1

    await asyncio.gather(*(one_after_another() for _ in range(concurrency)))
    return measured


if __name__ == "__main__":
    arguments = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    json.dump(asdict(asyncio.run(load(json.load(sys.stdin), *arguments))), sys.stdout)
