"""What happens to laid-out duties when plans, posts and people change."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from community.core.photos import CleanPhoto
from community.core.workflow import NotNow, NotYours
from community.duties import changing, leaving
from community.duties.models import Duty, Leave, Plan
from community.duties.planning import plan_ahead
from community.duties.standing_in import settle_posts
from community.notices.models import Notice
from community.timers.models import Deadline
from community.timers.sweep import sweep
from tests.duties.conftest import Planned
from tests.neighbourhood import Hood, Town
from tests.specimens import MONDAY, a_duty

EARLY = MONDAY - timedelta(hours=3)
DAY = MONDAY.date()
PHOTO = CleanPhoto(full=b"full", thumbnail=b"thumb", width=4, height=3, sha256="0" * 64)


def leave(hood: Hood, **more: object) -> Leave:
    facts: dict[str, Any] = {"user": hood.worker, "community": hood.community, "grid": hood.grid}
    facts |= {"substitute": hood.other_worker}
    facts |= {"begins_on": DAY, "ends_on": DAY + timedelta(days=2)}
    return Leave(**(facts | more))


def doers() -> list[object]:
    duties = Duty.objects.exclude(status="called_off").select_related("assignee").order_by("day")
    return [duty.assignee for duty in duties]


@pytest.mark.django_db
class TestLeave:
    def test_duties_go_to_the_substitute_who_is_told_and_come_back(self, hood: Hood, planned: Planned) -> None:
        planned()
        plan_ahead(EARLY, days=4)
        taken = leaving.take(leave(hood), by=hood.worker, now=EARLY)
        assert doers() == [*[hood.other_worker] * 3, hood.worker]
        assert Notice.objects.filter(code="duty.reassigned", recipient=hood.other_worker).count() == 3
        assert Duty.objects.order_by("day")[0].stands_in
        leaving.end(taken, by=hood.worker, now=EARLY + timedelta(days=1))
        assert doers() == [hood.other_worker, hood.worker, hood.worker, hood.worker]
        with pytest.raises(NotNow):
            leaving.end(taken, by=hood.worker, now=EARLY + timedelta(days=1))

    def test_a_leave_in_the_middle_of_a_duty_leaves_it_with_who_began(self, hood: Hood, planned: Planned) -> None:
        planned()
        plan_ahead(EARLY, days=1)
        Duty.objects.get().start(by=hood.worker, now=MONDAY)
        leaving.take(leave(hood), by=hood.leader, now=MONDAY)
        assert doers() == [hood.worker]

    def test_what_is_laid_out_later_knows_the_leave(self, hood: Hood, planned: Planned) -> None:
        leaving.take(leave(hood), by=hood.worker, now=EARLY)
        planned()
        plan_ahead(EARLY, days=4)
        assert doers() == [*[hood.other_worker] * 3, hood.worker]

    def test_a_substitute_on_leave_too_means_the_leader(self, hood: Hood, planned: Planned) -> None:
        leaving.take(leave(hood), by=hood.worker, now=EARLY)
        leaving.take(leave(hood, user=hood.other_worker, grid=hood.other_grid, substitute=hood.worker),
                     by=hood.other_worker, now=EARLY)  # fmt: skip
        planned()
        plan_ahead(EARLY, days=1)
        assert doers() == [hood.leader]

    def test_with_everybody_away_anyone_of_the_place_may_do_it(self, hood: Hood, planned: Planned) -> None:
        for user in (hood.worker, hood.leader, hood.staff, hood.secretary):
            leaving.take(leave(hood, user=user, substitute=None), by=user, now=EARLY)
        planned()
        plan_ahead(EARLY, days=1)
        assert doers() == [None]

    def test_leaves_do_not_overlap(self, hood: Hood) -> None:
        leaving.take(leave(hood), by=hood.worker, now=EARLY)
        with pytest.raises(ValidationError, match="已经请过假"):
            leaving.take(leave(hood), by=hood.worker, now=EARLY)
        with pytest.raises(IntegrityError), transaction.atomic():
            Leave.objects.bulk_create([leave(hood, entered_by=hood.worker, entered_at=EARLY)])

    @pytest.mark.parametrize(
        "wrong", [{"begins_on": DAY + timedelta(days=9)}, {"begins_on": DAY, "ends_on": DAY + timedelta(days=400)},
                  {"begins_on": date(2026, 2, 1), "ends_on": date(2026, 2, 2)}],
    )  # fmt: skip
    def test_days_that_make_no_sense_are_refused(self, hood: Hood, wrong: dict[str, date]) -> None:
        with pytest.raises(ValidationError):
            leaving.take(leave(hood, **wrong), by=hood.worker, now=EARLY)

    def test_one_cannot_stand_in_for_oneself(self, hood: Hood) -> None:
        with pytest.raises(ValidationError, match="不能是请假人本人"):
            leaving.take(leave(hood, substitute=hood.worker), by=hood.worker, now=EARLY)

    def test_only_oneself_or_the_leader_enters_it(self, town: Town) -> None:
        for person in (town.ours.other_worker, town.theirs.secretary, town.ours.resident):
            with pytest.raises(NotYours):
                leaving.take(leave(town.ours), by=person, now=EARLY)

    def test_a_choice_by_hand_stays(self, hood: Hood, planned: Planned) -> None:
        planned()
        plan_ahead(EARLY, days=1)
        Duty.objects.get().reassign(by=hood.leader, to=hood.volunteer, now=EARLY)
        leaving.take(leave(hood), by=hood.worker, now=EARLY)
        settle_posts(EARLY)
        assert doers() == [hood.volunteer]


@pytest.mark.django_db
class TestPauses:
    def test_a_pause_calls_off_and_resuming_lays_out_again(self, hood: Hood, planned: Planned) -> None:
        plan = planned()
        plan_ahead(EARLY)
        changing.pause(
            plan, by=hood.leader, begins_on=DAY + timedelta(days=1), ends_on=None, reason="楼道粉刷", now=EARLY
        )
        assert len(doers()) == 1
        gone = Duty.objects.filter(status="called_off")
        assert gone.count() == 6
        assert gone[0].timeline.get().note == "楼道粉刷"
        assert not Deadline.objects.of(gone[0]).running().exists()
        Plan.objects.update(planned_until=None)
        assert plan_ahead(EARLY) == 0
        changing.resume(plan, by=hood.leader, now=EARLY + timedelta(days=3))
        assert len(doers()) == 8
        with pytest.raises(NotNow):
            changing.resume(plan, by=hood.leader, now=EARLY + timedelta(days=3))

    def test_pauses_do_not_overlap_nor_reach_into_the_past(self, hood: Hood, planned: Planned) -> None:
        plan = planned()
        changing.pause(plan, by=hood.leader, begins_on=DAY, ends_on=DAY, reason="维修", now=EARLY)
        for begins_on in (DAY, DAY - timedelta(days=1)):
            with pytest.raises(ValidationError):
                changing.pause(plan, by=hood.leader, begins_on=begins_on, ends_on=None, reason="维修", now=EARLY)

    def test_a_pause_needs_a_reason_and_a_leader_of_the_place(self, town: Town, planned: Planned) -> None:
        plan = planned()
        with pytest.raises(ValidationError):
            changing.pause(plan, by=town.ours.leader, begins_on=DAY, ends_on=None, reason=" ", now=EARLY)
        for person in (town.ours.worker, town.theirs.secretary):
            with pytest.raises(NotYours):
                changing.pause(plan, by=person, begins_on=DAY, ends_on=None, reason="维修", now=EARLY)

    def test_a_drawn_week_is_not_drawn_twice_by_pausing_and_resuming(self, hood: Hood, planned: Planned) -> None:
        plan = planned(rhythm="random", times_a_week=2)
        changing.save(plan, by=hood.leader, now=EARLY)
        changing.pause(plan, by=hood.leader, begins_on=DAY + timedelta(days=14), ends_on=None, reason="维修", now=EARLY)
        changing.resume(plan, by=hood.leader, now=EARLY)
        assert Duty.objects.exclude(status="called_off").count() == 2


@pytest.mark.django_db
class TestEditing:
    def test_a_changed_rule_replaces_what_has_not_begun(self, hood: Hood, planned: Planned) -> None:
        plan = planned()
        plan_ahead(EARLY)
        Duty.objects.order_by("day")[0].start(by=hood.worker, now=MONDAY)
        plan.recurrence = "FREQ=WEEKLY;BYDAY=TH"
        changing.save(plan, by=hood.leader, now=MONDAY)
        days = Duty.objects.exclude(status="called_off").order_by("day").values_list("day", flat=True)
        assert list(days) == [DAY, date(2026, 3, 5)]

    def test_a_rota_is_not_turned_by_editing(self, hood: Hood, planned: Planned) -> None:
        rota = [hood.worker, hood.leader]
        plan = planned(assigned="rota", assignee=None, rota=rota)
        plan_ahead(EARLY, days=3)
        plan.refresh_from_db()
        changing.save(plan, by=hood.leader, now=EARLY, members=rota)
        assert doers()[:3] == [hood.worker, hood.leader, hood.worker]

    def test_others_may_not(self, town: Town, planned: Planned) -> None:
        for person in (town.ours.worker, town.theirs.secretary):
            with pytest.raises(NotYours):
                changing.save(planned(), by=person, now=EARLY)


@pytest.mark.django_db
class TestMissing:
    def test_without_catching_up_the_close_is_the_end(self, hood: Hood) -> None:
        duty = a_duty(hood)
        assert duty.due_at == duty.closes_at
        sweep(duty.closes_at)
        duty.refresh_from_db()
        assert duty.status == "missed"
        told = set(Notice.objects.filter(code__startswith="duty.missed").values_list("recipient__name", flat=True))
        assert told == {str(hood.worker), str(hood.leader), str(hood.staff), str(hood.secretary)}

    def test_an_alarm_that_ends_with_the_leader(self, hood: Hood) -> None:
        duty = a_duty(hood, alarm=1)
        sweep(duty.closes_at)
        assert {n.recipient for n in Notice.objects.filter(code__startswith="duty.missed")} == {
            hood.worker,
            hood.leader,
        }

    def test_within_two_days_it_may_still_be_done_while_the_ladder_is_climbed(self, hood: Hood) -> None:
        duty = a_duty(hood, catch_up="within", catch_up_days=2)
        sweep(duty.closes_at)
        duty.refresh_from_db()
        assert duty.status == "planned"
        assert {n.recipient for n in Notice.objects.filter(code="clock.missed")} == {hood.worker, hood.leader}
        sweep(duty.closes_at + timedelta(hours=10))
        assert {n.recipient for n in Notice.objects.filter(code="clock.missed")} >= {hood.staff, hood.secretary}
        duty.finish(by=hood.worker, now=duty.closes_at + timedelta(days=1))
        assert duty.is_late
        assert not Deadline.objects.of(duty).running().exists()

    def test_after_the_last_moment_it_is_missed(self, hood: Hood) -> None:
        duty = a_duty(hood, catch_up="within", catch_up_days=2)
        sweep(duty.closes_at + timedelta(days=2))
        duty.refresh_from_db()
        assert duty.status == "missed"

    def test_the_next_one_counts_for_it(self, hood: Hood, planned: Planned) -> None:
        planned(catch_up="next", catch_up_days=3)
        plan_ahead(EARLY, days=2)
        first, second = Duty.objects.order_by("day")
        sweep(first.closes_at)
        second.finish(by=hood.worker, now=second.opens_at)
        first.refresh_from_db()
        assert (first.status, first.timeline.get(verb="cover").verb) == ("done", "cover")

    def test_grace(self, hood: Hood) -> None:
        duty = a_duty(hood, grace=30)
        sweep(duty.closes_at + timedelta(minutes=29))
        duty.refresh_from_db()
        assert duty.status == "planned"
        sweep(duty.closes_at + timedelta(minutes=30))
        duty.refresh_from_db()
        assert duty.status == "missed"


@pytest.mark.django_db
class TestProof:
    def test_a_photo_or_a_line_as_the_plan_asks(self, hood: Hood, settings: object, tmp_path: object) -> None:
        settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
        duty = a_duty(hood, proof="photo")
        with pytest.raises(ValidationError, match="照片"):
            duty.finish(by=hood.worker, now=MONDAY)
        duty.finish(by=hood.worker, now=MONDAY, photos=[PHOTO])
        assert duty.attachments.get().url.startswith("/duties/photos/")
        noted = a_duty(hood, proof="note")
        with pytest.raises(ValidationError, match="完成情况"):
            noted.finish(by=hood.worker, now=MONDAY, note="  ")
        noted.finish(by=hood.worker, now=MONDAY, note="四具都有效")

    def test_nobody_else_does_it(self, town: Town) -> None:
        duty = a_duty(town.ours)
        for person in (town.ours.leader, town.ours.resident, town.theirs.worker):
            with pytest.raises(NotYours):
                duty.finish(by=person, now=MONDAY)
