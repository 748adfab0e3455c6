"""A phone comes home with a queue: ``python -m tests.load.phone --findings 200 --photos 1`` says how long it takes.

Sends as ``static/js/patrol/queue.js`` does: batches of twenty or 6 MB, two at once, against gunicorn as ``make demo`` runs it.
"""

import argparse
import http.client
import io
import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from typing import Any
from uuid import uuid4

import django
from PIL import Image, ImageFilter

from tests.load import bases
from tests.load.server import serving

NAME = f"bench_phone_{bases.VERSION}"
BATCH, LANES, SIDES = 20, 2, (1600, 1200)
BOUNDARY = "BoUnDaRy"


def main() -> int:
    options = parsed()
    if not bases._exists(NAME):
        bases._filled(NAME, "template1", "people")
    with serving(NAME, options.port, options.workers, options.threads) as memory:
        facts = json.loads(_run("prepare"))
        shots = [photo(n) for n in range(5)]
        items = [finding(facts, n) for n in range(options.findings)]
        memory.forget()
        took = sent(items, facts, shots, options)
        cpu = memory.cpu / 1000
    count = json.loads(_run("count", str(facts["patrol"])))
    weight = sum(len(shot) for shot in shots) / len(shots) / 1024
    sys.stdout.write(
        f"{options.findings} findings with {options.photos} photos of {weight:.0f} KB each: {took:.1f} s"
        f" ({cpu:.1f} s of processor time, web and database); {count} arrived\n"
    )
    return 0 if count == options.findings else 1


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.load.phone")
    parser.add_argument("--findings", type=int, default=200)
    parser.add_argument("--photos", type=int, default=1, help="photos with each finding")
    parser.add_argument("--workers", type=int, default=2, help="gunicorn processes")
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--port", type=int, default=8191)
    return parser.parse_args()


def _run(*what: str) -> bytes:
    command = [sys.executable, "-m", "tests.load.phone", *what]
    return subprocess.run(command, env=bases.environment(NAME), stdout=subprocess.PIPE, check=True).stdout


def photo(seed: int) -> bytes:
    """As heavy as a street scene that the phone has made small: noise, a little out of focus."""
    grain = Image.frombytes("RGB", SIDES, Random(seed).randbytes(SIDES[0] * SIDES[1] * 3))
    out = io.BytesIO()
    grain.filter(ImageFilter.GaussianBlur(2)).save(out, "JPEG", quality=82)
    return out.getvalue()


def finding(facts: dict[str, Any], n: int) -> dict[str, Any]:
    told = {"category": facts["category"], "building": facts["building"], "place": f"{n}单元", "outcome": "reported"}
    at = datetime.now().astimezone() - timedelta(minutes=200 - n % 200)
    return {"key": str(uuid4()), "kind": "finding", "patrol": facts["patrol"], "at": at.isoformat(), "facts": told}


def sent(items: list[dict[str, Any]], facts: dict[str, Any], shots: list[bytes], options: argparse.Namespace) -> float:
    rest = iter(items)
    batches = list(iter(lambda: list(islice(rest, BATCH)), []))
    started = time.perf_counter()
    with ThreadPoolExecutor(LANES) as lanes:
        list(lanes.map(lambda batch: deliver(batch, facts, shots[: options.photos], options.port), batches))
    return time.perf_counter() - started


def deliver(batch: list[dict[str, Any]], facts: dict[str, Any], shots: list[bytes], port: int) -> None:
    parts = [_part("items", json.dumps(batch).encode()), _part("sent_at", _now().encode())]
    parts.append(_part("user", str(facts["user"]).encode()))
    parts += [_part(item["key"], shot, "a.jpg") for item in batch for shot in shots]
    body = b"".join([*parts, f"--{BOUNDARY}--\r\n".encode()])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Cookie": facts["cookie"], "X-CSRFToken": "a" * 32}
    headers["Content-Type"] = f"multipart/form-data; boundary={BOUNDARY}"
    connection.request("POST", "/api/patrols/sync/", body, headers)
    response = connection.getresponse()
    if response.status != 200:
        raise RuntimeError(f"the hub answers {response.status}")
    answer = json.loads(response.read())
    wrong = [each for each in answer["items"] if each["result"] != "done"]
    if wrong:
        raise RuntimeError(f"not taken: {wrong[0]}")


def _part(name: str, content: bytes, filename: str = "") -> bytes:
    kind = f'; filename="{filename}"\r\nContent-Type: image/jpeg' if filename else ""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{kind}\r\n\r\n'
    return head.encode() + content + b"\r\n"


def _now() -> str:
    return datetime.now().astimezone().isoformat()


def prepare() -> dict[str, Any]:
    """A started patrol of a worker, and their session."""
    from django.utils import timezone

    from community.access.models import Post
    from community.directory.models import Building
    from grids.models import Category, Patrol
    from tests.load.scripts import Script

    post = Post.objects.filter(role__code="grid_worker").select_related("user", "grid__community").order_by("pk")[0]
    now = timezone.now()
    assert post.grid is not None
    patrol = Patrol.objects.create(
        kind="patrol", community=post.grid.community, grid=post.grid, assignee=post.user, day=timezone.localdate(now),
        opens_at=now - timedelta(hours=4), closes_at=now + timedelta(hours=4),
    )  # fmt: skip
    patrol.start(by=post.user, now=now - timedelta(hours=4))
    building = Building.objects.filter(grid=post.grid).order_by("pk")[0]
    category = Category.objects.get(code="06010", variant="")
    cookie = Script()._cookie(post.user)
    return {
        "cookie": cookie,
        "user": post.user.pk,
        "patrol": patrol.pk,
        "category": str(category.pk),
        "building": str(building.pk),
    }


def count(patrol: str) -> int:
    from grids.models import Incident

    return int(Incident.objects.filter(patrol=int(patrol)).count())


if __name__ == "__main__":
    if sys.argv[1:2] in (["prepare"], ["count"]):
        django.setup()
        json.dump(prepare() if sys.argv[1] == "prepare" else count(sys.argv[2]), sys.stdout)
    else:
        sys.exit(main())
