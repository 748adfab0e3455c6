"""Money leaves a project by request, two approvals of others, payment and receipt."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from community.core.workflow import MoveError, NotNow, NotYours
from community.notices.models import Notice
from community.timers.sweep import sweep
from points import ledger
from points.fund.purses import budget
from points.models import Posting, Project, Spending, Voucher
from tests.fund_specimens import a_gift, a_project, a_spending
from tests.neighbourhood import Hood, Town
from tests.points.fund.books import RECEIPT, free, gone, held, paid, pot, sum_of_everything, third
from tests.specimens import MONDAY

pytestmark = pytest.mark.django_db


def test_a_request_holds_its_amount_and_payment_spends_it(hood: Hood, project: Project) -> None:
    spending = a_spending(hood)
    assert (free(project), held(project)) == (40_000, 10_000)
    paid(spending, hood, 9_000)
    assert (free(project), held(project), gone(project)) == (41_000, 0, 9_000)
    spending.close(by=hood.secretary, now=MONDAY)
    voucher = Voucher.objects.get(sort="spending")
    assert (voucher.amount, voucher.words, voucher.via) == (-9_000, "十月助餐补贴", "bank")
    assert [row.purpose for row in spending.attachments.all()] == ["receipt"]
    project.refresh_from_db()
    assert (project.committed, sum_of_everything()) == (9_000, 0)


def test_three_different_people_stand_behind_every_payment(hood: Hood, project: Project) -> None:
    spending, supervisor = a_spending(hood), third(hood)
    with pytest.raises(NotYours):
        spending.review(by=hood.staff, now=MONDAY)
    spending.review(by=hood.secretary, now=MONDAY)
    for user in (hood.secretary, hood.staff):
        with pytest.raises(NotYours):
            spending.approve(by=user, now=MONDAY)
    spending.approve(by=supervisor, now=MONDAY)
    with pytest.raises(NotNow):
        spending.approve(by=supervisor, now=MONDAY)
    for field in ("second_by", "first_by"):
        with pytest.raises(IntegrityError, match="three_people"), transaction.atomic():
            Spending.objects.filter(pk=spending.pk).update(**{field: hood.staff})
    with pytest.raises(IntegrityError, match="three_people"), transaction.atomic():
        Spending.objects.filter(pk=spending.pk).update(second_by=hood.secretary)


def test_approvers_are_told_and_reminded(hood: Hood, project: Project) -> None:
    spending = a_spending(hood)
    assert Notice.objects.filter(recipient=hood.secretary, code="spending.asked").count() == 1
    assert (
        Notice.objects.get(code="spending.asked", recipient=hood.secretary).title
        == "基金支出 ¥100.00 待初审：十月助餐补贴"
    )
    assert (spending.awaits_perm, spending.due_at is not None) == ("approve_fund", True)
    sweep(MONDAY + timedelta(days=7))
    spending.refresh_from_db()
    assert spending.tier == spending.Tier.COMMUNITY


def test_nobody_promises_more_than_there_is(hood: Hood, project: Project) -> None:
    a_spending(hood)
    with pytest.raises(ValidationError, match="还能用的 ¥900"):
        a_spending(hood, amount=90_001)
    small = a_project(hood, name="课后托管", budget=20_000)
    a_gift(hood, 50_000, project=small)
    with pytest.raises(ValidationError, match="还能用的 ¥200"):
        Spending.request(by=hood.staff, project=small, amount=20_001, title="书", payee="书店", note="买书", now=MONDAY)
    with pytest.raises(IntegrityError, match="project_within_budget"), transaction.atomic():
        small.commit(20_001)
    with pytest.raises(ledger.NotEnough), transaction.atomic():
        ledger.hold(budget(small), 50_001, key="x", source=ledger.Source("x"), now=MONDAY)


def test_what_is_refused_or_cancelled_goes_back_to_the_project(hood: Hood, project: Project) -> None:
    refused, cancelled = a_spending(hood), a_spending(hood)
    with pytest.raises(ValidationError):
        refused.refuse(by=hood.secretary, now=MONDAY)
    refused.refuse(by=hood.secretary, now=MONDAY, note="太贵")
    cancelled.review(by=hood.secretary, now=MONDAY)
    cancelled.cancel(by=hood.staff, now=MONDAY)
    project.refresh_from_db()
    assert (free(project), held(project), project.committed) == (100_000, 0, 0)


@pytest.mark.parametrize("wrong", [{"photos": []}, {"amount": 10_001}, {"amount": 0}, {"amount": 1.5}])
def test_no_receipt_no_payment_and_never_more_than_approved(
    hood: Hood, project: Project, wrong: dict[str, Any]
) -> None:
    spending = a_spending(hood)
    with pytest.raises(ValidationError):
        _pay(spending, hood, **wrong)
    assert (gone(project), held(project)) == (0, 10_000)


def _pay(spending: Spending, hood: Hood, **more: Any) -> Spending:
    if spending.status == "requested":
        spending.review(by=hood.secretary, now=MONDAY)
        spending.approve(by=third(hood), now=MONDAY)
    facts: dict[str, Any] = {"amount": 10_000, "day": MONDAY.date(), "via": "cash", "photos": [RECEIPT]}
    return spending.pay(by=hood.staff, now=MONDAY, **(facts | more))


def test_a_project_that_has_ended_pays_nothing_more(hood: Hood, project: Project) -> None:
    asked, approved = a_spending(hood), a_spending(hood)
    approved.review(by=hood.secretary, now=MONDAY)
    approved.approve(by=third(hood), now=MONDAY)
    project.close(by=hood.secretary, now=MONDAY)
    general = pot(project, "general")
    assert (free(project), held(project), free(general)) == (0, 20_000, 80_000)
    with pytest.raises(NotNow, match="已经结束"):
        asked.review(by=hood.secretary, now=MONDAY)
    with pytest.raises(NotNow, match="已经结束"):
        _pay(approved, hood)
    for spending in (asked, approved):
        spending.cancel(by=hood.staff, now=MONDAY)
    assert (free(project), held(project), free(general)) == (0, 0, 100_000)
    with pytest.raises(NotNow):
        project.close(by=hood.secretary, now=MONDAY)


def test_a_payment_in_error_is_reversed_by_another(hood: Hood, project: Project) -> None:
    spending = paid(a_spending(hood), hood)
    with pytest.raises(NotYours):
        spending.reverse(by=hood.staff, now=MONDAY, note="付错了")
    spending.reverse(by=hood.secretary, now=MONDAY, note="付错了")
    project.refresh_from_db()
    assert (free(project), gone(project), project.committed) == (50_000, 0, 0)
    assert list(Voucher.objects.filter(sort="spending").order_by("pk").values_list("amount", flat=True)) == [
        -10_000,
        10_000,
    ]
    with pytest.raises(MoveError):
        spending.reverse(by=hood.secretary, now=MONDAY, note="付错了")


def test_the_pool_for_matching_is_spent_on_nothing_else(hood: Hood, project: Project) -> None:
    with pytest.raises(ValidationError, match="只用于配比"):
        a_spending(hood, project=pot(project, "matching"))


def test_who_sees_a_spending(town: Town) -> None:
    hood = town.ours
    spending = a_spending(hood)
    sees = {
        name for name, user in {**hood.people, "theirs": town.theirs.staff}.items()
        if Spending.objects.visible_to(user).filter(pk=spending.pk).exists()
    }  # fmt: skip
    assert sees == {"staff", "secretary"}
    with pytest.raises(NotYours):
        a_spending(hood, by=town.theirs.staff)


def test_vouchers_can_neither_lie_nor_change(hood: Hood, project: Project) -> None:
    gift = a_gift(hood, 5_000)
    voucher = gift.vouchers.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Voucher.objects.filter(pk=voucher.pk).update(amount=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        voucher.delete()
    posting = Posting.objects.get(pk=voucher.posting_id)
    voucher.pk, voucher.number = None, "PZ-X"
    with pytest.raises(IntegrityError, match="do not tell"), transaction.atomic():
        _write_now(voucher)
    assert posting.vouchers.count() == 1


def _write_now(voucher: Voucher) -> None:
    voucher.save(force_insert=True)
    connection.check_constraints()
