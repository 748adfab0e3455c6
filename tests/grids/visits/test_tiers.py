"""三类户: a household is put into a tier, its visits follow, and why it is there stays hidden."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from community.access.models import Reveal
from community.core.workflow import NotYours
from community.directory.models import User
from community.duties.planning import plan_ahead
from community.notices.models import Notice
from community.timers.sweep import sweep
from grids.models import HouseholdTier, Visit
from grids.visits.found import Found
from tests.neighbourhood import Hood, Town
from tests.specimens import MONDAY

pytestmark = pytest.mark.django_db
TIER = HouseholdTier.Tier


def placed(hood: Hood, tier: str = TIER.REGULAR, **more: object) -> HouseholdTier:
    facts = {"dwelling": hood.dwelling, "tier": tier, "reason": "alone", "facts": "摔过一跤", "by": hood.worker}
    return HouseholdTier.place(**(facts | {"now": MONDAY} | more))  # type: ignore[arg-type]


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_regular_household_is_visited_every_week(hood: Hood) -> None:
    placed(hood)
    plan_ahead(MONDAY, days=15)
    days = list(Visit.objects.order_by("day").values_list("day", flat=True))
    assert days == [(MONDAY + timedelta(days=n)).date() for n in (1, 8)]
    first = Visit.objects.order_by("day")[0]
    assert (first.dwelling, first.grid, first.title) == (hood.dwelling, hood.grid, f"走访 {hood.dwelling}")


def test_a_general_household_is_visited_once_a_month(hood: Hood) -> None:
    placed(hood, TIER.GENERAL)
    plan_ahead(MONDAY, days=100)
    months = [day.month for day in Visit.objects.values_list("day", flat=True)]
    assert (months.count(4), months.count(5)) == (1, 1)


def test_an_urgent_household_is_reached_within_a_day_and_the_grid_hears_at_once(hood: Hood) -> None:
    placed(hood, TIER.URGENT)
    visit = Visit.objects.exclude(name="").get()
    assert visit.closes_at == MONDAY + timedelta(hours=24)
    told = Notice.objects.filter(code="visit.urgent")
    assert {row.recipient for row in told} == {hood.leader}  # the worker, who sent for it, knows
    assert all(row.urgent for row in told)
    plan_ahead(MONDAY, days=8)
    assert Visit.objects.count() == 3  # the first, and every third day afterwards


def test_a_late_visit_may_be_caught_up_and_is_told_before_it_is_missed(hood: Hood) -> None:
    placed(hood)
    visit = Visit.objects.get()
    sweep(visit.closes_at)
    visit.refresh_from_db()
    assert visit.status == "planned"
    assert Notice.objects.filter(code="clock.missed", recipient=hood.leader).exists()
    visit.meet(by=hood.worker, now=visit.closes_at + timedelta(hours=12), found=Found())
    assert visit.is_late


def test_a_visit_that_was_not_caught_up_either_is_missed(hood: Hood) -> None:
    placed(hood)
    visit = Visit.objects.get()
    sweep(visit.closes_at + timedelta(days=2))
    visit.refresh_from_db()
    assert visit.status == "missed"
    assert {row.recipient for row in Notice.objects.filter(code="visit.missed")} == {hood.worker, hood.leader}


def test_an_urgent_visit_that_nobody_made_is_told_up_to_the_community(hood: Hood) -> None:
    placed(hood, TIER.URGENT)
    sweep(MONDAY + timedelta(hours=24))
    assert Visit.objects.exclude(name="").get().status == "missed"
    told = Notice.objects.filter(code="visit.missed_urgent")
    assert {row.recipient for row in told} == {hood.leader, hood.staff, hood.secretary}


def test_a_change_of_tier_calls_off_what_the_old_one_had_planned(hood: Hood) -> None:
    placed(hood)
    placed(hood, TIER.GENERAL, now=MONDAY + timedelta(hours=1))
    assert Visit.objects.earliest("pk").status == "called_off"
    assert HouseholdTier.objects.current().get().tier == TIER.GENERAL
    assert HouseholdTier.objects.count() == 2
    assert not Visit.objects.open().filter(plan__tier__tier=TIER.REGULAR).exists()


def test_leaving_the_tiers_twice_is_leaving_once(hood: Hood) -> None:
    row = placed(hood)
    plan_ahead(MONDAY)
    row.end(by=hood.leader, now=MONDAY + timedelta(hours=1))
    row.end(by=hood.staff, now=MONDAY + timedelta(hours=2))
    row.refresh_from_db()
    assert (row.until, row.ended_by) == (MONDAY + timedelta(hours=1), hood.leader)
    assert not Visit.objects.open().exists()


def test_urgent_says_why(hood: Hood) -> None:
    with pytest.raises(ValidationError):
        placed(hood, TIER.URGENT, facts=" ")
    assert not HouseholdTier.objects.exists()


def test_nobody_from_elsewhere_places_a_household(town: Town) -> None:
    for person in (town.ours.other_worker, town.theirs.secretary, town.ours.resident, town.officer):
        with pytest.raises(NotYours):
            placed(town.ours, by=person)


def test_the_database_keeps_a_household_in_one_tier(hood: Hood) -> None:
    row = placed(hood)
    row.pk, row.plan = None, placed(hood, now=MONDAY + timedelta(hours=1)).plan
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_the_reason_is_hidden_until_somebody_says_why_they_look(hood: Hood) -> None:
    placed(hood)
    plan_ahead(MONDAY)
    visit = Visit.objects.get()
    visit.meet(by=hood.worker, now=MONDAY + timedelta(days=1), note="精神不错",
               found=Found(private_note="在吃抗抑郁药"))  # fmt: skip
    page = reverse("visits:home", args=[hood.dwelling.pk])
    client = as_user(hood.worker)
    shown = client.get(page).content.decode()
    assert "精神不错" in shown
    assert "独居老人" not in shown
    assert "摔过一跤" not in shown
    assert "抗抑郁" not in shown

    look = reverse("visits:reveal", args=[hood.dwelling.pk])
    assert "摔过一跤" not in client.get(look).content.decode()
    assert client.post(look, {"reason": "看"}).status_code == 422
    shown = client.post(look, {"reason": "上门前了解情况"}).content.decode()
    assert all(words in shown for words in ("独居老人", "摔过一跤", "在吃抗抑郁药"))
    record = Reveal.objects.get()
    assert (record.seen_by, record.fact, record.person) == (hood.worker, "care_groups", hood.resident.person)
