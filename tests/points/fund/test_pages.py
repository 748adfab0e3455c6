"""Pages of the fund: what residents see, what a form refuses beside its fields, and what happens when it is sent twice."""

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from community.core.photos import MAX_BYTES
from points.models import BankLine, Donation, Fund, MatchRule, Month, Project, Spending, Voucher
from tests.fund_specimens import a_donation, a_gift, a_spending
from tests.moments import MONDAY
from tests.neighbourhood import Hood, Town
from tests.points.fund.books import free, paid, pot, third

pytestmark = pytest.mark.django_db


def as_(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def cash(hood: Hood, project: Project, **more: Any) -> dict[str, Any]:
    return {
        "request_key": str(uuid4()), "source": "person", "donor_name": "王建国", "name_as": "family", "project": project.pk,
        "amount": "200", "via": "cash", "day": MONDAY.date(),
    } | more  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "said"),
    [("-5", "负数"), ("0", "大于 0"), ("1.234", "两位小数"), ("abc", "请填数字"), ("99999999999", "一千万元"), ("", "请填金额"),
     ("1e9", "请填数字"), ("٣", "请填数字")],
)  # fmt: skip
def test_a_wrong_amount_is_told_beside_its_field(hood: Hood, project: Project, typed: str, said: str) -> None:
    answer = as_(hood.staff).post("/fund/donations/cash/", cash(hood, project, amount=typed))
    assert answer.status_code == 422
    assert said in str(answer.context["form"].errors["amount"])
    assert "王建国" in answer.content.decode()
    assert not Donation.objects.exists()


@pytest.mark.parametrize(
    ("typed", "found"), [("200", 20_000), ("１，２３４．５", 123_450), ("¥ 0.01", 1), ("35.5元", 3_550)]
)
def test_amounts_as_people_type_them(hood: Hood, project: Project, typed: str, found: int) -> None:
    as_(hood.staff).post("/fund/donations/cash/", cash(hood, project, amount=typed))
    assert Donation.objects.get().amount == found


def test_a_click_too_many_books_once(hood: Hood, project: Project) -> None:
    client, form = as_(hood.staff), cash(hood, project)
    first, again = (client.post("/fund/donations/cash/", form) for _click in range(2))
    assert first.headers["location"] == again.headers["location"]
    assert free(project) == 20_000


def test_asking_twice_holds_once_though_nothing_is_left(hood: Hood, project: Project) -> None:
    a_gift(hood, 10_000)
    form = {
        "request_key": str(uuid4()), "project": project.pk, "title": "桌椅", "amount": "100", "payee": "文具店", "note": "活动室",
    }  # fmt: skip
    first, again = (as_(hood.staff).post("/fund/spendings/new/", form) for _click in range(2))
    assert first.headers["location"] == again.headers["location"]
    assert Spending.objects.get().amount == 10_000
    more = as_(hood.staff).post("/fund/spendings/new/", form | {"request_key": str(uuid4())})
    assert (more.status_code, "还能用的 ¥0.00" in str(more.context["form"].errors["amount"])) == (422, True)


def test_a_transfer_sent_twice_moves_once(hood: Hood, project: Project) -> None:
    a_gift(hood, 10_000, project=pot(project, "general"))
    form = {"request_key": str(uuid4()), "target": project.pk, "amount": "30"}
    for _click in range(2):
        as_(hood.staff).post("/fund/desk/transfer/", form)
    assert (free(project), free(pot(project, "general"))) == (3_000, 7_000)
    more = as_(hood.staff).post("/fund/desk/transfer/", form | {"request_key": str(uuid4()), "amount": "500"})
    assert "余额不足" in str(more.context["form"].errors["amount"])


def test_approving_twice_and_by_the_wrong_people(hood: Hood, project: Project) -> None:
    spending = a_spending(hood)
    address = reverse("cases:act", args=[spending.number, "review"])
    as_(hood.staff).post(address, {"note": ""})
    spending.refresh_from_db()
    assert spending.status == "requested"
    for _click in range(2):
        as_(hood.secretary).post(address, {"note": ""})
    as_(hood.secretary).post(reverse("cases:act", args=[spending.number, "approve"]), {"note": ""})
    spending.refresh_from_db()
    assert (spending.status, spending.first_by, spending.second_by) == ("reviewed", hood.secretary, None)


