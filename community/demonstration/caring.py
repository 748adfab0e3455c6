"""Doors that are knocked at and elders who are called: visits, a door-knock round and “五个一”, through their verbs."""

from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from django.utils import timezone

from community.demonstration.agenda import Agenda, by_day
from community.demonstration.people import Place
from community.directory.models import Dwelling, PartnerUnit, Person, User
from community.timers.sweep import sweep
from grids.care.lines import Line
from grids.models import CareCall, CarePlan, HouseholdTier, Round, Tiering, Visit
from grids.visits.found import Found

if TYPE_CHECKING:
    from community.directory.models import Grid

SAID = ("家里都好。", "问题确实解决了，谢谢社区。", "老人精神不错，聊了一会儿。", "提醒了用电用气安全。")
BEGUN = timedelta(days=6)
REASONS = ("alone", "empty_nest", "disabled", "low_income", "illness", "child")


def visit_after(agenda: Agenda, random: Random, place: Place, day: datetime) -> None:
    """Today somebody asks at most of the doors whose cases were closed yesterday."""
    rows = Visit.objects.of_kind().open().filter(community=place.community, about__isnull=False)
    for visit in rows.filter(opens_at__gte=day - timedelta(days=1), opens_at__lt=day).select_related("assignee"):
        by = visit.assignee or place.workers.get(visit.grid_id or 0)
        if by is not None and random.random() < 0.9:
            found = Found(note=random.choice(SAID), solved=random.random() < 0.95)
            agenda.after(random.uniform(2, 8), partial(_meet, visit, by, found))


def _meet(visit: Visit, by: User, found: Found, now: datetime) -> None:
    visit.meet(by=by, now=now, found=found, note=found.note)


def care_for_households(place: Place, now: datetime, *, tiers: int = 12, elders: int = 6) -> None:
    """In the first grid: some households in tiers, a round half done, and a few elders with “五个一”."""
    random = Random(1949)  # noqa: S311 - the same story each time
    grid = place.grids[0]
    worker, leader = place.workers[grid.pk], place.leaders[grid.pk]
    homes = list(
        Dwelling.objects.filter(building__grid=grid, householder__isnull=False)
        .select_related("building__estate__community", "building__grid", "householder")
        .order_by("pk")[:60]
    )
    _tiers(homes[:tiers], worker, now - BEGUN)
    Tiering.place(
        by=leader, homes=homes[tiers : 2 * tiers], tier="general", reason="empty_nest", facts="入冬摸底时登记。",
        note="入冬摸底名单", now=now - timedelta(days=2),
    )  # fmt: skip
    _round(homes, grid, leader, worker, now, random)
    _five_ones(homes[tiers::7][:elders], place, worker, leader, now, random)
    sweep(now, most=100_000)


def _tiers(homes: list[Dwelling], worker: User, begun: datetime) -> None:
    for number, home in enumerate(homes):
        tier = ("regular", "general", "regular", "urgent")[number % 4] if number != 3 else "regular"
        HouseholdTier.place(
            dwelling=home, tier=tier, reason=REASONS[number % len(REASONS)], facts="走访时了解到的情况。", by=worker,
            now=begun,
        )  # fmt: skip
    past = Visit.objects.of_kind().open().filter(plan__tier__dwelling__in=homes, opens_at__lt=begun + BEGUN)
    for number, visit in enumerate(past.order_by("opens_at")):
        if number % 8 == 7:
            continue
        at = by_day(visit.opens_at + timedelta(hours=2), Random(visit.pk))  # noqa: S311 - the same story each time
        if at < begun + BEGUN:
            visit.meet(by=worker, now=at, found=Found(note=SAID[visit.pk % len(SAID)]))


def _round(homes: list[Dwelling], grid: "Grid", leader: User, worker: User, now: datetime, random: Random) -> None:
    buildings = list(grid.buildings.order_by("pk")[:3])
    found = Round.open_up(
        by=leader, grid=grid, name="入冬安全敲门行动", purpose="看用电用气、发放联系卡、问问有什么难处。",
        buildings=buildings, last_day=timezone.localdate(now) + timedelta(days=5), now=now - timedelta(days=3),
    )  # fmt: skip
    ours = {building.pk for building in buildings}
    for number, home in enumerate([home for home in homes if home.building_id in ours][:40]):
        outcome = random.choices(("met", "nobody", "refused"), (70, 24, 6))[0]
        at = now - timedelta(days=2) + timedelta(minutes=9 * number)
        found.knock(by=worker, now=at, dwelling=home, outcome=outcome, found=Found(note=SAID[number % len(SAID)]))


def _five_ones(homes: list[Dwelling], place: Place, worker: User, leader: User, now: datetime, random: Random) -> None:
    volunteer = place.claimers[0]
    unit = PartnerUnit.objects.filter(community=place.community, users__isnull=False).order_by("pk").first()
    liaison = unit.users.order_by("pk").first() if unit else None
    units = {Line.HOUSEWORK.value: unit} if unit and liaison else {}
    begun = timezone.localtime(now - BEGUN).replace(hour=7, minute=0)
    for number, home in enumerate(homes):
        caller = volunteer if number % 2 else worker
        people: dict[str, User | None] = dict(
            zip(Line.values, (caller, worker, liaison or volunteer, place.staff, leader), strict=True)
        )
        care = CarePlan.begin(
            by=worker, person=_elder(home), people=people, consent=True, now=begun, units=units,
        )  # fmt: skip
        _calls(care, caller, now, random)
        if number == 5:
            care.rest(by=worker, now=now - timedelta(hours=3), note="住院做白内障手术。")
        elif number == 1:
            care.reassign(
                by=leader, now=now - timedelta(days=1), note="志愿者最近上夜班，早上的电话请网格员打。",
                people=people | {Line.CALL.value: worker}, units=units,
            )  # fmt: skip


def _elder(home: Dwelling) -> Person:
    if home.householder is None:
        raise ValueError("an elder is somebody")
    if home.householder.dwelling_id is None:
        home.householder.dwelling = home
        home.householder.save(update_fields=["dwelling"])
    return home.householder


def _calls(care: CarePlan, caller: User, now: datetime, random: Random) -> None:
    """Every day's call up to yesterday; today's is still to be made."""
    past = CareCall.objects.of_kind().open().filter(plan__care_line__care=care, day__lt=timezone.localdate(now))
    for call in past.order_by("day"):
        at = call.opens_at + timedelta(minutes=random.randrange(10, 150))
        if random.random() < 0.15:
            call.no_answer(by=caller, now=at)
            at += timedelta(minutes=15)
        call.answered(
            by=caller, now=at, note=random.choice(("胃口不错。", "说腿有点疼，记得贴膏药。", "", "盼着周末孙子来。"))
        )
