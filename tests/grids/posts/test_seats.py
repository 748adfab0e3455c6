"""Posts that are empty or about to be raise themselves, are offered, claimed and filled; nobody overlooks a gap."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError

from community.access.models import Establishment, Post, Role
from community.access.strength import coverage, strengths_of
from community.core.models import Case
from community.core.workflow import NotNow, NotYours
from community.notices.models import Notice
from community.timers.sweep import sweep
from grids.posts.models import Licence, Reservist, Seat
from grids.posts.watch import watch_posts
from tests.neighbourhood import Hood, Town
from tests.specimens import MONDAY

TODAY = MONDAY.date()


@pytest.fixture(autouse=True)
def _on_monday() -> Any:
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def nothing_required(db: None) -> None:
    """So that a test watches one role alone."""
    Role.objects.update(per_grid=0)


def role(code: str) -> Role:
    return Role.objects.get(code=code)


def seats(hood: Hood, **facts: Any) -> list[Seat]:
    return list(Seat.objects.filter(community=hood.community, **facts).order_by("pk"))


@pytest.fixture
def offered(hood: Hood) -> Seat:
    return Seat.put_up(by=hood.leader, role=role("lane_steward"), community=hood.community, grid=hood.grid)


class TestTheWatch:
    def test_one_who_is_missing_becomes_a_seat_to_fill(self, hood: Hood, nothing_required: None) -> None:
        Role.objects.filter(code="parttime_worker").update(per_grid=2)
        for expected in (4, 0):  # two grids lack two each; a second look finds nothing new
            assert watch_posts() >= expected
        found = seats(hood, role__code="parttime_worker")
        assert [seat.status for seat in found] == ["vacant"] * 4
        assert {seat.grid for seat in found} == {hood.grid, hood.other_grid}

    def test_a_second_look_raises_nothing_twice(self, hood: Hood) -> None:
        watch_posts()
        before = Seat.objects.count()
        assert before > 0
        assert watch_posts() == 0
        assert Seat.objects.count() == before

    def test_it_waits_for_whoever_fills_the_post(self, hood: Hood, nothing_required: None) -> None:
        for code, perm, told in (
            ("micro_worker", "lead_grid", hood.leader),
            ("deputy_leader", "manage_posts", hood.secretary),
        ):
            seat = Seat.find_vacant(role=role(code), community=hood.community, grid=hood.grid)
            assert Case.objects.get(pk=seat.pk).awaits_perm == perm
            assert (
                Notice.objects.filter(code="seat.vacant", case=seat).values_list("recipient", flat=True).first()
                == told.pk
            )

    def test_an_appointment_made_elsewhere_closes_it(self, hood: Hood, nothing_required: None) -> None:
        Establishment.objects.create(community=hood.community, grid=hood.grid, role=role("micro_worker"), required=1)
        watch_posts()
        Post.begin(user=hood.neighbour, role=role("micro_worker"), scope=hood.grid, by=hood.secretary)
        watch_posts()
        assert [(seat.status, seat.post) for seat in seats(hood)] == [("filled", None)]

    def test_a_withdrawn_vacancy_is_not_raised_the_next_day(self, hood: Hood, nothing_required: None) -> None:
        Establishment.objects.create(community=hood.community, grid=hood.grid, role=role("micro_worker"), required=1)
        watch_posts()
        seats(hood)[0].withdraw(by=hood.leader, note="这个网格暂时不设")
        assert watch_posts(MONDAY + timedelta(days=1)) == 0

    def test_an_ignored_vacancy_climbs_the_ladder(self, hood: Hood) -> None:
        seat = Seat.find_vacant(role=role("micro_worker"), community=hood.community, grid=hood.grid)
        sweep(MONDAY + timedelta(days=60))
        assert Case.objects.get(pk=seat.pk).tier == Case.Tier.STREET

    def test_a_term_that_ends_within_thirty_days_is_told_once(self, hood: Hood, nothing_required: None) -> None:
        post = a_post(hood, "micro_worker", ends=TODAY + timedelta(days=20))
        a_post(hood, "lane_steward", ends=TODAY + timedelta(days=40))
        watch_posts()
        watch_posts()
        seat = seats(hood)[0]
        assert (seat.status, seat.former, seat.from_day) == ("expiring", post, TODAY + timedelta(days=21))
        assert len(seats(hood)) == 1
        assert Notice.objects.filter(code="seat.expiring", recipient=hood.leader).count() == 1

    def test_renewed_by_hand_it_closes(self, hood: Hood, nothing_required: None) -> None:
        post = a_post(hood, "micro_worker", ends=TODAY + timedelta(days=20))
        watch_posts()
        Post.begin(user=post.user, role=post.role, scope=hood.grid, by=None, begins_on=TODAY + timedelta(days=21))
        watch_posts()
        assert [seat.status for seat in seats(hood)] == ["filled"]

    def test_a_term_that_ended_unrenewed_is_not_raised_a_second_time(self, hood: Hood, nothing_required: None) -> None:
        Establishment.objects.create(community=hood.community, grid=hood.grid, role=role("micro_worker"), required=1)
        a_post(hood, "micro_worker", ends=TODAY + timedelta(days=20))
        watch_posts()
        assert watch_posts(MONDAY + timedelta(days=30)) == 0
        assert [seat.status for seat in seats(hood)] == ["expiring"]


def a_post(hood: Hood, code: str, ends: date) -> Post:
    return Post.begin(
        user=hood.neighbour, role=role(code), scope=hood.grid, by=None, begins_on=date(2025, 1, 1), ends_on=ends
    )


class TestClaiming:
    def test_offered_claimed_approved(self, hood: Hood, offered: Seat) -> None:
        assert offered in Seat.objects.visible_to(hood.neighbour)
        offered.claim(by=hood.neighbour, note="我住这条巷子")
        assert Notice.objects.filter(code="seat.claimed", recipient=hood.leader).exists()
        offered.approve(by=hood.leader)
        post = offered.post
        assert post is not None
        assert (post.user, post.scope, post.begins_on, post.appointed_by) == (
            hood.neighbour, hood.grid, TODAY, hood.leader,
        )  # fmt: skip
        assert post.ends_on == date(2028, 3, 1)
        assert Licence.objects.get(post=post).state_on(TODAY) == "valid"
        assert [row.verb for row in offered.timeline.all()] == ["put_up", "claim", "approve"]

    def test_somebody_was_faster(self, hood: Hood, offered: Seat) -> None:
        offered.claim(by=hood.neighbour)
        with pytest.raises(NotNow):
            offered.claim(by=hood.volunteer)

    def test_nobody_claims_what_they_hold(self, hood: Hood, offered: Seat) -> None:
        a_post(hood, "lane_steward", ends=date(2027, 1, 1))
        with pytest.raises(NotNow, match="您已在这里担任这个岗位"):
            offered.claim(by=hood.neighbour)

    def test_an_overlap_at_approval_is_said_in_words(self, hood: Hood, offered: Seat) -> None:
        offered.claim(by=hood.neighbour)
        a_post(hood, "lane_steward", ends=date(2027, 1, 1))
        with pytest.raises(ValidationError, match="任期不能重叠"):
            offered.approve(by=hood.leader)
        offered.refresh_from_db()
        assert offered.status == "claimed"

    def test_refused_with_a_reason_it_is_open_again(self, hood: Hood, offered: Seat) -> None:
        offered.claim(by=hood.neighbour)
        with pytest.raises(ValidationError):
            offered.refuse(by=hood.leader)
        offered.refuse(by=hood.leader, note="请先参加培训")
        assert (offered.status, offered.handler) == ("offered", None)
        notice = Notice.objects.get(code="seat.refused")
        assert (notice.recipient, notice.body) == (hood.neighbour, "请先参加培训")

    def test_a_leader_cannot_give_powers(self, hood: Hood) -> None:
        """Posts that bring permissions are the secretary's to fill."""
        with pytest.raises(NotYours):
            Seat.put_up(by=hood.leader, role=role("grid_worker"), community=hood.community, grid=hood.other_grid)
        seat = Seat.put_up(by=hood.secretary, role=role("deputy_leader"), community=hood.community, grid=hood.grid)
        seat.claim(by=hood.neighbour)
        with pytest.raises(NotYours):
            seat.approve(by=hood.leader)
        seat.approve(by=hood.secretary)

    def test_nobody_approves_themself(self, hood: Hood, offered: Seat) -> None:
        offered.claim(by=hood.leader)
        with pytest.raises(NotYours):
            offered.approve(by=hood.leader)

    def test_another_community_neither_sees_nor_claims(self, town: Town, offered: Seat) -> None:
        stranger = town.theirs.resident
        assert offered not in Seat.objects.visible_to(stranger)
        with pytest.raises(NotYours):
            offered.claim(by=stranger)

    def test_a_grid_post_needs_a_grid(self, hood: Hood) -> None:
        with pytest.raises(ValidationError):
            Seat.put_up(by=hood.secretary, role=role("lane_steward"), community=hood.community, grid=None)

    def test_renewed_for_another_term(self, hood: Hood, nothing_required: None) -> None:
        post = a_post(hood, "micro_worker", ends=TODAY + timedelta(days=20))
        watch_posts()
        seat = seats(hood)[0]
        seat.renew(by=hood.leader)
        assert seat.post is not None
        assert (seat.post.user, seat.post.begins_on) == (post.user, TODAY + timedelta(days=21))


