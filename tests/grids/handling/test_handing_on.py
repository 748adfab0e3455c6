"""From hand to hand: who was given an incident, who signed for it, and who answers for it meanwhile."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client

from community.access.models import Post, Role
from community.access.models.post import sync_terms
from community.core.workflow import NotYours
from community.directory.models import User
from community.notices.models import Notice
from community.timers.models import Deadline
from grids.models import Incident
from tests.grids.conftest import MONDAY, Report
from tests.neighbourhood import Hood, Town, account

S = Incident.Status
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def handled(hood: Hood, report: Report) -> Incident:
    """Signed for by the grid's worker."""
    return report().respond(by=hood.worker, now=MONDAY)


def test_whoever_signed_first_stays_accountable_until_another_signs(hood: Hood, handled: Incident) -> None:
    handled.dispatch(by=hood.staff, now=MONDAY + HOUR, level=1, note="协调物业")
    assert (handled.handler, handled.accountable) == (None, hood.worker)
    handled.respond(by=hood.secretary, now=MONDAY + 2 * HOUR)
    assert (handled.handler, handled.accountable) == (hood.secretary, hood.secretary)


def test_a_colleague_has_to_sign_for_what_is_handed_over(hood: Hood, handled: Incident) -> None:
    handled.transfer(by=hood.worker, now=MONDAY + HOUR, handler=hood.leader, note="我请假")
    assert (handled.status, handled.awaits_user, handled.accountable) == (S.REPORTED, hood.leader, hood.worker)
    assert Notice.objects.get(code="incident.transferred").recipient == hood.leader
    handled.respond(by=hood.leader, now=MONDAY + 2 * HOUR)
    assert handled.accountable == hood.leader


def test_nobody_is_handed_what_they_cannot_handle(town: Town, handled: Incident) -> None:
    hood = town.ours
    for person in (hood.resident, hood.other_worker, town.theirs.worker, hood.worker):
        with pytest.raises(ValidationError, match="另一位同事"):
            handled.transfer(by=hood.worker, now=MONDAY, handler=person, note="我请假")


def test_a_partner_unit_signs_through_its_liaison(hood: Hood, handled: Incident) -> None:
    assert not Incident.objects.visible_to(hood.partner).exists()
    handled.dispatch(by=hood.staff, now=MONDAY + HOUR, unit=hood.unit, note="属于贵单位")
    assert (handled.unit, handled.awaits_user, handled.level) == (hood.unit, hood.partner, 1)
    assert Incident.objects.visible_to(hood.partner).get() == handled
    assert Notice.objects.get(code="incident.dispatched").recipient == hood.partner
    handled.respond(by=hood.partner, now=MONDAY + 2 * HOUR)
    handled.resolve(by=hood.partner, now=MONDAY + 3 * HOUR, note="已修好")
    handled.verify(by=hood.leader, now=MONDAY + 3 * HOUR)


def test_a_unit_is_given_work_by_its_community_alone(town: Town, handled: Incident) -> None:
    hood = town.ours
    with pytest.raises(ValidationError, match="只有社区"):
        handled.dispatch(by=hood.worker, now=MONDAY, unit=hood.unit, note="请处理")
    with pytest.raises(ValidationError, match="只有社区"):
        handled.dispatch(by=hood.staff, now=MONDAY, unit=town.theirs.unit, note="请处理")
    Post.objects.get(user=hood.partner).end(by=None)
    with pytest.raises(ValidationError, match="联络员"):
        handled.dispatch(by=hood.staff, now=MONDAY, unit=hood.unit, note="请处理")


def test_the_community_takes_back_what_a_unit_has(hood: Hood, handled: Incident) -> None:
    handled.dispatch(by=hood.staff, now=MONDAY, unit=hood.unit, note="属于贵单位")
    handled.respond(by=hood.partner, now=MONDAY)
    handled.dispatch(by=hood.staff, now=MONDAY, level=1, note="改由社区办理")
    assert (handled.unit, handled.handler, handled.accountable) == (None, None, hood.partner)
    assert Incident.objects.visible_to(hood.partner).exists(), "accountable until somebody signs"


