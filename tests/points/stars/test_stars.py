"""Stars of a half-year, stars of hours, and certificates."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from community.core.workflow import NotNow, NotYours
from community.notices.models import Notice
from points import ledger
from points.models import Asset, Certificate, Star, StarPeriod, StarThreshold, VolunteerStar, issuance
from points.stars.closing import close_due, reach_due
from points.stars.paper import certificate_pdf
from tests.neighbourhood import Hood, Town
from tests.points.purses import NOON, details, give, purse_of, sink_of
from tests.specimens import a_wish

JULY = datetime(2026, 7, 5, 4, tzinfo=UTC)


def serve(hood: Hood, hours: int, key: str = "") -> None:
    give(hood.volunteer, hours * 60, key, Asset.HOURS)


def test_a_half_year_is_closed_once_and_counts_what_was_given(hood: Hood) -> None:
    give(hood.volunteer, 70)
    wrong = give(hood.volunteer, 500)
    ledger.reverse(wrong, **details())
    held = ledger.hold(purse_of(hood.volunteer), 50, **details())
    ledger.settle(held, [(sink_of(hood.volunteer), 50)], **details())  # spending takes nothing from merit
    give(hood.party_member, 9)
    give(hood.neighbour, 30)
    assert close_due(JULY) == 3  # every community of the town
    assert close_due(JULY) == 0
    assert [(star.user, star.stars, star.points) for star in Star.objects.order_by("stars")] == [
        (hood.neighbour, 2, 30),
        (hood.volunteer, 3, 70),
    ]
    assert Notice.objects.get(recipient=hood.volunteer).title == "2026 年上半年，您评为 3 星"


def test_nothing_is_closed_before_phones_have_handed_in(hood: Hood) -> None:
    give(hood.volunteer, 70)
    assert close_due(datetime(2026, 7, 3, 4, tzinfo=UTC)) == 0
    assert not StarPeriod.objects.exists()


def test_what_falls_beside_the_half_year_does_not_count(hood: Hood) -> None:
    entries = [(issuance(hood.community.pk), -70), (purse_of(hood.volunteer), 70)]
    for key, at in (
        ("before", datetime(2025, 12, 31, 15, tzinfo=UTC)),
        ("after", datetime(2026, 6, 30, 16, tzinfo=UTC)),
    ):
        ledger.post(entries, key=key, source=ledger.Source("x"), now=at)
    close_due(JULY)
    assert not Star.objects.exists()


@pytest.mark.parametrize(("rating", "stars"), [(5, 4), (4, 4), (3, 3)])
def test_ratings_hold_back_the_higher_stars(hood: Hood, rating: int, stars: int) -> None:
    give(hood.volunteer, 100)
    wish = a_wish(hood)
    wish.publish(by=hood.staff, now=NOON)
    wish.claim(by=hood.volunteer, now=NOON)
    wish.fulfil(by=hood.volunteer, now=NOON, note="好了")
    wish.confirm(by=hood.resident, now=NOON, rating=rating)
    close_due(JULY)
    star = Star.objects.get()
    assert (star.stars, star.rating, star.rated) == (stars, Decimal(rating), 1)


def test_a_community_has_thresholds_of_its_own(hood: Hood) -> None:
    StarThreshold.objects.create(kind="points", community=hood.community, stars=1, at_least=500)
    give(hood.volunteer, 400)
    close_due(JULY)
    assert not Star.objects.exists()


def test_whoever_has_left_or_moved_is_not_judged(town: Town) -> None:
    hood = town.ours
    give(hood.volunteer, 70)
    give(hood.neighbour, 70)
    hood.volunteer.is_active = False
    hood.volunteer.save()
    hood.neighbour.community = town.theirs.community
    hood.neighbour.save()
    close_due(JULY)
    assert not Star.objects.exists()


@pytest.mark.parametrize("wrong", [{"stars": 0}, {"stars": 6}, {"stars": 2, "rating": Decimal("5.1")},
                                   {"stars": 2, "kind": "hours", "rating": Decimal("4.0")}])  # fmt: skip
def test_a_senseless_threshold_is_refused(hood: Hood, wrong: dict) -> None:
    facts = {"kind": "points", "community": hood.community, "at_least": 1} | wrong
    with pytest.raises(IntegrityError), transaction.atomic():
        StarThreshold.objects.create(**facts)


def test_hours_bring_stars_for_good_and_points_do_not_count(hood: Hood) -> None:
    give(hood.volunteer, 100_000)
    serve(hood, 99)
    assert reach_due(NOON) == 0
    serve(hood, 201)
    assert reach_due(NOON) == 2  # 100 and 300
    assert reach_due(NOON) == 0
    assert sorted(VolunteerStar.objects.values_list("stars", flat=True)) == [1, 2]
    assert not Star.objects.exists()
    assert Notice.objects.filter(code="star.served").count() == 2


def test_a_certificate_proves_hours_to_anybody(hood: Hood) -> None:
    serve(hood, 120)
    reach_due(NOON)
    made = Certificate.issue(by=hood.volunteer, community=hood.community, now=NOON)
    again = Certificate.issue(by=hood.volunteer, community=hood.community, now=NOON)
    assert again.pk == made.pk
    assert (made.minutes, made.stars) == (7200, 1)
    stranger = Client()
    page = stranger.get(f"/certificate/{made.key.lower()}/").content.decode()
    assert "有效" in page
    assert "120 小时" in page
    assert str(hood.volunteer) not in page
    assert stranger.get("/certificate/NOSUCHCODE12/").status_code == 404
    assert certificate_pdf(made, "https://example.org/c")[:5] == b"%PDF-"


def test_a_certificate_is_ones_own_and_needs_hours(hood: Hood) -> None:
    with pytest.raises(NotNow):
        Certificate.issue(by=hood.volunteer, community=hood.community)
    serve(hood, 10)
    made = Certificate.issue(by=hood.volunteer, community=hood.community, full_name=True)
    for user, status in ((hood.volunteer, 200), (hood.neighbour, 404), (hood.secretary, 404)):
        client = Client()
        client.force_login(user)
        assert client.get(f"/points/certificates/{made.pk}/paper/").status_code == status
    assert str(hood.volunteer) in Client().get(f"/certificate/{made.key}/").content.decode()


def test_a_revoked_certificate_says_so(hood: Hood) -> None:
    serve(hood, 10)
    made = Certificate.issue(by=hood.volunteer, community=hood.community)
    with pytest.raises(NotYours):
        made.revoke(by=hood.volunteer, reason="x")
    made.revoke(by=hood.secretary, reason="时长有误")
    with pytest.raises(NotNow):
        made.revoke(by=hood.secretary, reason="再来")
    assert "已作废" in Client().get(f"/certificate/{made.key}/").content.decode()
    assert Certificate.issue(by=hood.volunteer, community=hood.community).pk != made.pk


def test_the_desk_finds_a_certificate_and_revokes_it(town: Town) -> None:
    hood = town.ours
    serve(hood, 10)
    made = Certificate.issue(by=hood.volunteer, community=hood.community)
    desk, address = Client(), f"/points/certificates/{made.pk}/"
    desk.force_login(hood.secretary)
    assert made.number in desk.get("/points/certificates/", {"words": made.key.lower()}).content.decode()
    assert made.number not in desk.get("/points/certificates/", {"words": "FW0"}).content.decode()
    assert desk.post(address, {"reason": " "}).status_code == 422
    assert desk.post(address, {"reason": "时长有误"}).status_code == 302
    assert desk.post(address, {"reason": "再来"}).status_code == 302  # told, and nothing changes
    made.refresh_from_db()
    assert made.reason == "时长有误"
    assert Notice.objects.get(recipient=hood.volunteer, code="certificate.revoked").body.startswith("时长有误")
    desk.force_login(town.theirs.secretary)
    assert desk.get(address).status_code == 404
    assert made.number not in desk.get("/points/certificates/").content.decode()


def test_ones_own_page_and_the_communitys_figures(hood: Hood) -> None:
    give(hood.volunteer, 70)
    serve(hood, 120)
    close_due(JULY)
    reach_due(JULY)
    client = Client()
    client.force_login(hood.volunteer)
    page = client.get("/points/stars/").content.decode()
    assert "2026 年上半年" in page
    assert "1 星志愿者" in page
    client.post("/points/certificates/new/")
    client.post("/points/certificates/new/")
    assert Certificate.objects.count() == 1
    assert '<b class="ml-num">120</b>' in page
    client.force_login(hood.secretary)
    overview = client.get("/points/stars/community/").content.decode()
    assert "2026 年上半年" in overview
    assert str(hood.volunteer) not in overview
