"""Processes that redeem, cancel and hand out from one catalogue, some of them killed in the middle.

``python -m tests.load.redeem --seconds 60`` does so in a test database of its own, made and dropped again, then verifies
the whole ledger and all stock. Ends with an error if anything does not fit.
"""

import argparse
import json
import multiprocessing
import os
import random
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

SETTINGS = "community.settings.test"


@dataclass
class Hammer:
    """Who redeems what, and whose account hands it out."""

    members: list[int]
    offers: list[int]
    partner: int

    def run(self, *, seconds: float, processes: int = 8, kill_every: float = 1.0) -> int:
        """Keep so many processes busy for so long, killing one now and then; returns how many were killed."""
        given = {
            "seconds": seconds,
            "processes": processes,
            "kill-every": kill_every,
            "hammer": json.dumps(asdict(self)),
        }
        options = [f"--{name}={value}" for name, value in given.items()]
        command = [sys.executable, "-m", "tests.load.redeem", *options]
        done = subprocess.run(
            command, env={**os.environ, "REDEEM_DATABASE": database_name()}, stdout=subprocess.PIPE, check=True
        )
        return int(done.stdout)


def drive(hammer: Hammer, seconds: float, processes: int, kill_every: float) -> int:
    """In a process of its own, which is ready before the time runs: it forks the workers, and again those it killed."""
    fork = multiprocessing.get_context("fork")
    ends, killed = time.monotonic() + seconds, 0

    def begun() -> Any:
        worker = fork.Process(target=work, args=(hammer, ends))
        worker.start()
        return worker

    running = [begun() for _nth in range(processes)]
    while time.monotonic() < ends:
        time.sleep(min(kill_every, max(0.0, ends - time.monotonic())))
        if time.monotonic() < ends:
            victim = random.randrange(len(running))
            running[victim].kill()
            running[victim].join()
            running[victim], killed = begun(), killed + 1
    for worker in running:
        worker.join(timeout=60)
    codes = [worker.exitcode for worker in running]
    if any(code != 0 for code in codes):
        raise RuntimeError(f"workers ended with {codes}")
    return killed


def database_name() -> str:
    from django.db import connection

    return str(connection.settings_dict["NAME"])


def set_up() -> None:
    import django
    from django.conf import settings

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    if name := os.environ.get("REDEEM_DATABASE"):
        settings.DATABASES["default"]["NAME"] = name
    django.setup()


def work(hammer: Hammer, ends: float) -> None:
    """Until the time has run out; each does something, however slow the machine."""
    from community.directory.models import User
    from points.models import Offer

    dice = random.Random()
    partner, offers = User.objects.get(pk=hammer.partner), Offer.objects.in_bulk(hammer.offers)
    visit(hammer.members, offers, partner, dice)
    while time.monotonic() < ends:
        visit(hammer.members, offers, partner, dice)


def visit(members: list[int], offers: dict[int, Any], partner: Any, dice: random.Random) -> None:
    """Redeem, change one's mind, hand out, and let some lie; refusals are part of life."""
    from uuid import uuid4

    from django.db import OperationalError

    from community.core.workflow import MoveError
    from community.directory.models import User
    from points.models import CartLine, Redemption
    from points.redemption.cart import check_out
    from tests.specimens import MONDAY

    user = User.objects.get(pk=dice.choice(members))
    try:
        for offer in dice.sample(sorted(offers), dice.randint(1, len(offers))):
            CartLine.put(offers[offer], dice.randint(1, 2), by=user, now=MONDAY)
        check_out(by=user, key=uuid4(), now=MONDAY)
    except MoveError:
        CartLine.objects.filter(member=user).delete()
    except OperationalError as error:
        raise SystemExit(f"locks were taken in another order: {error}") from error
    found = Redemption.objects.filter(raised_by=user, status="reserved").order_by("?").first()
    with suppress(MoveError):
        if found is not None and dice.random() < 0.6:
            found.cancel(by=user, now=MONDAY)
        elif found is not None:
            found.collect(by=partner, now=MONDAY, code=found.code)


def problems() -> list[str]:
    """What does not fit: the ledger recomputed, stock against lines, held points against what is reserved."""
    from django.db.models import F, Sum

    from points.models import Account, Offer, Redemption, RedemptionLine
    from points.verification import faults

    found = [str(fault) for fault in faults()]
    for offer in Offer.objects.all():
        lines = RedemptionLine.objects.filter(offer=offer)
        for name, status in (("reserved", "reserved"), ("collected", "collected")):
            counted = lines.filter(redemption__status=status).aggregate(all=Sum("quantity"))["all"] or 0
            if counted != getattr(offer, name):
                found.append(f"{offer}: {counted} {name} by lines, {getattr(offer, name)} by stock")
    points: dict[str, Any] = {}
    for kind, status in (("held", "reserved"), ("redeemed", "collected")):
        points[kind] = Account.objects.filter(kind=kind).aggregate(all=Sum("balance"))["all"] or 0
        cost = Redemption.objects.filter(status=status).aggregate(all=Sum("cost"))["all"] or 0
        lines_cost = RedemptionLine.objects.filter(redemption__status=status).aggregate(
            all=Sum(F("price") * F("quantity"))
        )
        if not points[kind] == cost == (lines_cost["all"] or 0):
            found.append(f"{points[kind]} points {kind}, {cost} by redemptions, {lines_cost['all']} by lines")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.load.redeem")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--kill-every", type=float, default=1.5, help="seconds")
    parser.add_argument("--hammer", default="", help="for its own process")
    options = parser.parse_args()
    set_up()
    if options.hammer:
        hammer = Hammer(**json.loads(options.hammer))
        say(str(drive(hammer, options.seconds, options.processes, options.kill_every)))
        return 0
    return hammered(options.seconds, options.processes, options.kill_every)


def hammered(seconds: float, processes: int, kill_every: float) -> int:
    """A town of its own, a minute of hammering, and the verdict."""
    from django.db import connection

    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        killed = catalogue().run(seconds=seconds, processes=processes, kill_every=kill_every)
        from points.models import Redemption

        wrong = problems()
        say(f"{Redemption.objects.count()} redemptions in {seconds:g} s by {processes} processes, {killed} killed")
        say("\n".join(wrong) or "ledger, stock and held points fit")
        return 1 if wrong else 0
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"].removeprefix("test_"), verbosity=0)


def catalogue(people: int = 200, points: int = 500) -> Hammer:
    """Members with points, and ten offers of which there are never enough."""
    from community.directory.models import User
    from points import ledger
    from points.models import issuance, member
    from tests.neighbourhood import build_town
    from tests.specimens import MONDAY, an_offer

    hood = build_town().ours
    here = hood.community.pk
    members = User.objects.bulk_create(
        User(username=f"member{n}", name=f"居民{n}", community=hood.community) for n in range(people)
    )
    entries = [(issuance(here), -points * people), *((member(user, here), points) for user in members)]
    ledger.post(entries, key="all", source=ledger.Source("测试"), now=MONDAY)
    offers = [an_offer(hood, name=f"第{n}样", stock=400, per_person=99, price=n + 1) for n in range(10)]
    return Hammer([user.pk for user in members], [offer.pk for offer in offers], hood.partner.pk)


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
