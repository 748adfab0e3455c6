"""批量分类: many households go into a tier by one move, come back by another, and every alarm is what it was."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook

from community.core.workflow import NotYours
from community.directory.models import Dwelling, User
from community.notices.models import Notice
from community.timers.sweep import sweep
from grids.models import HouseholdTier, Tiering, Visit
from grids.visits.tierings import MOST
from tests.grids.visits.conftest import door
from tests.neighbourhood import Hood, Town
from tests.specimens import MONDAY

pytestmark = pytest.mark.django_db
TIER = HouseholdTier.Tier
LATER = MONDAY + timedelta(hours=2)


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def placed(hood: Hood, homes: list[Dwelling], tier: str = TIER.REGULAR, **more: object) -> Tiering:
    facts = {"by": hood.leader, "homes": homes, "tier": tier, "reason": "alone", "facts": "摸底", "now": MONDAY}
    return Tiering.place(**(facts | more))  # type: ignore[arg-type]


def standing() -> dict[str, str]:
    rows = HouseholdTier.objects.current().values_list("dwelling__room", "tier")
    return dict(rows.order_by("dwelling__room"))


def test_all_of_them_stand_in_the_tier_and_are_visited(hood: Hood, doors: list[Dwelling]) -> None:
    made = placed(hood, doors)
    assert standing() == dict.fromkeys(["201", "202", "301", "302"], "regular")
    assert Visit.objects.open().count() == 4
    assert (made.title, made.grid, made.is_open) == ("4 户列为“定期”", hood.grid, False)
    assert [row.verb for row in made.timeline.all()] == ["place"]


def test_undone_every_household_stands_where_it_stood(hood: Hood, doors: list[Dwelling]) -> None:
    HouseholdTier.place(dwelling=doors[1], tier=TIER.GENERAL, reason="other", facts="旧", by=hood.worker, now=MONDAY)
    made = placed(hood, doors, now=LATER)
    made.undo(by=hood.leader, now=LATER + timedelta(days=1), note="名单拿错了")
    assert standing() == {"302": "general"}
    assert HouseholdTier.objects.current().get().facts == "旧"
    assert not Visit.objects.open().exclude(plan__tier__tier=TIER.GENERAL).exists()
    row = made.timeline.get(verb="undo")
    assert (row.note, row.data) == ("名单拿错了", {"households": 4, "left": 0})


def test_whoever_was_moved_since_stays_there(hood: Hood, doors: list[Dwelling]) -> None:
    made = placed(hood, doors)
    HouseholdTier.place(dwelling=doors[0], tier=TIER.GENERAL, reason="other", by=hood.worker, now=LATER)
    made.undo(by=hood.leader, now=LATER, note="撤")
    assert standing() == {"301": "general"}
    assert made.timeline.get(verb="undo").data == {"households": 3, "left": 1}


def test_a_household_in_the_tier_already_keeps_its_visits(hood: Hood, doors: list[Dwelling]) -> None:
    HouseholdTier.place(dwelling=doors[0], tier=TIER.REGULAR, reason="alone", by=hood.worker, now=MONDAY)
    visit = Visit.objects.get()
    made = placed(hood, doors, now=LATER)
    visit.refresh_from_db()
    assert (visit.status, made.households) == ("planned", 3)
    with pytest.raises(ValidationError, match="已经在这一类"):
        placed(hood, doors, now=LATER)


def test_urgent_ones_are_told_at_once_and_missed_ones_climb_as_ever(hood: Hood, doors: list[Dwelling]) -> None:
    placed(hood, doors[:2], TIER.URGENT, by=hood.worker)
    assert Notice.objects.filter(code="visit.urgent", recipient=hood.leader).count() == 2
    sweep(MONDAY + timedelta(hours=24))
    told = Notice.objects.filter(code="visit.missed_urgent").values_list("recipient", flat=True)
    assert set(told) == {hood.leader.pk, hood.staff.pk, hood.secretary.pk}


def test_one_that_fails_leaves_all_as_they_were(hood: Hood, doors: list[Dwelling]) -> None:
    with pytest.raises(ValidationError):
        placed(hood, doors, TIER.URGENT, facts=" ")
    assert not Tiering.objects.exists()
    assert not HouseholdTier.objects.exists()


def test_only_where_one_visits(town: Town) -> None:
    ours, theirs = town.ours, town.theirs
    for by in (ours.other_worker, theirs.secretary, ours.volunteer):
        with pytest.raises(NotYours):
            placed(ours, [ours.dwelling], by=by)
    with pytest.raises(NotYours):
        placed(ours, [ours.dwelling, theirs.dwelling])
    made = placed(ours, [ours.dwelling])
    with pytest.raises(NotYours):
        made.undo(by=theirs.secretary, now=LATER, note="x")
    assert as_user(theirs.secretary).get(reverse("cases:page", args=[made.number])).status_code == 404


def test_too_many_at_once_are_refused_in_words(hood: Hood) -> None:
    rows = [Dwelling(building=hood.building, unit="9单元", room=str(n)) for n in range(MOST + 1)]
    with pytest.raises(ValidationError, match=f"一次最多 {MOST} 户"):
        placed(hood, Dwelling.objects.bulk_create(rows))


def test_it_costs_little_more_for_each_household(hood: Hood) -> None:
    counts = []
    for unit, many in (("8单元", 2), ("9单元", 12)):
        homes = [door(hood, str(n), unit) for n in range(many)]
        placed(hood, homes[:1], now=MONDAY)
        with CaptureQueriesContext(connection) as seen:
            placed(hood, homes[1:], now=LATER)
        counts.append(len(seen))
    assert (counts[1] - counts[0]) / 10 <= 13


class TestPages:
    def test_ticked_looked_over_placed_and_undone(self, hood: Hood, doors: list[Dwelling]) -> None:
        client = as_user(hood.leader)
        page = client.get(reverse("visits:tiers"), {"building": hood.building.pk}).content.decode()
        assert "302" in page
        address, homes = reverse("visits:tiers-place"), [home.pk for home in doors]
        over = client.post(address, {"homes": homes})
        assert "选了 4 户" in over.content.decode()
        key = over.context["form"]["request_key"].value()
        refused = client.post(address, {"homes": homes, "tier": "urgent", "reason": "alone"})
        assert (refused.status_code, "请写明具体情况" in refused.content.decode()) == (422, True)
        data = {"homes": homes, "tier": "regular", "reason": "alone", "note": "入冬摸底", "request_key": str(key)}
        for _twice in range(2):
            assert client.post(address, data).status_code == 302
        made = Tiering.objects.get()
        page = client.get(reverse("cases:page", args=[made.number])).content.decode()
        assert "入冬摸底" in page
        assert "独居" not in page, "why they stand there is hidden"
        client.post(reverse("cases:act", args=[made.number, "undo"]), {"note": "拿错名单"})
        assert not standing()

    def test_a_list_is_uploaded_and_what_is_not_found_is_named(self, hood: Hood, doors: list[Dwelling]) -> None:
        book, out = Workbook(), BytesIO()
        page = book.active
        assert page is not None
        name = hood.building.estate.name
        rows = [
            ["住址"],
            [f"{name}{hood.building.name}1单元302室"],
            [name, hood.building.name, "1单元", 201],
            ["不知道"],
            [f"{hood.building.name}1单元301"],
        ]
        for row in rows:
            page.append(row)
        book.save(out)
        client, address = as_user(hood.leader), reverse("visits:tiers-upload")
        answer = client.post(address, {"file": SimpleUploadedFile("名单.xlsx", out.getvalue())})
        assert sorted(home.room for home in answer.context["homes"]) == ["201", "301", "302"]
        assert "第 4 行：不知道" in answer.content.decode()
        assert answer.context["wrong"] == [(4, "不知道")]

    @pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", "地址\n不知道哪里\n".encode()])
    def test_a_list_that_helps_nobody_is_answered_in_words(self, hood: Hood, content: bytes) -> None:
        client, address = as_user(hood.leader), reverse("visits:tiers-upload")
        answer = client.post(address, {"file": SimpleUploadedFile("名单.csv", content)})
        assert (answer.status_code, bool(answer.context["names"].errors)) == (422, True)

    def test_homes_elsewhere_and_nonsense_are_not_taken(self, town: Town) -> None:
        client, address = as_user(town.ours.leader), reverse("visits:tiers-place")
        for homes in ([town.theirs.dwelling.pk], ["x"], [], ["9" * 30]):
            assert client.post(address, {"homes": homes}).status_code == 302
        data = {"homes": [town.theirs.dwelling.pk], "tier": "regular", "reason": "alone"}
        assert client.post(address, data).status_code == 422
        assert not HouseholdTier.objects.exists()

    def test_all_that_match_are_looked_over_before_anything_moves(
        self, hood: Hood, doors: list[Dwelling], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("grids.visits.views.tiers.PAGE", 2)
        HouseholdTier.place(dwelling=doors[0], tier=TIER.GENERAL, reason="other", by=hood.worker, now=MONDAY)
        client, address = as_user(hood.leader), reverse("visits:tiers-place")
        page = client.get(reverse("visits:tiers"), {"tier": "none", "building": str(hood.building.pk)})
        assert (page.context["every"], len(page.context["rows"])) == (3, 2)
        assert f"?building={hood.building.pk}&amp;tier=none" in page.content.decode()
        over = client.post(f"{address}?tier=none", {"every": "1"})
        assert [home.pk for home in over.context["homes"]] == sorted(home.pk for home in doors[1:])
        assert HouseholdTier.objects.count() == 1, "nothing has moved yet"

    def test_ticks_of_other_pages_are_kept(self, town: Town, doors: list[Dwelling]) -> None:
        client, address = as_user(town.ours.leader), reverse("visits:tiers-place")
        kept = f"{doors[1].pk},{doors[2].pk},{town.theirs.dwelling.pk},x,"
        over = client.post(address, {"homes": [doors[0].pk], "kept": kept})
        assert {home.pk for home in over.context["homes"]} == {home.pk for home in doors[:3]}

    def test_more_than_one_move_takes_is_said(
        self, hood: Hood, doors: list[Dwelling], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("grids.visits.views.tiers.MOST", 3)
        client, address = as_user(hood.leader), reverse("visits:tiers-place")
        for data in ({"every": "1"}, {"homes": [home.pk for home in doors]}):
            answer = client.post(address, data, follow=True)
            assert "一次最多 3 户" in answer.content.decode()

    def test_the_list_costs_the_same_for_few_and_many(self, hood: Hood, doors: list[Dwelling]) -> None:
        client, counts = as_user(hood.leader), []
        for _more in range(2):
            client.get(reverse("visits:tiers"))
            with CaptureQueriesContext(connection) as seen:
                assert client.get(reverse("visits:tiers")).status_code == 200
            counts.append(len(seen))
            placed(hood, [door(hood, str(n), f"{len(counts) + 6}单元") for n in range(40)])
        assert counts[0] == counts[1]