class TestTheReserve:
    def test_what_is_offered_is_told_to_those_whom_it_fits(self, hood: Hood) -> None:
        Reservist.join(by=hood.neighbour, skills="水电、理发", hopes=[role("lane_steward")])
        Reservist.join(by=hood.volunteer, skills="会计", hopes=[role("steward_policy")])
        Reservist.join(by=hood.party_member, skills="")  # whatever is needed
        Seat.put_up(by=hood.leader, role=role("lane_steward"), community=hood.community, grid=hood.grid)
        told = set(Notice.objects.filter(code="seat.wanted").values_list("recipient", flat=True))
        assert told == {hood.neighbour.pk, hood.party_member.pk}

    def test_one_enters_once_and_leaves_freely(self, hood: Hood) -> None:
        first = Reservist.join(by=hood.neighbour, skills="理发")
        again = Reservist.join(by=hood.neighbour, skills="理发、修鞋")
        assert (first, again.skill_list) == (again, ["理发", "修鞋"])
        with pytest.raises(NotNow):
            again.leave(by=hood.leader)
        again.leave(by=hood.neighbour)
        assert not Reservist.objects.current().exists()


def test_coverage_counts_what_is_required_and_filled(hood: Hood, nothing_required: None) -> None:
    assert coverage(strengths_of(hood.community, TODAY)) is None
    Role.objects.filter(code__in=["grid_worker", "parttime_worker"]).update(per_grid=1)
    rows = strengths_of(hood.community, TODAY)
    assert (sum(row.required for row in rows), sum(row.missing for row in rows), coverage(rows)) == (4, 2, 50)
    Establishment.objects.create(community=hood.community, grid=hood.grid, role=role("grid_worker"), required=3)
    assert coverage(strengths_of(hood.community, TODAY)) == 33


