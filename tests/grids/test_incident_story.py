"""The life of an incident, as its people meet it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils.translation import override

from community.core.models import Case
from community.core.photos import CleanPhoto
from community.core.workflow import NotNow, NotYours
from community.notices.models import Delivery, Notice
from community.timers.models import Deadline
from community.timers.sweep import sweep
from grids.models import Incident
from tests.grids.conftest import MONDAY, SHANGHAI, Report, category
from tests.neighbourhood import Hood, Town

S = Incident.Status
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def verbs(incident: Incident) -> list[str]:
    return [row.verb for row in incident.timeline.all()]


def codes_for(user: object) -> list[str]:
    return list(Notice.objects.filter(recipient=user).order_by("pk").values_list("code", flat=True))  # type: ignore[misc]


def closed(incident: Incident, hood: Hood, at: datetime = MONDAY) -> Incident:
    """Taken through to the end with five stars."""
    verified(incident, hood, at)
    return incident.rate(by=hood.resident, now=at, rating=5)


def verified(incident: Incident, hood: Hood, at: datetime = MONDAY) -> Incident:
    incident.respond(by=hood.worker, now=at)
    incident.resolve(by=hood.worker, now=at, note="已清运")
    return incident.verify(by=hood.leader, now=at)


def test_an_incident_is_reported_handled_checked_and_rated(hood: Hood, report: Report, photo: CleanPhoto) -> None:
    incident = report("06010", place="2单元门口", description="一堆剩菜")
    assert incident.number == f"SJ260302-{hood.community.pk}-0001"
    assert incident.title == "暴露垃圾 · 毕家洼西区小区3号楼 2单元门口"
    assert (incident.grid, incident.level, incident.awaits_perm) == (hood.grid, 0, "handle_incidents")
    # 09:30 and one working hour; the handling clock's four hours end after lunch.
    assert incident.due_at == MONDAY + HOUR

    incident.respond(by=hood.worker, now=MONDAY + 20 * MINUTE)
    assert (incident.handler, incident.responded_at) == (hood.worker, MONDAY + 20 * MINUTE)
    assert incident.due_at == datetime(2026, 3, 2, 15, 0, tzinfo=SHANGHAI)
    incident.progress(by=hood.worker, now=MONDAY + HOUR, note="联系了保洁")
    incident.resolve(by=hood.worker, now=MONDAY + 2 * HOUR, photos=[photo])
    assert incident.awaits_perm == "verify_incidents"
    incident.verify(by=hood.leader, now=MONDAY + 3 * HOUR)
    assert incident.awaits_user == hood.resident
    incident.rate(by=hood.resident, now=MONDAY + DAY, rating=4, note="很快")

    incident.refresh_from_db()
    assert (incident.status, incident.rating, incident.due_at) == (S.CLOSED, 4, None)
    assert (incident.resolved_at, incident.closed_at) == (MONDAY + 2 * HOUR, MONDAY + DAY)
    assert verbs(incident) == ["report", "respond", "progress", "resolve", "verify", "rate"]
    assert not Deadline.objects.of(incident).running().exists()


def test_the_reporter_hears_of_every_turn(hood: Hood, report: Report) -> None:
    closed(report(), hood)
    assert codes_for(hood.resident) == ["incident.responded", "incident.resolved", "incident.verified"]
    assert codes_for(hood.worker) == ["incident.reported", "incident.rated"]


def test_a_missed_response_climbs_worker_leader_community_street(town: Town, report: Report) -> None:
    hood, incident = town.ours, report("06010")  # one working hour to answer
    steps = [
        (MONDAY + 46 * MINUTE, Case.Tier.WORKER, hood.worker, "clock.remind"),
        (MONDAY + 61 * MINUTE, Case.Tier.LEADER, hood.leader, "clock.missed"),
        (MONDAY + 91 * MINUTE, Case.Tier.COMMUNITY, hood.secretary, "clock.missed"),
        (MONDAY + 121 * MINUTE, Case.Tier.STREET, town.officer, "clock.missed"),
    ]
    for at, tier, person, code in steps:
        told = Notice.objects.filter(recipient=person, code=code, case=incident)
        assert not told.exists()
        sweep(at)
        incident.refresh_from_db()
        assert (incident.tier, told.count()) == (tier, 1)
    assert verbs(incident) == ["report", "clock.due", "clock.community", "clock.street"]
    assert not Notice.objects.filter(recipient__in=[town.theirs.leader, town.far.secretary]).exists()


def test_an_answer_brings_it_down_again_unless_the_handling_is_late_too(hood: Hood, report: Report) -> None:
    incident = report("06010")
    sweep(MONDAY + 91 * MINUTE)
    incident.respond(by=hood.worker, now=MONDAY + 95 * MINUTE)
    assert (incident.tier, incident.due_at) == (Case.Tier.WORKER, datetime(2026, 3, 2, 15, tzinfo=SHANGHAI))


def test_what_is_overdue_stays_overdue_when_a_second_clock_stops(hood: Hood, report: Report) -> None:
    incident = report("06010")
    tomorrow = MONDAY + DAY
    sweep(tomorrow)
    incident.respond(by=hood.worker, now=tomorrow)
    assert incident.due_at == datetime(2026, 3, 2, 15, tzinfo=SHANGHAI)
    assert incident.tier == Case.Tier.COMMUNITY
    assert Incident.objects.overdue(tomorrow).get() == incident


def test_an_urgent_category_rings_at_night_and_does_not_wait_for_the_morning(hood: Hood, report: Report) -> None:
    night = datetime(2026, 3, 1, 23, 30, tzinfo=SHANGHAI)  # a Sunday
    incident = report("L02", now=night)
    assert incident.due_at == night + 30 * MINUTE
    rung = Delivery.objects.filter(notice__code="incident.reported_urgent")
    assert {row.notice.recipient for row in rung} == {hood.worker, hood.leader}
    assert {row.not_before for row in rung} == {night}
    sweep(night + 31 * MINUTE)
    late = Delivery.objects.filter(notice__code="clock.missed", notice__recipient=hood.leader)
    assert late.get().not_before == night + 31 * MINUTE


def test_a_calm_category_reported_at_night_starts_with_the_morning(hood: Hood, report: Report) -> None:
    incident = report("06010", now=datetime(2026, 3, 1, 23, 30, tzinfo=SHANGHAI))
    assert incident.due_at == datetime(2026, 3, 2, 10, tzinfo=SHANGHAI)
    assert not Delivery.objects.exists()


def test_nobody_checks_their_own_work(hood: Hood, report: Report) -> None:
    incident = report()
    incident.respond(by=hood.leader, now=MONDAY)
    incident.resolve(by=hood.leader, now=MONDAY, note="好了")
    with pytest.raises(NotYours):
        incident.verify(by=hood.leader, now=MONDAY)
    incident.verify(by=hood.staff, now=MONDAY)
    assert (incident.status, incident.verified_by) == (S.VERIFIED, hood.staff)


def test_resolving_needs_words_or_a_photo(hood: Hood, report: Report) -> None:
    incident = report()
    incident.respond(by=hood.worker, now=MONDAY)
    with pytest.raises(ValidationError, match="照片"):
        incident.resolve(by=hood.worker, now=MONDAY, note="  ")
    incident.refresh_from_db()
    assert incident.status == S.HANDLING


def test_a_failed_check_sends_it_back_with_the_reason(hood: Hood, report: Report) -> None:
    incident = report()
    incident.respond(by=hood.worker, now=MONDAY)
    incident.resolve(by=hood.worker, now=MONDAY, note="好了")
    incident.reject(by=hood.staff, now=MONDAY + HOUR, note="角落里还有")
    assert (incident.status, incident.resolved_at, incident.awaits_user) == (S.HANDLING, None, hood.worker)
    assert Notice.objects.get(code="incident.rejected").recipient == hood.worker


def test_dispatch_to_the_community_and_back(hood: Hood, report: Report) -> None:
    incident = report()
    incident.respond(by=hood.worker, now=MONDAY)
    incident.dispatch(by=hood.worker, now=MONDAY + HOUR, level=1, note="需要市政配合")
    assert (incident.status, incident.level, incident.handler) == (S.REPORTED, 1, None)
    assert incident.awaits_perm == "lead_community"
    # The new level has its own hour to answer.
    assert incident.due_at == MONDAY + 2 * HOUR
    assert set(Notice.objects.filter(code="incident.dispatched").values_list("recipient", flat=True)) == {
        hood.staff.pk,
        hood.secretary.pk,
    }
    with pytest.raises(NotYours):
        incident.respond(by=hood.other_worker, now=MONDAY + HOUR)

    # The community, and only the community, gives it down again.
    incident.dispatch(by=hood.staff, now=MONDAY + HOUR, level=0, handler=hood.worker, note="物业可以处理")
    assert (incident.level, incident.handler, incident.awaits_user) == (0, hood.worker, hood.worker)


def test_dispatch_to_the_street(town: Town, report: Report) -> None:
    hood, incident = town.ours, report()
    incident.dispatch(by=hood.staff, now=MONDAY, level=2, note="涉及执法")
    assert incident.awaits_perm == "lead_street"
    with pytest.raises(NotYours):
        incident.respond(by=hood.secretary, now=MONDAY)
    incident.respond(by=town.officer, now=MONDAY)
    assert incident.handler == town.officer


def test_dispatch_to_a_named_person_who_must_work_there(town: Town, report: Report) -> None:
    hood, incident = town.ours, report()
    with pytest.raises(ValidationError, match="另选一位"):
        incident.dispatch(by=hood.staff, now=MONDAY, level=0, handler=town.theirs.worker, note="请看看")
    with pytest.raises(ValidationError, match="上一级"):
        incident.dispatch(by=hood.staff, now=MONDAY, level=0, note="请看看")
    with pytest.raises(ValidationError, match="理由"):
        incident.dispatch(by=hood.staff, now=MONDAY, level=1)
    incident.dispatch(by=hood.staff, now=MONDAY, level=0, handler=hood.leader, note="请看看")
    assert (incident.status, incident.awaits_user) == (S.REPORTED, hood.leader)


def test_what_nobody_could_place_goes_to_the_community_which_gives_it_to_a_grid(hood: Hood, report: Report) -> None:
    incident = report(building=None, place="西门外路口")
    assert (incident.grid, incident.level, incident.awaits_perm) == (None, 1, "lead_community")
    incident.dispatch(by=hood.staff, now=MONDAY, level=0, grid=hood.grid, note="在第一网格")
    assert (incident.grid, incident.level, incident.awaits_perm) == (hood.grid, 0, "handle_incidents")
    incident.respond(by=hood.worker, now=MONDAY)


def test_what_a_worker_found_and_handled_ends_with_the_check_for_nobody_rates_their_own_work(
    hood: Hood, report: Report
) -> None:
    incident = report(by=hood.worker, grid=hood.grid)
    incident.respond(by=hood.worker, now=MONDAY)
    incident.resolve(by=hood.worker, now=MONDAY, note="已清运")
    assert [move.verb for move in incident.moves_for(hood.leader) if not move.aside] == ["conclude", "reject"]
    with pytest.raises(NotYours):
        incident.verify(by=hood.leader, now=MONDAY)
    incident.conclude(by=hood.leader, now=MONDAY)
    assert (incident.status, incident.rating, incident.verified_by) == (S.CLOSED, None, hood.leader)


def test_a_neighbours_report_is_never_closed_over_their_head(hood: Hood, report: Report) -> None:
    incident = report()
    incident.respond(by=hood.worker, now=MONDAY)
    incident.resolve(by=hood.worker, now=MONDAY, note="已清运")
    with pytest.raises(NotYours):
        incident.conclude(by=hood.leader, now=MONDAY)


def test_silence_closes_it_after_seven_days_and_says_so(hood: Hood, report: Report) -> None:
    incident = verified(report(), hood)
    sweep(MONDAY + 5 * DAY)
    assert codes_for(hood.resident)[-1] == "clock.remind"
    sweep(MONDAY + 7 * DAY - MINUTE)
    incident.refresh_from_db()
    assert incident.status == S.VERIFIED
    sweep(MONDAY + 7 * DAY)
    incident.refresh_from_db()
    assert (incident.status, incident.rating) == (S.CLOSED, None)
    last = incident.timeline.last()
    assert last is not None
    assert last.actor is None
    assert "七天未收到评价" in str(incident.workflow[last.verb].told)


def test_only_the_reporter_rates(hood: Hood, report: Report) -> None:
    incident = verified(report(), hood)
    for person in (hood.worker, hood.leader, hood.staff, hood.neighbour):
        with pytest.raises(NotYours):
            incident.rate(by=person, now=MONDAY, rating=5)


def test_a_reopened_incident_lands_on_the_leaders_desk(hood: Hood, report: Report) -> None:
    incident = closed(report(), hood)
    with time_machine.travel(MONDAY + 15 * DAY, tick=False):
        incident.reopen(by=hood.resident, note="又堆满了")
    assert (incident.status, incident.tier, incident.closed_at) == (S.HANDLING, Case.Tier.LEADER, None)
    assert (incident.rating, incident.verified_at, incident.handler) == (None, None, hood.worker)
    assert "incident.reopened_leader" in codes_for(hood.leader)
    assert incident.timeline.get(verb="reopen").data == {"rating": 5}
    assert Deadline.objects.of(incident).running().filter(clock="handle").exists()


def test_reopening_ends_after_fifteen_days_and_is_the_reporters_alone(hood: Hood, report: Report) -> None:
    incident = closed(report(), hood)
    with time_machine.travel(MONDAY + DAY, tick=False), pytest.raises(NotYours):
        incident.reopen(by=hood.neighbour, note="我也觉得")
    with time_machine.travel(MONDAY + 15 * DAY + MINUTE, tick=False):
        assert incident.moves_for(hood.resident) == []
        with pytest.raises(NotYours):
            incident.reopen(by=hood.resident, note="又堆满了")


def test_dissatisfied_before_closing(hood: Hood, report: Report) -> None:
    incident = verified(report(), hood)
    incident.reopen(by=hood.resident, now=MONDAY + HOUR, note="没清干净")
    assert (incident.status, incident.tier) == (S.HANDLING, Case.Tier.LEADER)
    sweep(MONDAY + 8 * DAY)
    incident.refresh_from_db()
    assert incident.status == S.HANDLING


def test_fixed_on_the_spot_is_closed_from_the_start(hood: Hood, photo: CleanPhoto) -> None:
    facts: dict[str, Any] = {"community": hood.community, "building": hood.building, "category": category("06010")}
    with pytest.raises(ValidationError, match="照片"):
        Incident.fix_on_spot(by=hood.worker, now=MONDAY, **facts)
    fixed = Incident.fix_on_spot(by=hood.worker, now=MONDAY, photos=[photo], **facts)
    assert (fixed.status, fixed.handler, fixed.rating) == (S.CLOSED, hood.worker, None)
    assert fixed.responded_at == fixed.resolved_at == fixed.closed_at == MONDAY
    assert not Deadline.objects.of(fixed).exists()
    assert fixed.attachments.get().purpose == "evidence"
    with pytest.raises(NotYours):
        Incident.fix_on_spot(by=hood.resident, now=MONDAY, photos=[photo], **facts)


def test_voiding_needs_a_reason_and_the_right(hood: Hood, report: Report) -> None:
    incident = report()
    with pytest.raises(NotYours):
        incident.void(by=hood.worker, now=MONDAY, note="重复")
    with pytest.raises(ValidationError, match="理由"):
        incident.void(by=hood.staff, now=MONDAY)
    incident.void(by=hood.staff, now=MONDAY, note="重复上报")
    assert (incident.status, incident.closed_at) == (S.VOID, MONDAY)
    with pytest.raises(NotNow):
        incident.respond(by=hood.worker, now=MONDAY)


def test_an_unfindable_place_is_refused(report: Report) -> None:
    with pytest.raises(ValidationError, match="写明在哪里"):
        report(building=None, place=" ")


def test_another_community_neither_sees_nor_reports_nor_touches(town: Town, report: Report) -> None:
    theirs, incident = town.theirs, report()
    for person in (theirs.resident, theirs.worker, theirs.secretary, town.far.secretary):
        assert not Incident.objects.visible_to(person).exists()
        with pytest.raises(NotYours):
            incident.respond(by=person, now=MONDAY)
    with pytest.raises(NotYours):
        report(by=theirs.resident)
    for person in (town.ours.resident, town.ours.worker, town.ours.staff, town.officer):
        assert Incident.objects.visible_to(person).get() == incident
    assert not Incident.objects.visible_to(town.ours.neighbour).exists()
    assert not Incident.objects.visible_to(town.ours.other_worker).exists()


def test_a_reader_of_english_reads_what_it_is_in_english(hood: Hood, report: Report) -> None:
    """The title is kept in the words it was told with; the category has words in both languages."""
    incident = report("06010")
    Incident.objects.filter(pk=incident.pk).update(title="暴露垃圾 · 老地方")
    incident.refresh_from_db()
    assert incident.shown_title == incident.line["title"] == "暴露垃圾 · 老地方"
    with override("en"):
        assert incident.shown_title == incident.line["title"] == f"{incident.category} · {hood.building}"