def test_a_worker_gives_nothing_down_or_below_where_it_began(hood: Hood, handled: Incident, report: Report) -> None:
    handled.dispatch(by=hood.worker, now=MONDAY, level=1, note="需要协调")
    with pytest.raises(NotYours):
        handled.dispatch(by=hood.worker, now=MONDAY, level=0, handler=hood.leader, note="还是给网格")
    gridless = report(building=None, place="西门外")
    with pytest.raises(ValidationError, match="上一级"):
        gridless.dispatch(by=hood.staff, now=MONDAY, level=0, note="给网格")


class TestObjection:
    """派单异议, decided by the community."""

    @pytest.fixture
    def given(self, hood: Hood, handled: Incident) -> Incident:
        return handled.dispatch(by=hood.staff, now=MONDAY, unit=hood.unit, note="属于贵单位")

    def test_an_objection_waits_for_the_community(self, hood: Hood, given: Incident) -> None:
        given.dispute(by=hood.partner, now=MONDAY + HOUR, note="不是我们的线路")
        assert (given.status, given.awaits_perm) == (S.DISPUTED, "dispatch_incidents")
        assert given.accountable == hood.worker
        told = Notice.objects.filter(code="incident.disputed").values_list("recipient", flat=True)
        assert set(told) == {hood.staff.pk, hood.secretary.pk}
        # The reporter's promise runs on meanwhile, and deciding has a limit of its own.
        clocks = Deadline.objects.of(given).running().values_list("clock", flat=True)
        assert set(clocks) == {"handle", "decide"}

    def test_a_right_objection_returns_it_to_where_it_came_from(self, hood: Hood, given: Incident) -> None:
        given.dispute(by=hood.partner, now=MONDAY, note="不是我们的线路")
        given.uphold(by=hood.secretary, now=MONDAY + HOUR)
        assert (given.status, given.unit, given.awaits_user) == (S.REPORTED, None, hood.staff)

    def test_a_wrong_one_leaves_it_and_is_the_last(self, hood: Hood, given: Incident) -> None:
        given.dispute(by=hood.partner, now=MONDAY, note="不是我们的线路")
        with pytest.raises(ValidationError, match="为什么"):
            given.overrule(by=hood.secretary, now=MONDAY)
        given.overrule(by=hood.secretary, now=MONDAY + HOUR, note="图纸显示是贵单位的")
        assert (given.status, given.unit, given.awaits_user) == (S.REPORTED, hood.unit, hood.partner)
        with pytest.raises(NotYours):
            given.dispute(by=hood.partner, now=MONDAY + HOUR, note="真不是")
        given.respond(by=hood.partner, now=MONDAY + HOUR)

    def test_nobody_decides_their_own_objection(self, hood: Hood, handled: Incident) -> None:
        handled.dispatch(by=hood.worker, now=MONDAY, level=1, note="需要协调")
        handled.dispute(by=hood.staff, now=MONDAY, note="网格可以处理")
        with pytest.raises(NotYours):
            handled.uphold(by=hood.staff, now=MONDAY)
        handled.uphold(by=hood.secretary, now=MONDAY)
        assert (handled.level, handled.awaits_user) == (0, hood.worker)

    def test_what_was_signed_for_can_no_longer_be_objected_to(self, hood: Hood, handled: Incident) -> None:
        assert "dispute" not in [move.verb for move in handled.moves_for(hood.worker)]


