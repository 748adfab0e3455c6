"""A clock that rests: it says why, it goes on with what was left, and nothing late hides behind it."""

from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from community.core.workflow import NotYours
from community.timers.limits import Limit, Unit
from community.timers.models import Deadline, Pause
from community.timers.pausing import later
from community.timers.sweep import sweep
from grids.models import Category, CategoryLimit, Incident
from tests.neighbourhood import Hood
from tests.specimens import MONDAY, a_wish, an_incident
from tests.timers.test_calendar import CALENDARS, OFFICE, at

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")
moments = st.datetimes(datetime(2026, 1, 5), datetime(2026, 10, 1), timezones=st.just(SHANGHAI))


def handled(hood: Hood, code: str = "06010") -> Incident:
    """Answered at once on Monday at half past nine."""
    incident = an_incident(hood, category=Category.objects.get(code=code, variant=""))
    return incident.respond(by=hood.worker, now=MONDAY)


def due_of(incident: Incident) -> datetime:
    return Deadline.objects.of(incident).running().get(is_due=True).due_at


@pytest.mark.parametrize(
    ("limit", "paused", "resumed", "due"),
    [
        # Half an hour of two was used up; the other hour and a half is left, also at night.
        (Limit.hours(2), "2026-03-02 10:00", "2026-03-02 22:00", "2026-03-02 23:30"),
        # Of four working hours one was used up before lunch; three are left on Friday afternoon: one then, two on Monday.
        (Limit.working_hours(4), "2026-03-02 10:30", "2026-03-06 16:30", "2026-03-09 11:00"),
        # Paused in the evening: the evening was not worked, nothing is lost or won.
        (Limit.working_hours(12), "2026-03-02 20:00", "2026-03-03 08:00", "2026-03-03 16:00"),
        # Of five working days two were used up; three are left, over a weekend.
        (Limit.working_days(5), "2026-03-04 09:30", "2026-03-05 14:30", "2026-03-10 14:30"),
        # Calendar days run on Sundays as well.
        (Limit.days(7), "2026-03-04 09:30", "2026-03-05 12:00", "2026-03-10 12:00"),
    ],
)
def test_what_was_left_is_left_in_each_of_the_four_units(limit: Limit, paused: str, resumed: str, due: str) -> None:
    started = OFFICE.due(MONDAY, limit)
    assert later(OFFICE, started, [(at(paused), at(resumed))], limit.unit) == at(due)


@pytest.mark.parametrize("calendar", CALENDARS.values(), ids=CALENDARS)
@settings(max_examples=60)
@given(
    start=moments,
    amount=st.fractions(min_value=0, max_value=20, max_denominator=12),
    unit=st.sampled_from(Unit),
    part=st.fractions(min_value=0, max_value=1, max_denominator=20),
)
def test_a_span_is_the_limit_that_leads_there(
    calendar: object, start: datetime, amount: Fraction, unit: Unit, part: Fraction
) -> None:
    """Whenever the pause begins, what is left leads to the same end; so a pause of no length changes nothing."""
    if unit in (Unit.CLOCK, Unit.WORK_MINUTES):
        amount *= 60
    due = calendar.due(start, Limit(amount, unit))  # type: ignore[attr-defined]
    paused = start + (due - start) * float(part)
    again = later(calendar, due, [(paused, paused)], unit)  # type: ignore[arg-type]
    # In working time a closing and the opening after it are the same moment.
    assert calendar.span(again, due, unit).amount < Fraction(1, 10**6)  # type: ignore[attr-defined]
    assert calendar.span(due, again, unit).amount < Fraction(1, 10**6)  # type: ignore[attr-defined]


def test_a_paused_incident_has_no_clock_and_says_why(hood: Hood) -> None:
    incident = handled(hood)
    back = MONDAY + 7 * DAY
    incident.pause(by=hood.worker, now=MONDAY + HOUR, note="等厂家发配件", until=back)
    assert (incident.due_at, incident.paused_at, incident.pause_reason) == (None, MONDAY + HOUR, "等厂家发配件")
    assert list(Deadline.objects.of(incident).running().values_list("clock", "due_at")) == [("pause", back)]
    assert sweep(back - HOUR).fired == 0
    assert not Incident.objects.overdue(back).exists()


def test_it_goes_on_with_what_was_left(hood: Hood) -> None:
    incident = handled(hood)  # four working hours: due at 15:00
    incident.pause(by=hood.worker, now=MONDAY + HOUR, note="等配件", until=MONDAY + 7 * DAY)
    incident.resume(by=hood.worker, now=MONDAY + DAY)
    # Three working hours from Tuesday 09:30, lunch between.
    assert incident.due_at == due_of(incident) == MONDAY + DAY + timedelta(hours=4, minutes=30)
    assert set(Deadline.objects.of(incident).running().values_list("clock", "rung")) == {
        ("handle", "remind"), ("handle", "due"), ("handle", "community"), ("handle", "street"),
    }  # fmt: skip
    rest = Pause.objects.get()
    assert (rest.began_at, rest.ended_at, rest.by, rest.reason) == (MONDAY + HOUR, MONDAY + DAY, hood.worker, "等配件")


def test_it_goes_on_by_itself_when_the_pause_has_run_out(hood: Hood) -> None:
    incident = handled(hood)
    incident.pause(by=hood.worker, now=MONDAY + HOUR, note="等配件", until=MONDAY + 2 * DAY)
    assert sweep(MONDAY + 2 * DAY).failed == 0
    incident.refresh_from_db()
    assert (incident.paused_at, incident.pause_reason) == (None, "")
    assert [(row.verb, row.actor) for row in incident.timeline.all()][-1] == ("resume", None)
    assert incident.due_at == MONDAY + 2 * DAY + timedelta(hours=4, minutes=30)


