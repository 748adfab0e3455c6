"""敲门行动: buildings, floors, doors; and how far it has come."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community.core.workflow import NotNow, NotYours
from community.directory.models import Building, Dwelling, User
from community.notices.models import Notice
from community.timers.sweep import sweep
from grids.models import HouseholdTier, Round, VisitRecord
from grids.visits.coverage import by_building, by_tier, since
from grids.visits.doors import floor_of, progress, staircase, states_of
from tests.grids.visits.conftest import NOTHING, door
from tests.neighbourhood import Hood, Town
from tests.specimens import MONDAY, a_round

pytestmark = pytest.mark.django_db


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_round_door_by_door(hood: Hood, doors: list[Dwelling]) -> None:
    found = a_round(hood)
    for dwelling, outcome in zip(doors, ("met", "nobody", "refused"), strict=False):
        found.knock(by=hood.worker, now=MONDAY, dwelling=dwelling, outcome=outcome, found=NOTHING)
    found.refresh_from_db()
    assert found.status == "started"
    line = progress([hood.building], doors, states_of(found))[0]
    assert (line.total, line.met, line.nobody, line.refused, line.reached, line.todo) == (4, 1, 1, 1, 2, 1)
    listed: Any = Round.objects.listed()
    assert listed.values_list("doors", "reached").get() == (4, 2)


def test_going_back_to_a_closed_door_counts_the_latest_knock(hood: Hood, doors: list[Dwelling]) -> None:
    found = a_round(hood)
    for outcome in ("nobody", "nobody", "met"):
        found.knock(by=hood.worker, now=MONDAY, dwelling=doors[1], outcome=outcome, found=NOTHING)
    assert states_of(found) == {doors[1].pk: "met"}
    assert VisitRecord.objects.filter(dwelling=doors[1]).count() == 3


def test_the_staircase_has_floors_from_the_top(hood: Hood, doors: list[Dwelling]) -> None:
    door(hood, "1204", "2单元")
    units = staircase(Dwelling.objects.all().filter(building=hood.building), {doors[0].pk: "met"})
    assert [(unit.label, [floor.label for floor in unit.floors]) for unit in units] == [
        ("1单元", ["3", "2"]),
        ("2单元", ["12"]),
    ]
    assert [(row.dwelling.room, row.state) for row in units[0].floors[0].doors] == [("301", "met"), ("302", "todo")]
    assert (floor_of("301"), floor_of("1204"), floor_of("门市")) == (3, 12, 0)


def test_only_leaders_announce_and_only_in_their_grid(town: Town) -> None:
    hood = town.ours
    for person in (hood.worker, hood.resident, town.theirs.leader, town.officer):
        with pytest.raises(NotYours):
            a_round(hood, by=person)
    assert a_round(hood, by=hood.staff).status == "planned"
    assert {row.recipient for row in Notice.objects.filter(code="round.announced")} == {hood.worker, hood.leader}


def test_a_round_needs_buildings_of_its_grid_and_a_day_ahead(hood: Hood) -> None:
    estranged = Building.objects.create(estate=hood.building.estate, grid=hood.other_grid, name="9号楼")
    mistakes: tuple[dict[str, Any], ...] = (
        {"buildings": []},
        {"buildings": [estranged]},
        {"last_day": (MONDAY - timedelta(days=1)).date()},
    )
    for wrong in mistakes:
        with pytest.raises(ValidationError):
            a_round(hood, **wrong)
    assert not Round.objects.exists()


def test_a_door_of_another_building_is_not_knocked_at(hood: Hood) -> None:
    found = a_round(hood)
    other = Building.objects.create(estate=hood.building.estate, grid=hood.grid, name="9号楼")
    stranger = Dwelling.objects.create(building=other, unit="1单元", room="101")
    with pytest.raises(ValidationError):
        found.knock(by=hood.worker, now=MONDAY, dwelling=stranger, outcome="met", found=NOTHING)


def test_a_round_that_runs_out_is_told_to_leader_and_community(hood: Hood) -> None:
    found = a_round(hood)
    sweep(found.closes_at)
    found.refresh_from_db()
    assert found.status == "missed"
    told = Notice.objects.filter(code="round.ran_out")
    assert {row.recipient for row in told} == {hood.leader, hood.staff, hood.secretary}
    with pytest.raises(NotNow):
        found.knock(by=hood.worker, now=found.closes_at, dwelling=hood.dwelling, outcome="met", found=NOTHING)


class TestPages:
    def test_a_knock_sent_twice_is_one(self, hood: Hood) -> None:
        found, client = a_round(hood), as_user(hood.worker)
        address = reverse("visits:knock", args=[found.pk, hood.dwelling.pk])
        with time_machine.travel(MONDAY + timedelta(hours=1), tick=False):
            for _ in range(2):
                form = {"outcome": "nobody", "request_key": "4a1f0d5e-0000-4000-8000-000000000001"}
                assert client.post(address, form).status_code == 302
        assert VisitRecord.objects.count() == 1

    def test_a_round_sent_twice_is_one(self, hood: Hood) -> None:
        client, key = as_user(hood.leader), str(uuid4())
        form = {"name": "入冬敲门", "buildings": [hood.building.pk], "last_day": "2099-01-01", "request_key": key}
        for _ in range(2):
            assert client.post(reverse("visits:announce", args=[hood.grid.pk]), form).status_code == 302
        assert Round.objects.count() == 1

    def test_every_page_costs_the_same_at_any_size(self, hood: Hood, doors: list[Dwelling]) -> None:
        found, client = a_round(hood), as_user(hood.leader)
        addresses = [
            reverse("visits:round", args=[found.pk]), reverse("visits:coverage"), reverse("visits:rounds"),
            reverse("visits:staircase", args=[found.pk, hood.building.pk]),
            reverse("visits:building", args=[hood.building.pk]),
        ]  # fmt: skip
        counts: dict[str, list[int]] = {address: [] for address in addresses}
        with time_machine.travel(MONDAY + timedelta(hours=1), tick=False):
            for room in range(401, 413):
                one = door(hood, str(room))
                found.knock(by=hood.worker, now=MONDAY, dwelling=one, outcome="nobody", found=NOTHING)
                if room in (402, 412):
                    for address in addresses:
                        client.get(address)
                        with CaptureQueriesContext(connection) as queries:
                            assert client.get(address).status_code == 200
                        counts[address].append(len(queries))
        assert all(few == many for few, many in counts.values()), counts


def test_coverage_agrees_with_a_recount_by_plain_sql(hood: Hood, doors: list[Dwelling]) -> None:
    for dwelling, tier in zip(doors, ("regular", "regular", "general"), strict=False):
        HouseholdTier.place(dwelling=dwelling, tier=tier, reason="alone", by=hood.worker, now=MONDAY)
    found = a_round(hood)
    for dwelling, outcome in zip(doors, ("met", "nobody", "met", "met"), strict=True):
        found.knock(by=hood.worker, now=MONDAY, dwelling=dwelling, outcome=outcome, found=NOTHING)
    found.knock(by=hood.worker, now=MONDAY, dwelling=doors[0], outcome="met", found=NOTHING)
    begins = since(30, MONDAY)
    tiers = {line.tier.value: (line.households, line.met) for line in by_tier(hood.leader, begins)}
    assert tiers == {"urgent": (0, 0), "regular": (2, 1), "general": (1, 1)}
    building = by_building(hood.leader, begins).get()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT r.dwelling_id) FROM grids_visitrecord r "
            "JOIN directory_dwelling d ON d.id = r.dwelling_id WHERE r.outcome = 'met' AND d.building_id = %s",
            [hood.building.pk],
        )
        assert (building.met, building.doors) == (cursor.fetchone()[0], 4) == (3, 4)
    assert not by_building(hood.other_worker, begins).exists()
