"""A storm three hours ago: it began in one community, another joined and has stood down, the first still knocks."""

from datetime import datetime, timedelta
from random import Random

from community.demonstration.people import Cast, Place
from community.timers.sweep import sweep
from grids.emergency.muster import Wanted
from grids.models import Emergency, StreetEmergency

MINUTE = timedelta(minutes=1)


def stage_storm(cast: Cast, now: datetime) -> None:
    random, start = Random(7), now - timedelta(hours=3)  # noqa: S311 - the same story each time
    west, east = cast.places
    whole = StreetEmergency.declare(
        by=cast.officer, communities=[west.community], sort="storm", drill=True, now=start,
        message="大风蓝色预警演练：请逐户提醒关好门窗，清点独居老人，收起高空悬挂物。", wanted=Wanted(["worker"]),
    )  # fmt: skip
    whole.extend([east.community], by=cast.officer, wanted=Wanted(["worker"]), now=start + 2 * MINUTE)
    sweep(start + 6 * MINUTE, most=100_000)
    parts = {part.community_id: part.emergency for part in whole.parts.select_related("emergency")}
    for place in (west, east):
        _act(place, parts[place.community.pk], start, random)
    whole.order("重点查看一楼商铺招牌和在建脚手架，四点前报一次情况。", by=cast.officer, now=start + 40 * MINUTE)
    parts[east.community.pk].stand_down(
        by=east.secretary, now=start + 90 * MINUTE, note="门窗和悬挂物已逐栋看过，独居老人都平安。", all_out=True
    )


def _act(place: Place, emergency: Emergency, start: datetime, random: Random) -> None:
    """Who comes, the first doors, and a line of the log."""
    for number, call in enumerate(emergency.calls.select_related("user", "emergency").order_by("pk")[:40]):
        who, at = call.user or place.secretary, start + (8 + number % 12) * MINUTE
        if random.random() < 0.2:
            continue
        call.respond("coming", by=who, now=at, minutes=random.choice((5, 10, 15)))
        if random.random() < 0.8:
            call.arrive(by=who, now=at + 9 * MINUTE)
    worker = next(iter(place.workers.values()))
    grid = next(iter(place.workers))
    for number, door in enumerate(emergency.doors.filter(building__grid=grid).order_by("pk")[:40]):
        state = "help" if number == 11 else "safe" if random.random() < 0.9 else "unreached"
        note = "独居老人，窗户关不上，已派人。" if state == "help" else ""
        door.mark(state, by=worker, now=start + (20 + number % 30) * MINUTE, note=note)
    emergency.log(by=worker, now=start + 55 * MINUTE, note="三处外挂花盆已请住户收回，一处广告牌松动，物业在加固。")