class TestLicences:
    @pytest.fixture
    def licence(self, hood: Hood) -> Licence:
        return Licence.issue(a_post(hood, "lane_steward", ends=date(2026, 12, 31)), by=hood.leader)

    def test_valid_expired_left_withdrawn(self, hood: Hood, licence: Licence) -> None:
        assert licence.state_on(TODAY) == "valid"
        licence.expires_on = date(2026, 6, 30)
        assert licence.state_on(date(2026, 7, 1)) == "expired"
        licence.post.end(by=hood.secretary, on=date(2026, 5, 1))
        assert licence.state_on(date(2026, 5, 1)) == "left"
        licence.withdraw(by=hood.leader, reason="证件遗失")
        assert licence.state_on(TODAY) == "withdrawn"
        with pytest.raises(NotNow):
            licence.withdraw(by=hood.leader, reason="再收一次")

    def test_one_standing_licence_a_post(self, hood: Hood, licence: Licence) -> None:
        assert Licence.issue(licence.post, by=hood.leader) == licence
        licence.withdraw(by=hood.leader, reason="照片换新")
        assert Licence.issue(licence.post, by=hood.leader) != licence

    def test_the_holder_alone_agrees_to_the_full_name(self, hood: Hood, licence: Licence) -> None:
        assert licence.shown_name == "r" + "*" * (len(str(hood.neighbour)) - 1)
        with pytest.raises(NotYours):
            licence.show_name(True, by=hood.leader)
        licence.show_name(True, by=hood.neighbour)
        assert licence.shown_name == str(hood.neighbour)

    def test_only_those_who_fill_the_post_give_and_take(self, town: Town, licence: Licence) -> None:
        for person in (town.ours.worker, town.theirs.secretary, town.ours.resident):
            with pytest.raises(NotYours):
                licence.withdraw(by=person, reason="不该")
        with pytest.raises(NotNow):
            Licence.issue(licence.post, by=None, now=datetime(2027, 1, 2, tzinfo=MONDAY.tzinfo))
