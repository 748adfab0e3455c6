"""A promise changes hands: today's call follows, what was done stays whose it was."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate

from community.core.workflow import NotYours
from community.directory.models import User
from community.duties.models import Leave
from community.duties.planning import plan_ahead
from community.notices.models import Notice
from grids.care.hands import spans_of
from grids.models import CareCall, CarePlan
from tests.grids.care.conftest import EARLY, Begin, everybody
from tests.grids.care.test_plans import as_user
from tests.neighbourhood import Hood, Town
from tests.specimens import MONDAY

pytestmark = pytest.mark.django_db
TUESDAY = EARLY + timedelta(days=1)


def hand_over(care: CarePlan, hood: Hood, *, call: User, **more: object) -> None:
    facts = {"by": hood.leader, "now": TUESDAY, "note": "志愿者搬走了", "neighbour": hood.neighbour}
    facts |= {"people": everybody(hood) | {"call": call}, "units": {"housework": hood.unit}}
    care.reassign(**(facts | more))


def callers() -> list[User | None]:
    return [call.assignee for call in CareCall.objects.of_kind().order_by("day").select_related("assignee")[:3]]


def day_of(moment: datetime | None) -> int | None:
    return localdate(moment).day if moment else None


def test_todays_call_and_the_days_ahead_follow_and_yesterday_stays(hood: Hood, begin: Begin) -> None:
    care = begin()
    CareCall.objects.of_kind().earliest("day").answered(by=hood.volunteer, now=MONDAY)
    hand_over(care, hood, call=hood.worker)
    assert callers() == [hood.volunteer, hood.worker, hood.worker]
    plan_ahead(TUESDAY + timedelta(days=7))
    assert CareCall.objects.of_kind().latest("day").assignee == hood.worker
    assert [row.verb for row in CareCall.objects.of_kind().order_by("day")[1].timeline.all()] == ["reassign"]


def test_who_it_was_on_which_day_can_be_read_afterwards(hood: Hood, begin: Begin) -> None:
    care = begin()
    hand_over(care, hood, call=hood.worker)
    hand_over(care, hood, call=hood.leader, now=TUESDAY + timedelta(days=5), neighbour=None)
    found = [(span.label, span.who, day_of(span.since), day_of(span.until)) for span in spans_of(care)]
    assert found == [
        ("一天一电话", str(hood.volunteer), 2, 3), ("一天一电话", str(hood.worker), 3, 8),
        ("一天一电话", str(hood.leader), 8, None),
        ("热心邻居", str(hood.neighbour), 2, 8), ("热心邻居", "", 8, None),
    ]  # fmt: skip
    row = care.timeline.filter(verb="reassign").first()
    assert row is not None
    assert (row.actor, row.note) == (hood.leader, "志愿者搬走了")


def test_whoever_is_new_hears_of_it_and_nobody_else(hood: Hood, begin: Begin) -> None:
    care = begin()
    hand_over(care, hood, call=hood.secretary)
    assert {row.recipient for row in Notice.objects.filter(code="care.handed_over")} == {hood.secretary}


def test_who_stands_in_on_leave_goes_on_standing_in_for_the_new_one(hood: Hood, begin: Begin) -> None:
    care = begin()
    Leave.objects.create(
        user=hood.staff, community=hood.community, begins_on=TUESDAY.date(), ends_on=TUESDAY.date(),
        substitute=hood.secretary, entered_by=hood.staff, entered_at=MONDAY,
    )  # fmt: skip
    hand_over(care, hood, call=hood.staff)
    assert callers() == [hood.staff, hood.secretary, hood.staff]


def test_the_unit_may_hand_housework_back(hood: Hood, begin: Begin) -> None:
    care = begin()
    hand_over(care, hood, call=hood.volunteer, units={}, people=everybody(hood) | {"housework": hood.volunteer})
    line = care.lines.get(line="housework")
    assert (line.partner_unit, line.plan.assignee) == (None, hood.volunteer)
    assert [span.who for span in spans_of(care)] == [f"{hood.unit} · {hood.partner}", str(hood.volunteer)]


def test_nothing_changed_is_said_and_strangers_change_nothing(town: Town, begin: Begin) -> None:
    care = begin()
    with pytest.raises(ValidationError, match="没有换人"):
        hand_over(care, town.ours, call=town.ours.volunteer)
    for person in (town.ours.other_worker, town.theirs.secretary, town.ours.volunteer):
        with pytest.raises(NotYours):
            hand_over(care, town.ours, call=town.ours.worker, by=person)


def test_the_form_says_who_has_it_and_asks_for_a_reason(hood: Hood, begin: Begin) -> None:
    care = begin(now=None)
    client, address = as_user(hood.worker), reverse("cases:act", args=[care.number, "reassign"])
    form = client.get(address).context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value()}
    assert (sent["call"], sent["housework_unit"]) == (hood.volunteer.pk, hood.unit.pk)
    assert "请写明理由" in client.post(address, sent | {"call": hood.worker.pk}).content.decode()
    assert client.post(address, sent | {"call": hood.resident.pk, "note": "换"}).status_code == 422, "a stranger to it"
    assert client.post(address, sent | {"call": hood.worker.pk, "note": "换"}).status_code == 302
    page = client.get(reverse("cases:page", args=[care.number])).content.decode()
    assert "谁做过" in page
    assert "data-elder=" not in page, "an elder's page is not in 长辈版 for that"


def test_the_page_costs_the_same_after_many_changes(hood: Hood, begin: Begin) -> None:
    care, counts = begin(), []
    client, address = as_user(hood.worker), reverse("cases:page", args=[care.number])
    for turn in range(4):
        hand_over(care, hood, call=(hood.worker, hood.leader)[turn % 2], now=TUESDAY + timedelta(minutes=turn))
        client.get(address)
        if turn in (0, 3):
            with CaptureQueriesContext(connection) as seen:
                assert client.get(address).status_code == 200
            counts.append(len(seen))
    assert counts[0] == counts[1]