def test_a_pause_ends_with_the_work(hood: Hood) -> None:
    incident = handled(hood)
    incident.pause(by=hood.worker, now=MONDAY + HOUR, note="等配件", until=MONDAY + 2 * DAY)
    incident.resolve(by=hood.worker, now=MONDAY + 2 * HOUR, note="配件到了，已装好")
    assert incident.paused_at is None
    assert list(Deadline.objects.of(incident).running().values_list("clock", flat=True).distinct()) == ["verify"]
    assert Pause.objects.get().ended_at == MONDAY + 2 * HOUR
    assert incident.timeline.get(verb="resolve").data == {"resumed": True}
    # Neither the pause nor the work that ended it makes the handling late.
    assert not Deadline.objects.of(incident).filter(is_due=True, stopped_at__gt=MONDAY + 3 * HOUR).exists()


def test_a_voided_case_takes_its_pause_along(hood: Hood) -> None:
    incident = handled(hood)
    incident.pause(by=hood.worker, now=MONDAY + HOUR, note="等配件", until=MONDAY + 2 * DAY)
    incident.void(by=hood.staff, now=MONDAY + 2 * HOUR, note="重复上报")
    assert (incident.paused_at, incident.due_at) == (None, None)
    assert not Deadline.objects.of(incident).running().exists()
    assert sweep(MONDAY + 30 * DAY).fired == 0


def test_two_pauses_add_up(hood: Hood) -> None:
    incident = handled(hood, "06013")  # five working days: Monday next at 09:30
    incident.progress(by=hood.worker, now=MONDAY + HOUR, note="已联系厂家")
    for day in (1, 2):
        incident.pause(by=hood.worker, now=MONDAY + day * DAY, note="等配件", until=MONDAY + 6 * DAY)
        incident.resume(by=hood.worker, now=MONDAY + day * DAY + 2 * HOUR)
    rows = Deadline.objects.of(incident).running().filter(clock="handle", is_due=True)
    # Four hours of office time later, lunch between.
    assert rows.get().due_at == MONDAY + 7 * DAY + timedelta(hours=5, minutes=30)


def test_what_is_late_cannot_hide_behind_a_pause(hood: Hood) -> None:
    incident = handled(hood)
    with pytest.raises(ValidationError, match="已经超时"):
        incident.pause(by=hood.worker, now=MONDAY + DAY, note="等配件", until=MONDAY + 2 * DAY)


@pytest.mark.parametrize(
    ("note", "until", "says"),
    [
        (" ", MONDAY + DAY, "写明暂停的原因"),
        ("等" * 201, MONDAY + DAY, "200 字以内"),
        ("等配件", MONDAY, "60 天以内"),
        ("等配件", MONDAY + 61 * DAY, "60 天以内"),
    ],
)
def test_a_pause_needs_a_reason_and_an_end(hood: Hood, note: str, until: datetime, says: str) -> None:
    incident = handled(hood)
    with pytest.raises(ValidationError, match=says):
        incident.pause(by=hood.worker, now=MONDAY, note=note, until=until)


def test_only_who_handles_it_or_dispatches_may_pause_and_only_once(hood: Hood) -> None:
    incident = handled(hood)
    for person in (hood.resident, hood.leader):
        with pytest.raises(NotYours):
            incident.pause(by=person, now=MONDAY, note="等配件", until=MONDAY + DAY)
    incident.pause(by=hood.staff, now=MONDAY, note="等配件", until=MONDAY + DAY)
    with pytest.raises(NotYours):
        incident.pause(by=hood.worker, now=MONDAY, note="再等等", until=MONDAY + 2 * DAY)


def test_a_wish_rests_by_the_same_mechanism(hood: Hood) -> None:
    wish = a_wish(hood).publish(by=hood.staff, now=MONDAY)
    wish.claim(by=hood.volunteer, now=MONDAY)  # seven days to move on
    wish.pause(by=hood.volunteer, now=MONDAY + DAY, note="医院号约到下周", until=MONDAY + 8 * DAY)
    sweep(MONDAY + 8 * DAY)
    wish.refresh_from_db()
    assert (wish.status, wish.due_at) == ("claimed", MONDAY + 14 * DAY)


def test_the_reporter_reads_why_the_clock_rests(hood: Hood, client: object) -> None:
    incident = handled(hood)
    incident.pause(by=hood.worker, now=MONDAY + HOUR, note="等厂家发配件", until=MONDAY + 2 * DAY)
    client.force_login(hood.resident)  # type: ignore[attr-defined]
    page = client.get(f"/cases/{incident.number}/").content.decode()  # type: ignore[attr-defined]
    assert "暂停计时" in page
    assert "等厂家发配件（最迟3月4日（周三）恢复）" in page


def test_the_form_asks_for_day_and_reason(hood: Hood, client: object) -> None:
    incident = handled(hood)
    client.force_login(hood.worker)  # type: ignore[attr-defined]
    blank = client.post(f"/cases/{incident.number}/pause/", {"note": ""})  # type: ignore[attr-defined]
    assert blank.status_code == 422
    assert "反映人会看到" in blank.content.decode()


def test_a_tightened_limit_is_the_one_that_rests(hood: Hood) -> None:
    CategoryLimit.objects.create(
        community=hood.community, category=Category.objects.get(code="06010"), handling_amount=60,
        handling_unit=Unit.CLOCK,
    )  # fmt: skip
    incident = handled(hood)
    incident.pause(by=hood.worker, now=MONDAY + HOUR / 2, note="等配件", until=MONDAY + DAY)
    incident.resume(by=hood.worker, now=MONDAY + 12 * HOUR)
    assert incident.due_at == MONDAY + 12 * HOUR + HOUR / 2
