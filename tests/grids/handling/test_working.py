"""Working on an incident: word to the reporter, colleagues, parts, another category, more time."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from community.core.workflow import NotYours
from community.notices.models import Notice
from community.timers.models import Deadline
from community.timers.sweep import sweep
from grids.models import Incident
from tests.grids.conftest import MONDAY, SHANGHAI, Report, category
from tests.neighbourhood import Hood

S = Incident.Status
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FRIDAY_WEEK = datetime(2026, 3, 13, 17, 30, tzinfo=SHANGHAI)


def due(incident: Incident, clock: str) -> datetime:
    return Deadline.objects.of(incident).running().get(clock=clock, is_due=True).due_at


@pytest.fixture
def handled(hood: Hood, report: Report) -> Incident:
    return report().respond(by=hood.worker, now=MONDAY)


@pytest.fixture
def big(hood: Hood, report: Report) -> Incident:
    """道路破损, five working days: a big matter."""
    return report("06013").respond(by=hood.worker, now=MONDAY)


class TestFeedback:
    """小事一小时响应，大事二十四小时反馈。"""

    def test_a_small_matter_is_answered_within_the_hour(self, report: Report) -> None:
        assert due(report("06010"), "respond") == MONDAY + HOUR

    def test_a_big_one_owes_its_reporter_word_within_a_day(self, hood: Hood, big: Incident) -> None:
        assert due(big, "feedback") == MONDAY + DAY
        big.progress(by=hood.worker, now=MONDAY + HOUR, note="已约施工队，周四进场")
        assert big.fed_back_at == MONDAY + HOUR
        assert not Deadline.objects.of(big).running().filter(clock="feedback").exists()
        told = Notice.objects.get(code="incident.progressed")
        assert (told.recipient, told.body) == (hood.resident, "已约施工队，周四进场")

    def test_word_not_given_climbs_like_any_missed_clock(self, big: Incident) -> None:
        sweep(MONDAY + DAY)
        assert big.timeline.filter(verb="clock.due", data__clock="feedback").exists()

    def test_a_small_matter_owes_none(self, handled: Incident) -> None:
        assert not Deadline.objects.of(handled).filter(clock="feedback").exists()


class TestTogether:
    def test_a_helper_sees_it_and_tells_of_progress_and_the_handler_keeps_the_lead(
        self, hood: Hood, handled: Incident
    ) -> None:
        handled.call_in(by=hood.worker, now=MONDAY, helper=hood.leader, note="请协调物业")
        assert Notice.objects.get(code="incident.called_in").recipient == hood.leader
        handled.progress(by=hood.leader, now=MONDAY, note="物业答应下午清运")
        assert handled.handler == hood.worker
        with pytest.raises(NotYours):
            handled.resolve(by=hood.leader, now=MONDAY, note="好了")

    def test_a_helper_does_not_check_what_they_worked_on(self, hood: Hood, handled: Incident) -> None:
        handled.call_in(by=hood.worker, now=MONDAY, helper=hood.leader)
        handled.resolve(by=hood.worker, now=MONDAY, note="已清运")
        with pytest.raises(NotYours):
            handled.verify(by=hood.leader, now=MONDAY)
        handled.verify(by=hood.staff, now=MONDAY)

    def test_nobody_is_called_twice_nor_from_elsewhere(self, hood: Hood, handled: Incident) -> None:
        handled.call_in(by=hood.worker, now=MONDAY, helper=hood.leader)
        for person in (hood.leader, hood.worker, hood.resident, hood.other_worker):
            with pytest.raises(ValidationError, match="另一位同事"):
                handled.call_in(by=hood.worker, now=MONDAY, helper=person)

    def test_the_reporter_does_not_read_who_was_called(self, hood: Hood, handled: Incident) -> None:
        handled.call_in(by=hood.worker, now=MONDAY, helper=hood.leader, note="居民脾气急")
        assert "call_in" not in handled.timeline.public().values_list("verb", flat=True)


class TestParts:
    def test_a_part_has_its_own_handler_and_the_whole_waits_for_it(self, hood: Hood, handled: Incident) -> None:
        handled.split(by=hood.worker, now=MONDAY, what="路灯也坏了", category=category("01037", "不亮"))
        part = handled.children.get()
        assert (part.grid, part.building, part.raised_by) == (hood.grid, hood.building, hood.worker)
        assert (part.status, part.title) == (S.REPORTED, "路灯异常（不亮） · 毕家洼西区小区3号楼")
        with pytest.raises(ValidationError, match="子事件"):
            handled.resolve(by=hood.worker, now=MONDAY, note="清完了")
        part.respond(by=hood.leader, now=MONDAY)
        part.resolve(by=hood.leader, now=MONDAY, note="灯亮了")
        part.verify(by=hood.staff, now=MONDAY)
        part.rate(by=hood.worker, now=MONDAY, rating=5)
        handled.resolve(by=hood.worker, now=MONDAY, note="清完了")

    def test_the_whole_is_not_voided_over_its_parts(self, hood: Hood, handled: Incident) -> None:
        handled.split(by=hood.worker, now=MONDAY, what="路灯也坏了")
        with pytest.raises(ValidationError, match="子事件"):
            handled.void(by=hood.staff, now=MONDAY, note="重复")

    def test_a_part_is_told_in_words(self, hood: Hood, handled: Incident) -> None:
        with pytest.raises(ValidationError, match="分出去的是什么"):
            handled.split(by=hood.worker, now=MONDAY, what="  ")


class TestCategory:
    def test_the_clocks_are_reckoned_anew_from_the_start_and_both_stay_in_the_story(
        self, hood: Hood, report: Report
    ) -> None:
        incident = report("06010")  # four working hours from 09:30
        incident.recategorise(by=hood.worker, now=MONDAY + HOUR / 2, category=category("06013"), note="路面塌了一块")
        assert due(incident, "handle") == MONDAY + 7 * DAY
        assert due(incident, "respond") == datetime(2026, 3, 2, 15, 0, tzinfo=SHANGHAI)
        entry = incident.timeline.get(verb="recategorise")
        assert entry.data == {"from": category("06010").pk, "to": category("06013").pk}
        assert entry.note.startswith("“暴露垃圾”改为“道路破损”，办理时限由4 个工作时改为5 个工作日。路面塌了一块")
        assert incident.title == "道路破损 · 毕家洼西区小区3号楼"

    def test_a_shorter_limit_that_is_over_already_is_due_at_once_and_not_before(
        self, hood: Hood, report: Report
    ) -> None:
        incident = report("06013").respond(by=hood.worker, now=MONDAY)
        incident.recategorise(by=hood.worker, now=MONDAY + DAY, category=category("06010"))
        assert due(incident, "handle") == MONDAY + DAY

    def test_time_that_rested_is_not_counted(self, hood: Hood, report: Report) -> None:
        incident = report("06013").respond(by=hood.worker, now=MONDAY)
        incident.pause(by=hood.worker, now=MONDAY + HOUR, note="等施工队", until=MONDAY + 3 * DAY)
        incident.recategorise(by=hood.worker, now=MONDAY + DAY, category=category("06035"))  # two working days
        # The pause from Monday 10:30 to Tuesday 09:30 is added to Wednesday 09:30.
        assert (incident.paused_at, due(incident, "handle")) == (None, datetime(2026, 3, 4, 17, 0, tzinfo=SHANGHAI))

    def test_danger_makes_it_urgent(self, hood: Hood, report: Report) -> None:
        incident = report("06010")
        incident.recategorise(by=hood.staff, now=MONDAY, category=category("L02"))
        assert incident.is_urgent
        with pytest.raises(ValidationError, match="已经是这个类别"):
            incident.recategorise(by=hood.staff, now=MONDAY, category=category("L02"))


class TestLonger:
    """延期: a reason, an approval, a stated day."""

    def test_a_stated_day_becomes_the_promise_once_another_agrees(self, hood: Hood, big: Incident) -> None:
        big.progress(by=hood.worker, now=MONDAY, note="已约施工队")
        big.ask_extension(by=hood.worker, now=MONDAY + DAY, until=FRIDAY_WEEK, note="沥青要等气温")
        assert (big.asked_until, big.due_at) == (FRIDAY_WEEK, MONDAY + 7 * DAY)
        asked = Notice.objects.filter(code="incident.extension_asked").values_list("recipient", flat=True)
        assert set(asked) == {hood.staff.pk, hood.secretary.pk}
        with pytest.raises(NotYours):
            big.grant_extension(by=hood.worker, now=MONDAY + DAY)
        big.grant_extension(by=hood.staff, now=MONDAY + DAY)
        assert (big.extended_until, big.due_at) == (FRIDAY_WEEK, FRIDAY_WEEK)
        told = Notice.objects.get(code="incident.extended", recipient=hood.resident)
        assert "延期到3月13日（周五）" in told.body
        assert sweep(MONDAY + 10 * DAY).failed == 0
        assert not big.timeline.filter(verb="clock.due").exists()

    def test_a_refusal_says_why_and_leaves_the_clock(self, hood: Hood, big: Incident) -> None:
        big.ask_extension(by=hood.worker, now=MONDAY, until=FRIDAY_WEEK, note="忙不过来")
        with pytest.raises(ValidationError, match="不同意"):
            big.refuse_extension(by=hood.staff, now=MONDAY)
        big.refuse_extension(by=hood.staff, now=MONDAY, note="请先做临时处理")
        assert (big.asked_until, due(big, "handle")) == (None, MONDAY + 7 * DAY)

    @pytest.mark.parametrize("until", [MONDAY, MONDAY + DAY, MONDAY + 91 * DAY])
    def test_the_day_is_later_than_the_limit_and_not_for_ever(self, hood: Hood, big: Incident, until: datetime) -> None:
        with pytest.raises(ValidationError, match="90 天"):
            big.ask_extension(by=hood.worker, now=MONDAY, until=until, note="来不及")

    def test_an_approver_does_not_approve_their_own(self, hood: Hood, report: Report) -> None:
        incident = report("06013").respond(by=hood.staff, now=MONDAY)
        incident.ask_extension(by=hood.staff, now=MONDAY, until=FRIDAY_WEEK, note="沥青要等气温")
        with pytest.raises(NotYours):
            incident.grant_extension(by=hood.staff, now=MONDAY)
        incident.grant_extension(by=hood.secretary, now=MONDAY)

    def test_a_promise_rests_with_the_clock(self, hood: Hood, big: Incident) -> None:
        big.ask_extension(by=hood.worker, now=MONDAY, until=FRIDAY_WEEK, note="沥青要等气温")
        big.grant_extension(by=hood.staff, now=MONDAY)
        big.pause(by=hood.worker, now=MONDAY + HOUR, note="等配件", until=MONDAY + 5 * DAY)
        big.resume(by=hood.worker, now=MONDAY + DAY + HOUR)
        assert due(big, "handle") == FRIDAY_WEEK + 3 * DAY  # one working day later: Monday, at closing