class TestLeaving:
    """A post that ends mid-case: the incident falls to whoever leads there."""

    def test_it_falls_to_the_leader_who_signs(self, hood: Hood, handled: Incident) -> None:
        with time_machine.travel(MONDAY + DAY, tick=False):
            Post.objects.get(user=hood.worker).end(by=None)
        handled.refresh_from_db()
        assert (handled.status, handled.handler, handled.accountable) == (S.REPORTED, hood.leader, hood.leader)
        entry = handled.timeline.get(verb="fall_to_leader")
        assert (entry.actor, entry.data) == (None, {"from": hood.worker.name, "to": hood.leader.name})
        assert Notice.objects.get(code="incident.fallen").recipient == hood.leader
        assert "respond" in Deadline.objects.of(handled).running().values_list("clock", flat=True)

    def test_it_falls_at_the_end_of_the_term_as_well_and_once(self, hood: Hood, handled: Incident) -> None:
        Post.objects.filter(user=hood.worker).update(ends_on=date(2026, 3, 4))
        sync_terms(date(2026, 3, 4))
        handled.refresh_from_db()
        assert handled.handler == hood.worker
        sync_terms(date(2026, 3, 5))
        sync_terms(date(2026, 3, 6))
        assert handled.timeline.filter(verb="fall_to_leader").count() == 1

    def test_a_disabled_account_leaves_its_work_behind_though_the_post_goes_on(
        self, client: Client, hood: Hood, town: Town, handled: Incident
    ) -> None:
        client.force_login(town.admin)
        page = client.get(f"/admin/directory/user/{hood.worker.pk}/change/").context["adminform"].form
        given = {name: page.initial.get(name) or "" for name in page.fields if page.initial.get(name) is not False}
        answer = client.post(f"/admin/directory/user/{hood.worker.pk}/change/", {**given, "is_active": ""})
        assert answer.status_code == 302
        handled.refresh_from_db()
        assert (handled.handler, handled.accountable) == (hood.leader, hood.leader)
        assert Post.objects.get(user=hood.worker).ends_on is None

    def test_whoever_is_disabled_otherwise_is_noticed_the_next_night(self, hood: Hood, handled: Incident) -> None:
        User.objects.filter(pk=hood.worker.pk).update(is_active=False)
        sync_terms(date(2026, 3, 4))
        sync_terms(date(2026, 3, 5))
        handled.refresh_from_db()
        assert handled.handler == hood.leader
        assert handled.timeline.filter(verb="fall_to_leader").count() == 1

    def test_whoever_answers_for_an_unsigned_dispatch_is_followed_by_the_leader(
        self, hood: Hood, handled: Incident
    ) -> None:
        handled.dispatch(by=hood.worker, now=MONDAY, handler=hood.staff, level=1, note="需要协调")
        assert (handled.handler, handled.accountable) == (hood.staff, hood.worker)
        Post.objects.get(user=hood.worker).end(by=None)
        handled.refresh_from_db()
        assert (handled.status, handled.handler, handled.accountable) == (S.REPORTED, hood.staff, hood.secretary)
        assert handled.timeline.get(verb="answer_instead").data == {"from": str(hood.worker), "to": str(hood.secretary)}
        handled.respond(by=hood.staff, now=MONDAY)
        assert handled.accountable == hood.staff

    def test_without_a_leader_the_level_has_it_together(self, hood: Hood, report: Report) -> None:
        incident = report().respond(by=hood.leader, now=MONDAY)
        Post.objects.get(user=hood.leader).end(by=None)
        incident.refresh_from_db()
        # The community stands in for a grid without a leader; here nobody holds that duty at all.
        assert (incident.handler, incident.awaits_perm) == (None, "handle_incidents")

    def test_whoever_still_may_handle_it_keeps_it(self, hood: Hood, handled: Incident) -> None:
        Post.begin(user=hood.worker, role=Role.objects.get(code="community_staff"), scope=hood.community, by=None)
        Post.objects.get(user=hood.worker, role__code="grid_worker").end(by=None)
        handled.refresh_from_db()
        assert (handled.status, handled.handler) == (S.HANDLING, hood.worker)

    def test_what_a_reporter_reopens_after_the_handler_left_goes_to_the_leader(
        self, hood: Hood, handled: Incident
    ) -> None:
        handled.resolve(by=hood.worker, now=MONDAY, note="已清运")
        handled.verify(by=hood.staff, now=MONDAY)
        Post.objects.get(user=hood.worker).end(by=None)
        handled.refresh_from_db()
        handled.reopen(by=hood.resident, now=MONDAY + HOUR, note="又堆满了")
        assert handled.handler == hood.leader


def test_a_second_liaison_can_be_named(hood: Hood, handled: Incident) -> None:
    other = account(hood.community, "partner_liaison", hood.unit)
    handled.dispatch(by=hood.staff, now=MONDAY, unit=hood.unit, handler=other, note="请处理")
    assert handled.awaits_user == other
    with pytest.raises(ValidationError, match="联络员"):
        handled.dispatch(by=hood.staff, now=MONDAY, unit=hood.unit, handler=hood.leader, note="请处理")
