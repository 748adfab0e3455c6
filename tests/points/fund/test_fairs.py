"""Flea markets and charity fairs: entered by one, signed for by another."""

import pytest
from django.core.exceptions import ValidationError

from community.core.workflow import NotNow, NotYours
from community.notices.models import Notice
from community.timers.sweep import sweep
from points.models import Fair, Project
from tests.fund_specimens import a_fair
from tests.neighbourhood import Hood
from tests.points.fund.books import a_rule, fill_pool, free, pot, sum_of_everything, third
from tests.specimens import MONDAY

pytestmark = pytest.mark.django_db


def counted(hood: Hood) -> Fair:
    fair = a_fair(hood)
    fair.take(by=hood.staff, stall="手工皂", amount=1_250, now=MONDAY)
    return fair.count(by=hood.staff, now=MONDAY)


def test_two_people_bring_a_fairs_income_into_the_books(hood: Hood, project: Project) -> None:
    fair = counted(hood)
    with pytest.raises(NotYours):
        fair.sign(by=hood.staff, now=MONDAY)
    assert free(project) == 0
    fair.sign(by=third(hood), now=MONDAY)
    assert (fair.total, free(project), sum_of_everything()) == (10_050, 10_050, 0)
    assert [(row.sort, row.words) for row in fair.vouchers.all()] == [("fair", "三月跳蚤市场")]
    with pytest.raises(NotNow):
        fair.sign(by=hood.secretary, now=MONDAY)


def test_whoever_entered_a_stall_does_not_sign_though_another_counted(hood: Hood, project: Project) -> None:
    fair = a_fair(hood)
    fair.count(by=hood.secretary, now=MONDAY)
    for user in (hood.staff, hood.secretary):
        with pytest.raises(NotYours):
            fair.sign(by=user, now=MONDAY)


def test_what_does_not_agree_is_sent_back_and_struck(hood: Hood, project: Project) -> None:
    fair = counted(hood)
    with pytest.raises(ValidationError):
        fair.send_back(by=hood.secretary, now=MONDAY)
    fair.send_back(by=hood.secretary, now=MONDAY, note="旧书摊少记了十元")
    fair.strike(by=hood.staff, now=MONDAY, stall=fair.stalls.get(name="旧书摊").pk)
    fair.take(by=hood.staff, now=MONDAY, stall="旧书摊", amount=9_800)
    with pytest.raises(ValidationError, match="已经登记过"):
        fair.take(by=hood.staff, now=MONDAY, stall=" 旧书摊 ", amount=1)
    assert fair.total == 11_050


def test_an_empty_fair_brings_nothing(hood: Hood, project: Project) -> None:
    fair = a_fair(hood)
    fair.strike(by=hood.staff, now=MONDAY, stall=fair.stalls.get().pk)
    with pytest.raises(NotNow, match="还没有登记"):
        fair.count(by=hood.staff, now=MONDAY)
    fair.cancel(by=hood.staff, now=MONDAY)


def test_a_fair_is_matched_where_a_rule_says_so_and_reversed_with_it(hood: Hood, project: Project) -> None:
    fill_pool(hood, project, 20_000)
    a_rule(hood, project)
    fair = counted(hood).sign(by=hood.secretary, now=MONDAY)
    assert (fair.match, free(project)) == (10_050, 20_100)
    with pytest.raises(NotYours):
        fair.reverse(by=hood.secretary, now=MONDAY, note="重复")
    fair.reverse(by=hood.staff, now=MONDAY, note="重复")
    assert (free(project), free(pot(project, "matching"))) == (0, 20_000)


def test_interest_is_other_income_and_not_matched(hood: Hood, project: Project) -> None:
    fill_pool(hood, project, 20_000)
    a_rule(hood, project)
    fair = (
        a_fair(hood, sort="other", title="存款利息")
        .count(by=hood.staff, now=MONDAY)
        .sign(by=hood.secretary, now=MONDAY)
    )
    assert (fair.match, fair.vouchers.get().sort) == (0, "other")


def test_a_fair_that_nobody_finishes_is_reminded_of(hood: Hood, project: Project) -> None:
    fair = a_fair(hood)
    assert fair.due_at == MONDAY.replace(day=5, hour=18, minute=0)
    sweep(MONDAY.replace(day=5, hour=18, minute=1))
    told = Notice.objects.filter(code="clock.missed").values_list("recipient__username", flat=True)
    assert set(told) == {hood.staff.username, hood.secretary.username}
    fair.refresh_from_db()
    assert fair.tier == fair.Tier.COMMUNITY