def test_a_receipt_of_thirty_megabytes_is_refused_in_words(hood: Hood, project: Project) -> None:
    spending = a_spending(hood)
    spending.review(by=hood.secretary, now=MONDAY)
    spending.approve(by=third(hood), now=MONDAY)
    address = reverse("cases:act", args=[spending.number, "pay"])
    form = {"amount": "100", "day": MONDAY.date(), "via": "cash"}
    for photos, said in ((SimpleUploadedFile("票.jpg", b"x" * (MAX_BYTES + 1)), "超过 20 MB"), ("", "请附上票据"),
                         (SimpleUploadedFile("票.jpg", b"not a picture"), "不是能打开的照片")):  # fmt: skip
        answer = as_(hood.staff).post(address, form | {"photos": photos})
        assert (answer.status_code, said in answer.content.decode()) == (422, True)
    spending.refresh_from_db()
    assert spending.status == "approved"


def test_a_closed_month_is_told_beside_the_date(hood: Hood, project: Project) -> None:
    a_gift(hood, 100)
    month, later = Month.objects.get(), MONDAY + timedelta(days=40)
    month.propose(by=hood.staff, now=later)
    month.close(by=hood.secretary, now=later)
    answer = as_(hood.staff).post("/fund/donations/cash/", cash(hood, project))
    assert "已经结账" in str(answer.context["form"].errors["day"])
    future = as_(hood.staff).post("/fund/donations/cash/", cash(hood, project, day="2999-01-01"))
    assert "今天以后" in str(future.context["form"].errors["day"])
    slipped = as_(hood.staff).post("/fund/donations/cash/", cash(hood, project, day="0206-01-01"))
    assert "请核对年份" in str(slipped.context["form"].errors["day"])


def test_residents_read_the_accounts_and_nobody_elses_name(town: Town) -> None:
    hood = town.ours
    gift = a_gift(hood, 20_000, donor_name="欧阳建国")
    paid(a_spending(hood, payee="张师傅"), hood)
    page = as_(hood.neighbour).get("/fund/", follow=True).content.decode()
    assert "欧阳**" in page
    assert "十月助餐补贴" in page
    for hidden in ("欧阳建国", "张师傅"):
        assert hidden not in page
    voucher = as_(hood.neighbour).get(f"/fund/vouchers/{gift.vouchers.get().number}/").content.decode()
    assert "欧阳**" in voucher
    assert gift.number not in voucher
    address = f"/fund/{hood.community.pk}/"
    assert as_(town.theirs.resident).get(address).status_code == 404
    assert Client().get(address).status_code == 404
    Fund.objects.update(published=True)
    assert Client().get(address).status_code == 200
    assert Client().get(f"{address}vouchers/").status_code == 200


def test_a_page_of_accounts_costs_the_same_however_many_entries(
    hood: Hood, project: Project, django_assert_max_num_queries: Any
) -> None:
    for _nth in range(12):
        a_gift(hood, 100)
    client = as_(hood.neighbour)
    with django_assert_max_num_queries(40):
        client.get(f"/fund/{hood.community.pk}/")
    with django_assert_max_num_queries(25):
        client.get(f"/fund/{hood.community.pk}/vouchers/")


