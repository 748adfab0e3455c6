"""Awards and deductions by two people, and appeals that a third answers."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from community.core.workflow import MoveError, NotNow, NotYours
from community.directory.models import Membership
from community.notices.models import Notice
from community.timers.sweep import sweep
from points import ledger
from points.models import Appeal, Award, Posting, Purse, issuance, member
from points.verification import faults
from tests.division_specimens import a_grant
from tests.neighbourhood import Hood, account
from tests.points.purses import balance, give, purse_of
from tests.specimens import MONDAY, an_appeal, an_award


def lodged(hood: Hood, posting: Posting, **more: Any) -> Appeal:
    facts: dict[str, Any] = {"by": hood.volunteer, "posting": posting, "words": "记错了", "now": MONDAY}
    return Appeal.lodge(**(facts | more))


def test_two_people_and_a_reason_make_an_award(hood: Hood) -> None:
    award = an_award(hood)
    assert balance(purse_of(hood.volunteer)) == 0
    with pytest.raises(NotYours):
        award.approve(by=hood.staff, now=MONDAY)
    award.approve(by=hood.secretary, now=MONDAY)
    assert balance(purse_of(hood.volunteer)) == 3
    posting = Posting.objects.get()
    assert (posting.words, posting.by, award.posting) == ("讲微党课", hood.secretary, posting)
    assert Notice.objects.get(recipient=hood.volunteer).title == "积分变动 +3 分：讲微党课"


def test_whoever_approves_sees_whether_points_stay_covered(hood: Hood) -> None:
    give(hood.neighbour, 20)
    award, taken = an_award(hood), an_award(hood, member=hood.neighbour, amount=-3)
    client = Client()
    client.force_login(hood.secretary)
    asked = client.get(f"/cases/{award.number}/")
    assert asked.context["solvency"].outstanding == 23
    assert "批准以后，积分兑得出来吗" in asked.content.decode()
    assert client.get(f"/cases/{taken.number}/").context["solvency"] is None
    award.approve(by=hood.secretary, now=MONDAY)
    assert client.get(f"/cases/{award.number}/").context["solvency"] is None
    client.force_login(hood.staff)
    assert client.get("/points/awards/new/").context["solvency"].outstanding == 23


def test_approving_twice_posts_once(hood: Hood) -> None:
    award = an_award(hood).approve(by=hood.secretary, now=MONDAY)
    with pytest.raises(NotNow):
        award.approve(by=hood.secretary, now=MONDAY)
    assert balance(purse_of(hood.volunteer)) == 3


def test_nobody_awards_themselves_or_their_household(hood: Hood) -> None:
    with pytest.raises(NotYours):
        an_award(hood, member=hood.staff)
    award = an_award(hood, member=hood.secretary)
    with pytest.raises(NotYours):
        award.approve(by=hood.secretary, now=MONDAY)
    Membership.begin(user=hood.staff, dwelling=hood.dwelling, how="request", now=MONDAY)
    with pytest.raises(NotYours):
        an_award(hood, member=hood.resident)
    by_secretary = an_award(hood, by=hood.secretary, member=hood.resident)
    with pytest.raises(NotYours):
        by_secretary.approve(by=hood.staff, now=MONDAY)


@pytest.mark.parametrize("amount", [0, 1001, -1001, 1.5, True, "3"])
def test_a_senseless_amount_is_refused(hood: Hood, amount: Any) -> None:
    with pytest.raises((ValidationError, TypeError)):
        an_award(hood, amount=amount)
    assert not Award.objects.exists()


def test_a_deduction_never_goes_below_zero(hood: Hood) -> None:
    give(hood.volunteer, 4)
    an_award(hood, amount=-10, words="虚报时长").approve(by=hood.secretary, now=MONDAY)
    assert balance(purse_of(hood.volunteer)) == 0
    with pytest.raises(NotNow, match="没有可扣的分"):
        an_award(hood, amount=-10).approve(by=hood.secretary, now=MONDAY)


def test_whoever_has_left_is_given_nothing_more(hood: Hood) -> None:
    award = an_award(hood)
    hood.volunteer.is_active = False
    hood.volunteer.save()
    with pytest.raises(NotNow, match="停用"):
        award.approve(by=hood.secretary, now=MONDAY)
    award.refuse(by=hood.secretary, now=MONDAY, note="人已离开")
    with pytest.raises(ValidationError):
        an_award(hood)


def test_only_who_manages_points_reads_what_waits(hood: Hood) -> None:
    award = an_award(hood)
    for user, sees in ((hood.secretary, True), (hood.volunteer, False), (hood.worker, False), (hood.leader, False)):
        assert Award.objects.visible_to(user).exists() == sees
    award.approve(by=hood.secretary, now=MONDAY)
    assert Award.objects.visible_to(hood.volunteer).exists()


def test_the_form_proposes_once(hood: Hood) -> None:
    client = Client()
    client.force_login(hood.staff)
    form = {
        "community": hood.community.pk, "member": hood.volunteer.phone, "what": "1", "amount": "5", "words": "优秀",
        "note": "季度评优", "request_key": "7e9f1bd2-68c2-4f33-b0f7-6f0a4e0c1d11",
    }  # fmt: skip
    for wrong, said in (({"amount": "2.5"}, "整数"), ({"amount": "-5"}, "1"), ({"member": "没有此人"}, "没有这个手机号"),
                        ({"member": hood.staff.phone}, "不能给自己")):  # fmt: skip
        answer = client.post("/points/awards/new/", form | wrong)
        assert answer.status_code == 422
        assert said in answer.content.decode()
    first, again = (client.post("/points/awards/new/", form) for _time in range(2))
    assert first.headers["location"] == again.headers["location"]
    assert Award.objects.get().amount == 5
    listed = client.get("/points/awards/").content.decode()
    assert "+5 分" in listed
    part = client.get("/points/awards/", headers={"hx-request": "true"}).content.decode()
    assert part.strip() in listed


def test_an_appeal_undoes_a_deduction(hood: Hood) -> None:
    give(hood.volunteer, 20)
    third = account(hood.community, "community_staff", hood.community)
    award = an_award(hood, amount=-10, words="无故缺席").approve(by=hood.secretary, now=MONDAY)
    assert award.posting is not None
    appeal = lodged(hood, award.posting)
    for party in (hood.staff, hood.secretary, hood.volunteer):  # proposed, decided, concerned
        with pytest.raises(NotYours):
            appeal.undo(by=party, now=MONDAY, note="查过了")
    appeal.undo(by=third, now=MONDAY, note="那天请过假")
    assert balance(purse_of(hood.volunteer)) == 20
    with pytest.raises(NotNow, match="冲正过"):
        lodged(hood, award.posting)


@pytest.mark.parametrize("what", ["a whole group's", "lapsed", "divided", "exchanged", "hours"])
def test_an_appeal_undoes_nothing_that_is_part_of_more(hood: Hood, what: str) -> None:
    here, mine = hood.community.pk, member(hood.resident, hood.community.pk)
    hours = member(hood.resident, here, "hours")
    ledger.post([(issuance(here), -9), (mine, 9)], key="before", source=ledger.Source("以前"), now=MONDAY)
    if what == "exchanged":
        held = ledger.hold(mine, 5, key="held", source=ledger.Source("预留"), now=MONDAY)
        to = [(Purse(here, "redeemed", "points"), 5)]
        posting = ledger.settle(held, to, key="it", source=ledger.Source("兑换"), now=MONDAY)
    else:
        entries = {
            "a whole group's": [(issuance(here), -4), (mine, 2), (member(hood.neighbour, here), 2)],
            "lapsed": [(mine, -5), (Purse(here, "expired", "points"), 5)],
            "divided": [(mine, -5), (Purse(here, "moved", "points"), 5)],
            "hours": [(issuance(here, "hours"), -60), (hours, 60)],
        }[what]
        posting = ledger.post(entries, key="it", source=ledger.Source("一笔"), now=MONDAY)
    appeal = lodged(hood, posting, by=hood.resident)
    with pytest.raises(NotYours):
        appeal.undo(by=hood.staff, now=MONDAY, note="查过了")
    desk = Client()
    desk.force_login(hood.staff)
    page = desk.get(f"/cases/{appeal.number}/").content.decode()
    assert "不能在这里整笔冲正" in page
    assert "冲正这笔账" not in page
    appeal.uphold(by=hood.staff, now=MONDAY, note="核对无误")
    assert list(faults()) == []


def test_whoever_decided_for_a_group_does_not_answer_for_it(hood: Hood) -> None:
    grant = a_grant(hood)
    grant.approve(by=hood.secretary, now=MONDAY)
    appeal = lodged(hood, grant.given().get().posting, by=hood.party_member)
    for decided in (hood.staff, hood.secretary):
        with pytest.raises(NotYours):
            appeal.uphold(by=decided, now=MONDAY, note="没错")


def test_an_appeal_adds_what_was_left_out(hood: Hood) -> None:
    appeal = an_appeal(hood)
    for amount in (0, -1, 101, 1.5):
        with pytest.raises(ValidationError):
            appeal.give(by=hood.staff, now=MONDAY, note="补上", amount=amount)
    appeal.give(by=hood.staff, now=MONDAY, note="补上", amount=2)
    assert balance(purse_of(hood.resident)) == 4
    assert Notice.objects.filter(recipient=hood.resident, code="appeal.give").exists()


def test_points_already_spent_cannot_be_taken_back(hood: Hood) -> None:
    appeal = an_appeal(hood)
    an_award(hood, member=hood.resident, amount=-2).approve(by=hood.secretary, now=MONDAY)
    with pytest.raises(MoveError, match="余额不足"):
        appeal.undo(by=hood.staff, now=MONDAY, note="冲掉")
    appeal.refresh_from_db()
    assert appeal.status == "lodged"


def test_one_open_appeal_for_one_posting_and_only_ones_own(hood: Hood) -> None:
    appeal = an_appeal(hood)
    with pytest.raises(NotNow, match="已有一件"):
        lodged(hood, appeal.posting, by=hood.resident)
    with pytest.raises(NotYours):
        lodged(hood, appeal.posting, by=hood.neighbour)
    appeal.withdraw(by=hood.resident, now=MONDAY)
    lodged(hood, appeal.posting, by=hood.resident)


def test_an_answer_says_why(hood: Hood) -> None:
    with pytest.raises(ValidationError, match="答复"):
        an_appeal(hood).uphold(by=hood.staff, now=MONDAY, note=" ")


def test_an_appeal_unanswered_climbs_to_the_street(hood: Hood, town: Any) -> None:
    appeal = an_appeal(hood)
    assert appeal.due_at is not None
    sweep(MONDAY + timedelta(days=20))
    appeal.refresh_from_db()
    assert appeal.tier == Appeal.Tier.STREET
    appeal.uphold(by=town.officer, now=MONDAY + timedelta(days=21), note="核对无误")


def test_the_appeal_form_offers_ones_own_lines(hood: Hood) -> None:
    client = Client()
    client.force_login(hood.volunteer)
    assert "您还没有积分记录" in client.get("/points/appeals/new/").content.decode()
    posting = give(hood.volunteer, 5)
    theirs = give(hood.neighbour, 5)
    line, other = posting.lines.get(account__owner=hood.volunteer), theirs.lines.get(account__owner=hood.neighbour)
    assert client.post("/points/appeals/new/", {"line": other.pk, "words": "不对"}).status_code == 422
    assert client.post("/points/appeals/new/", {"line": line.pk, "words": ""}).status_code == 422
    client.post("/points/appeals/new/", {"line": line.pk, "words": "少记一次"})
    appeal = Appeal.objects.get()
    assert appeal.number in client.get("/points/appeals/").content.decode()
    assert "少记一次" in client.get(f"/cases/{appeal.number}/").content.decode()
