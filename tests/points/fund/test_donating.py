"""Donations in money and in kind, and what a rule adds to them."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from community.core.workflow import NotNow, NotYours
from community.notices.models import Notice
from community.timers.sweep import sweep
from points.ledger import NotEnough
from points.models import Donation, GoodsIssue, MatchRule, Posting, Project, Voucher
from tests.fund_specimens import a_donation, a_gift, a_project, a_spending
from tests.neighbourhood import Hood, Town
from tests.points.fund.books import a_rule, fill_pool, free, pot, sum_of_everything
from tests.specimens import MONDAY

pytestmark = pytest.mark.django_db


def receive(donation: Donation, hood: Hood, **more: Any) -> Donation:
    facts: dict[str, Any] = {"by": hood.staff, "amount": donation.amount, "day": MONDAY.date(), "via": "bank"}
    return donation.receive(**(facts | {"now": MONDAY} | more))


def test_a_word_brings_no_money_and_its_arrival_does(hood: Hood, project: Project) -> None:
    donation = a_donation(hood)
    assert free(project) == 0
    receive(donation, hood)
    assert free(project) == 20_000
    voucher = Voucher.objects.get()
    assert (voucher.sort, voucher.amount, voucher.shown_name) == ("donation", 20_000, "r*" + "*" * 7)
    assert Notice.objects.get(recipient=hood.resident).title == "收到您的捐赠，谢谢您"


def test_what_really_came_counts(hood: Hood, project: Project) -> None:
    donation = receive(a_donation(hood), hood, amount=15_050)
    assert (free(project), donation.title) == (15_050, "捐赠 ¥150.50：老年助餐")


def test_nobody_receives_their_own_money_and_nothing_is_received_twice(hood: Hood, project: Project) -> None:
    own = Donation.pledge(by=hood.staff, project=project, amount=100, now=MONDAY)
    with pytest.raises(NotYours):
        receive(own, hood)
    receive(own, hood, by=hood.secretary)
    with pytest.raises(NotNow):
        receive(own, hood, by=hood.secretary)
    assert free(project) == 100


def test_a_word_that_is_not_kept_lapses_after_thirty_days(hood: Hood) -> None:
    donation = a_donation(hood)
    sweep(MONDAY + timedelta(days=31))
    donation.refresh_from_db()
    assert donation.status == "lapsed"


def test_a_rule_adds_from_the_pool_within_its_limits(hood: Hood, project: Project) -> None:
    fill_pool(hood, project, 30_000)
    rule = a_rule(hood, per_gift=12_000, cap=20_000)
    first = a_gift(hood, 10_000)
    assert (free(project), first.match, first.rule) == (20_000, 10_000, rule)
    assert [row.sort for row in first.vouchers.order_by("pk")] == ["donation", "match"]
    assert Posting.objects.filter(case=first).count() == 1
    assert a_gift(hood, 15_000).match == 10_000  # what is left of the cap
    assert a_gift(hood, 15_000).match == 0
    rule.refresh_from_db()
    assert (rule.given, free(pot(project, "matching"))) == (20_000, 10_000)
    assert sum_of_everything() == 0


def test_the_pool_never_gives_what_it_does_not_have(hood: Hood, project: Project) -> None:
    fill_pool(hood, project, 333)
    a_rule(hood, percent=50)
    assert a_gift(hood, 201).match == 100  # half of it in whole cents
    assert a_gift(hood, 10_000).match == 233
    assert free(pot(project, "matching")) == 0


def test_a_projects_own_rule_comes_before_the_general_one_and_pots_are_not_matched(
    hood: Hood, project: Project
) -> None:
    fill_pool(hood, project, 90_000)
    a_rule(hood, percent=10)
    own = a_rule(hood, project, percent=200)
    assert a_gift(hood, 1_000).rule == own
    assert a_gift(hood, 1_000, project=a_project(hood, name="课后托管")).match == 100
    assert a_gift(hood, 1_000, project=pot(project, "general")).match == 0


def test_a_rule_holds_on_its_days_alone(hood: Hood, project: Project) -> None:
    fill_pool(hood, project, 90_000)
    rule = a_rule(hood, begins_on=MONDAY.date() - timedelta(days=3), ends_on=MONDAY.date() - timedelta(days=1))
    assert a_gift(hood, 500).match == 0
    assert a_gift(hood, 500, day=MONDAY.date() - timedelta(days=2)).match == 500
    rule.end(by=hood.staff, now=MONDAY)


def test_the_database_keeps_a_rule_within_its_cap(hood: Hood, project: Project) -> None:
    rule = a_rule(hood)
    with pytest.raises(IntegrityError), transaction.atomic():
        MatchRule.objects.filter(pk=rule.pk).update(given=100_001)


def test_goods_are_counted_valued_and_given_out(hood: Hood, project: Project) -> None:
    rice = a_gift(hood, 0, sort="goods", goods="大米", quantity=20, unit="袋", unit_value=4_500)
    assert (rice.amount, rice.left, free(project)) == (90_000, 20, 0)
    rice.hand_out(by=hood.staff, now=MONDAY, project=project, quantity=12, whom="3号楼高龄老人", day=MONDAY.date())
    assert rice.left == 8
    assert GoodsIssue.objects.get().voucher.amount == -54_000
    with pytest.raises(ValidationError, match="只剩 8"):
        rice.hand_out(by=hood.staff, now=MONDAY, project=project, quantity=9, whom="5号楼", day=MONDAY.date())
    with pytest.raises(NotNow, match="已经发放"):
        rice.reverse(by=hood.secretary, now=MONDAY, note="记错")
    assert sum_of_everything() == 0


def test_an_error_is_reversed_by_another_person_with_its_match(hood: Hood, project: Project) -> None:
    fill_pool(hood, project, 5_000)
    rule = a_rule(hood)
    gift = a_gift(hood, 3_000)
    with pytest.raises(NotYours):
        gift.reverse(by=hood.staff, now=MONDAY, note="多记了")
    gift.reverse(by=hood.secretary, now=MONDAY, note="多记了")
    rule.refresh_from_db()
    assert (free(project), free(pot(project, "matching")), rule.given) == (0, 5_000, 0)
    assert sorted(gift.vouchers.values_list("amount", flat=True)) == [-3_000, -3_000, 3_000, 3_000]
    with pytest.raises(NotNow):
        gift.reverse(by=hood.secretary, now=MONDAY, note="多记了")


def test_what_is_promised_away_cannot_be_reversed(hood: Hood, project: Project) -> None:
    a_spending(hood, amount=45_000)
    gift = Donation.objects.get()
    with pytest.raises(NotEnough):
        gift.reverse(by=hood.secretary, now=MONDAY, note="记错")


@pytest.mark.parametrize("amount", [0, -5, 10**9 + 1, 1.5, True, "100"])
def test_a_senseless_amount_is_refused(hood: Hood, project: Project, amount: Any) -> None:
    with pytest.raises(ValidationError):
        a_gift(hood, amount)
    with pytest.raises(ValidationError):
        a_donation(hood, amount=amount)
    assert not Donation.objects.exists()


def test_donors_are_told_of_as_they_agreed(hood: Hood, project: Project) -> None:
    told = [
        a_gift(hood, 100, **more).shown_name
        for more in (
            {"name_as": "full"}, {"name_as": "family"}, {"name_as": "nickname", "nickname": "一束光"}, {"name_as": ""},
            {"source": "anonymous", "donor_name": "", "name_as": ""},
        )
    ]  # fmt: skip
    assert told == ["王建国", "王**", "一束光", "", ""]


def test_only_the_donor_and_the_keepers_see_who_gave(town: Town) -> None:
    hood = town.ours
    donation = a_donation(hood)
    sees = {
        name: Donation.objects.visible_to(user).filter(pk=donation.pk).exists()
        for name, user in {**hood.people, "theirs": town.theirs.staff, "officer": town.officer}.items()
    }
    assert {name for name, yes in sees.items() if yes} == {"resident", "staff", "secretary"}


def test_another_community_takes_no_word(town: Town) -> None:
    with pytest.raises(NotYours):
        a_donation(town.ours, by=town.theirs.resident)
    with pytest.raises(NotYours):
        a_gift(town.ours, 100, by=town.theirs.staff)
