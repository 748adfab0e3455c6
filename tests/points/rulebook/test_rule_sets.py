"""New rules: drafted from the old, rehearsed on last quarter, confirmed by a second person, in force from a day on."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client

from community.core.workflow import NotNow, NotYours
from points import rules
from points.models import PointRule, Posting, RuleSet
from tests.neighbourhood import Hood, Town
from tests.points.rulebook.test_judging import granted
from tests.specimens import a_ruleset

APRIL = datetime(2026, 4, 20, 4, tzinfo=UTC)
MAY = date(2026, 5, 1)
SAYINGS: dict[str, Any] = {"name": "圆梦", "events": ["wish.granted"], "gives_to": "handler", "asset": "points"}


@pytest.fixture
def draft(hood: Hood) -> RuleSet:
    return a_ruleset(hood, now=APRIL)


def put(draft: RuleSet, hood: Hood, code: str = "wish_granted", **more: Any) -> None:
    draft.put(by=hood.staff, now=APRIL, code=code, **(SAYINGS | {"amount": 4, "conditions": []} | more))


def confirmed(draft: RuleSet, hood: Hood, day: date = MAY) -> RuleSet:
    draft.rehearse(by=hood.staff, now=APRIL)
    draft.submit(by=hood.staff, now=APRIL, effective_on=day)
    return draft.confirm(by=hood.secretary, now=APRIL)


def in_force(hood: Hood, day: date) -> dict[str, int]:
    return {rule.code: rule.amount for rule in PointRule.objects.in_force(hood.community.pk, day)}


def test_the_rehearsal_shows_both_side_by_side_and_posts_nothing(hood: Hood) -> None:
    granted(hood, hood.volunteer, hood.resident)  # in March
    granted(hood, hood.volunteer, hood.neighbour)
    granted(hood, hood.party_member, hood.neighbour)
    before = Posting.objects.count()
    draft = a_ruleset(hood, now=APRIL)
    put(draft, hood, amount=4, cap_period=6)
    put(draft, hood, "raised", gives_to="raised_by", amount=1)
    draft.rehearse(by=hood.staff, now=APRIL)

    found = draft.rehearsal
    assert found is not None
    assert (found["first"], found["last"], found["events"]) == ("2026-01-01", "2026-03-31", 3)
    assert (found["old"], found["new"], found["less"], found["more"]) == (30, 13, 2, 2)
    assert found["people"][0] == {"user": hood.volunteer.pk, "old": 20, "new": 6}  # who loses most comes first
    assert {"user": hood.neighbour.pk, "old": 0, "new": 2} in found["people"]
    assert Posting.objects.count() == before
    assert in_force(hood, MAY) == {"wish_granted": 10}


def test_a_cap_of_the_half_year_counts_what_came_before_the_quarter(hood: Hood) -> None:
    july = datetime(2026, 7, 6, 4, tzinfo=UTC)
    granted(hood, hood.volunteer, hood.resident)  # in March
    granted(hood, hood.volunteer, hood.neighbour)
    granted(hood, hood.volunteer, hood.resident, now=datetime(2026, 5, 4, 4, tzinfo=UTC))
    draft = a_ruleset(hood, now=july)
    draft.put(
        by=hood.staff, now=july, code="wish_granted", **(SAYINGS | {"amount": 4, "conditions": [], "cap_period": 10})
    )
    draft.rehearse(by=hood.staff, now=july)
    found = draft.rehearsal
    assert found is not None
    assert (found["first"], found["last"], found["events"]) == ("2026-04-01", "2026-06-30", 1)
    assert found["people"] == [{"user": hood.volunteer.pk, "old": 10, "new": 2}]


def test_from_its_day_on_the_new_rules_hold_here_alone(town: Town, draft: RuleSet) -> None:
    hood = town.ours
    put(draft, hood, amount=4)
    confirmed(draft, hood)
    assert in_force(hood, MAY - timedelta(days=1)) == {"wish_granted": 10}
    assert in_force(hood, MAY) == {"wish_granted": 4}
    assert in_force(town.theirs, MAY) == {"wish_granted": 10}


def test_a_second_change_ends_the_first(hood: Hood, draft: RuleSet) -> None:
    put(draft, hood, amount=4)
    put(draft, hood, "raised", gives_to="raised_by", amount=1)
    confirmed(draft, hood)
    june = datetime(2026, 6, 10, 4, tzinfo=UTC)
    again = a_ruleset(hood, now=june)
    again.put(by=hood.staff, now=june, code="wish_granted", **(SAYINGS | {"amount": 6, "conditions": []}))
    again.drop(by=hood.staff, now=june, code="raised")
    again.rehearse(by=hood.staff, now=june)
    again.submit(by=hood.staff, now=june, effective_on=date(2026, 7, 1))
    again.confirm(by=hood.secretary, now=june)
    assert in_force(hood, date(2026, 6, 30)) == {"wish_granted": 4, "raised": 1}
    assert in_force(hood, date(2026, 7, 1)) == {"wish_granted": 6}


def test_a_dropped_common_rule_gives_nothing_here(hood: Hood, draft: RuleSet) -> None:
    draft.drop(by=hood.staff, now=APRIL, code="wish_granted")
    confirmed(draft, hood)
    assert in_force(hood, MAY) == {}


def test_what_is_left_as_it_is_keeps_its_row(hood: Hood, draft: RuleSet) -> None:
    put(draft, hood, "raised", gives_to="raised_by", amount=1)
    confirmed(draft, hood)
    assert list(draft.rules.values_list("code", flat=True)) == ["raised"]


def test_it_can_be_called_off_before_its_day_but_not_after(hood: Hood, draft: RuleSet) -> None:
    put(draft, hood, amount=4)
    confirmed(draft, hood)
    with time_machine.travel(datetime(2026, 5, 1, 4, tzinfo=UTC)), pytest.raises(NotYours):
        draft.call_off(by=hood.secretary)
    with time_machine.travel(APRIL):
        draft.call_off(by=hood.secretary)
    assert in_force(hood, MAY) == {"wish_granted": 10}
    assert not PointRule.objects.filter(community=hood.community).exists()


def test_two_people_stand_behind_new_rules(hood: Hood, draft: RuleSet) -> None:
    put(draft, hood)
    draft.rehearse(by=hood.secretary, now=APRIL)
    draft.submit(by=hood.secretary, now=APRIL, effective_on=MAY)
    for same in (hood.staff, hood.secretary):  # who began it, and who handed it in
        with pytest.raises(NotYours):
            draft.confirm(by=same, now=APRIL)


def test_an_edit_asks_for_another_rehearsal(hood: Hood, draft: RuleSet) -> None:
    put(draft, hood)
    with pytest.raises(NotNow, match="试算"):
        draft.submit(by=hood.staff, now=APRIL, effective_on=MAY)


@pytest.mark.parametrize("day", [date(2026, 4, 20), date(2020, 1, 1)])
def test_no_rule_reaches_back(hood: Hood, draft: RuleSet, day: date) -> None:
    draft.rehearse(by=hood.staff, now=APRIL)
    with pytest.raises(ValidationError, match="最早明天"):
        draft.submit(by=hood.staff, now=APRIL, effective_on=day)


def test_a_day_that_passed_unconfirmed_is_to_be_set_anew(hood: Hood, draft: RuleSet) -> None:
    draft.submit(by=hood.staff, now=APRIL, effective_on=MAY)
    with pytest.raises(NotNow, match="已过"):
        draft.confirm(by=hood.secretary, now=datetime(2026, 5, 1, 4, tzinfo=UTC))
    draft.revise(by=hood.secretary, now=APRIL)


def test_one_draft_at_a_time(hood: Hood, draft: RuleSet) -> None:
    with pytest.raises(NotNow):
        RuleSet.draft(by=hood.secretary, community=hood.community, now=APRIL)
    draft.cancel(by=hood.staff, now=APRIL)
    RuleSet.draft(by=hood.secretary, community=hood.community, now=APRIL)


@pytest.mark.parametrize("wrong", [{"amount": 0}, {"amount": 1001}, {"per_minutes": 0}, {"events": []},
                                   {"events": ["no.such"]}, {"conditions": [{"fact": "x"}]}])  # fmt: skip
def test_a_senseless_rule_is_refused(hood: Hood, draft: RuleSet, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        put(draft, hood, **wrong)
    assert draft.drafts.get().amount == 10


def test_a_rule_is_written_in_a_form(hood: Hood, draft: RuleSet) -> None:
    client = Client()
    client.force_login(hood.staff)
    address = f"/points/rules/{draft.number}/rule/"
    form = {"name": "随手解决", "events": ["incident.fixed_on_spot"], "gives_to": "handler", "asset": "points"}
    assert "请填数额" in client.post(address, form).content.decode()
    for wrong in ("-3", "1.5", "99999999999999999999", "abc"):
        assert client.post(address, form | {"amount": wrong}).status_code == 422
    client.post(address, form | {"amount": "2", "photos": "on", "unpaid": "on", "rating": "4", "cap_day": "6"})
    rule = draft.drafts.get(code="incident_fixed_on_spot")
    assert (rule.amount, rule.cap_day, len(rule.conditions)) == (2, 6, 3)
    assert draft.drafts.count() == 2
    shown = client.get(f"{address}?code={rule.code}").content.decode()
    assert 'value="随手解决"' in shown
    page = client.get(f"/cases/{draft.number}/").content.decode()
    assert "评价星数不低于 4、附有照片、义务参与（不含在岗人员）" in page
    assert "新增" in page


def test_before_rules_are_confirmed_they_show_whether_points_stay_covered(hood: Hood, draft: RuleSet) -> None:
    granted(hood, hood.volunteer, hood.resident)  # in March
    put(draft, hood, amount=40)
    client = Client()
    client.force_login(hood.staff)
    asked = "按新规则再给一个季度，积分兑得出来吗"
    assert asked not in client.get(f"/cases/{draft.number}/").content.decode()
    draft.rehearse(by=hood.staff, now=APRIL)
    page = client.get(f"/cases/{draft.number}/")
    assert asked in page.content.decode()
    assert page.context["solvency"].outstanding == 10 + 40


def test_the_page_of_rules_begins_a_draft(hood: Hood) -> None:
    client = Client()
    client.force_login(hood.staff)
    assert "现行规则" in client.get("/points/rules/").content.decode()
    first = client.post("/points/rules/new/", {"community": hood.community.pk})
    again = client.post("/points/rules/new/", {"community": hood.community.pk})
    assert first.headers["location"] == again.headers["location"]
    rules.known.forget()