def test_a_receipt_is_a_pdf_and_its_code_tells_what_the_donor_agreed_to(hood: Hood, project: Project) -> None:
    donation = a_donation(hood)
    address = f"/fund/receipts/{donation.number}/"
    assert as_(hood.resident).get(address).status_code == 404
    donation.receive(by=hood.staff, amount=20_000, day=MONDAY.date(), via="cash", now=MONDAY)
    answer = as_(hood.resident).get(address)
    assert (answer["content-type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert as_(hood.neighbour).get(address).status_code == 404
    seen = Client().get(f"/receipt/{donation.key}/").content.decode()
    assert donation.shown_name in seen
    assert str(hood.resident) not in seen
    donation.reverse(by=hood.secretary, now=MONDAY, note="重复")
    assert "已经冲正" in Client().get(f"/receipt/{donation.key}/").content.decode()


def test_the_accountants_workbook_has_every_voucher(hood: Hood, project: Project) -> None:
    a_gift(hood, 20_050, donor_name="=1+1", name_as="full")
    paid(a_spending(hood), hood)
    month = Month.objects.get()
    answer = as_(hood.secretary).get(f"/fund/months/{month.pk}/workbook/")
    book = load_workbook(BytesIO(answer.content))
    balances, vouchers, lines = (list(page.values) for page in book.worksheets)
    assert (balances[2][1:5], balances[-1][4]) == ((0, 700.5, 100, 600.5), 600.5)
    assert [row[6] for row in vouchers[1:]] == [200.5, 500, -100]
    assert vouchers[1][7] == "=1+1"
    assert book.worksheets[1].cell(2, 8).data_type == "s"
    assert sum(row[5] for row in lines[1:]) == 0


def test_a_pledge_on_the_page_and_another_communitys_staff(town: Town) -> None:
    hood = town.ours
    donation = a_donation(hood)
    project = donation.project
    client = as_(hood.neighbour)
    form = {"request_key": str(uuid4()), "project": project.pk, "amount": "50", "name_as": "nickname", "nickname": ""}
    answer = client.post("/fund/donate/", form)
    assert (answer.status_code, "请写一个昵称" in answer.content.decode()) == (422, True)
    made = client.post("/fund/donate/", form | {"nickname": "一束光"})
    assert "怎样交款" in client.get(made.headers["location"]).content.decode()
    for address in (f"/cases/{donation.number}/", f"/fund/projects/{project.pk}/"):
        assert as_(town.theirs.staff).get(address).status_code == 404
    assert as_(town.theirs.staff).post(f"/fund/projects/{project.pk}/close/").status_code == 404
    assert not Voucher.objects.exists()


@pytest.mark.parametrize(
    "address",
    ["/fund/vouchers/%00/", "/fund/receipts/%00/", "/receipt/%00/", "/cases/%00/", "/certificate/%00/",
     "/receipt/٣/", f"/fund/projects/{9**30}/", f"/fund/{9**30}/",
     f"/fund/bank/{9**30}/", f"/fund/months/?community={9**30}", f"/fund/months/?community={'9' * 5000}",
     "/fund/spendings/?community=x"],
)  # fmt: skip
def test_an_address_that_makes_no_sense_is_not_there(hood: Hood, project: Project, address: str) -> None:
    assert as_(hood.staff).get(address).status_code == 404


def test_filters_that_make_no_sense_find_nothing(hood: Hood, project: Project) -> None:
    a_gift(hood, 100)
    books = f"/fund/{hood.community.pk}/vouchers/"
    for query in ("flow=x", "days=-1", "project=x", f"month={9**30}", "sort=%00"):
        assert as_(hood.staff).get(f"{books}?{query}").context["page"].rows == [], query


def test_another_communitys_staff_reconciles_nothing_of_ours(town: Town) -> None:
    hood = town.ours
    a_gift(hood, 100)
    a_gift(town.theirs, 100, via="bank")
    ours = BankLine.objects.create(community=hood.community, day=MONDAY.date(), amount=100, imported_at=MONDAY)
    abroad = Voucher.objects.get(community=town.theirs.community)
    assert as_(town.theirs.staff).post(f"/fund/bank/{ours.pk}/", {"step": "undo"}).status_code == 404
    answer = as_(hood.staff).post(f"/fund/bank/{ours.pk}/", {"step": "share", "voucher": abroad.number})
    assert (answer.status_code, "没有这个号的凭证" in answer.content.decode()) == (422, True)
    assert as_(hood.staff).post(f"/fund/bank/{ours.pk}/", {"step": "undo", "share": str(9**30)}).status_code == 302
    assert as_(hood.staff).get(f"/fund/spendings/?community={town.theirs.community.pk}").status_code == 404


def test_a_rule_sent_twice_is_laid_down_once(hood: Hood, project: Project) -> None:
    form = {"name": "一比一", "income": ["donation"], "percent": "100", "cap": "500", "begins_on": MONDAY.date()}
    client = as_(hood.staff)
    assert client.post("/fund/rules/new/", form).status_code == 302
    again = client.post("/fund/rules/new/", form)
    assert (again.status_code, "同一天开始" in str(again.context["form"].errors["name"])) == (422, True)
    assert MatchRule.objects.count() == 1


def test_goods_are_handed_out_once_whatever_is_tapped(hood: Hood, project: Project) -> None:
    rice = a_gift(hood, 0, sort="goods", goods="大米", quantity=20, unit="袋", unit_value=4_500)
    client, page = as_(hood.staff), f"/cases/{rice.number}/hand_out/"
    told = {"quantity": 5, "project": project.pk, "whom": "3号楼高龄老人", "day": MONDAY.date().isoformat()}
    told["request_key"] = str(client.get(page).context["form"]["request_key"].value())
    for _tap in range(2):
        assert client.post(page, told).status_code == 302
    rice.refresh_from_db()
    assert rice.left == 15
    client.post(page, told | {"request_key": str(uuid4())})
    rice.refresh_from_db()
    assert rice.left == 10
