"""The pages of redemption, where a browser adds nothing."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.directory.models import User
from points.models import CartLine, Offer, PrizeDraw, Redemption, Window
from tests.neighbourhood import Hood, Town
from tests.points.purses import balance, give, purse_of
from tests.specimens import MONDAY, a_draw, a_redemption, a_window, an_offer

SHOP = "/points/redemption/"


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(client: Client, address: str, status: int = 200, **data: Any) -> str:
    answer = client.post(address, data, follow=True) if data else client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def test_an_empty_shop_says_when(hood: Hood) -> None:
    client = client_of(hood.resident)
    assert "现在没有兑换期" in text(client, SHOP)
    Window.objects.create(
        community=hood.community, name="下半年", opens_at=MONDAY + timedelta(days=1),
        closes_at=MONDAY + timedelta(days=2), collect_until=MONDAY + timedelta(days=3),
    )  # fmt: skip
    assert "即将开始" in text(client, SHOP)


def test_a_cart_is_checked_out_once_whatever_is_tapped(hood: Hood, rich: User, haircut: Offer) -> None:
    client = client_of(rich)
    assert "合计" in text(client, f"{SHOP}offers/{haircut.pk}/", quantity=1)
    key = client.get(f"{SHOP}cart/").context["key"]
    for _tap in range(2):
        assert "待领取" in text(client, f"{SHOP}checkout/", key=key)
    assert Redemption.objects.count() == 1


def test_who_has_taken_all_they_may_is_told_before_they_try(hood: Hood) -> None:
    made = a_redemption(hood)
    offer = made.lines.get().offer_id
    page = text(client_of(hood.resident), f"{SHOP}offers/{offer}/")
    assert "每人限兑 1 份" in page
    assert "放进购物车" not in page
    assert "放进购物车" in text(client_of(hood.neighbour), f"{SHOP}offers/{offer}/")


@pytest.mark.parametrize(
    ("quantity", "words"),
    [("2", "每人限兑 1 份"), ("-1", "0"), ("1.5", "请填整数"), ("9" * 30, "99"), ("", "请填数量")],
)
def test_a_wrong_quantity_is_answered_beside_the_field(rich: User, haircut: Offer, quantity: str, words: str) -> None:
    shown = text(client_of(rich), f"{SHOP}offers/{haircut.pk}/", 422, quantity=quantity, sent="1")
    assert words in shown
    assert not CartLine.objects.exists()


def test_a_refusal_keeps_the_cart_and_says_that_nothing_moved(rich: User, haircut: Offer) -> None:
    client = client_of(rich)
    text(client, f"{SHOP}offers/{haircut.pk}/", quantity=1)
    with time_machine.travel(haircut.window.closes_at):
        shown = text(client, f"{SHOP}checkout/", 422, key="nonsense")
    assert "您的积分没有动" in shown
    assert haircut.name in shown


def test_nobody_pays_another_price_than_they_have_read(rich: User, haircut: Offer) -> None:
    client = client_of(rich)
    text(client, f"{SHOP}offers/{haircut.pk}/", quantity=1)
    page = client.get(f"{SHOP}cart/")
    assert 'name="total" value="10"' in page.content.decode()
    Offer.objects.update(price=12)
    shown = text(client, f"{SHOP}checkout/", 422, key=page.context["key"], total=10)
    assert "价格刚刚变了" in shown
    assert "用 12 分" in shown
    assert balance(purse_of(rich)) == 100
    text(client, f"{SHOP}checkout/", key=page.context["key"], total=12)
    assert balance(purse_of(rich)) == 88


def test_what_is_wrong_with_an_offer_is_said_beside_its_field(hood: Hood, haircut: Offer) -> None:
    address = f"{SHOP}windows/{haircut.window_id}/offers/new/"
    data = {
        "partner": hood.unit.pk,
        "name": "茶",
        "sort": "goods",
        "where": "东门",
        "price": 0,
        "stock": 1,
        "per_person": 1,
    }
    for wrong in ({}, {"price": 100_001}, {"stock": 0}, {"stock": 10**7}, {"per_person": 0}, {"per_household": 0}):
        form = client_of(hood.staff).post(address, data | {"price": 1} | wrong if wrong else data).context["form"]
        assert list(form.errors) == [*wrong, "price"][:1]


@pytest.mark.parametrize("amount", ["-1", "1.5", "9" * 30, "一", "1e3", ""])
def test_a_senseless_amount_is_answered_beside_its_field(hood: Hood, haircut: Offer, amount: str) -> None:
    """Of a new offer, and of one that people redeem already."""
    facts = {
        "partner": hood.unit.pk,
        "name": "茶",
        "sort": "goods",
        "where": "东门",
        "price": 1,
        "stock": 1,
        "per_person": 1,
    }
    for page in (f"{SHOP}windows/{haircut.window_id}/offers/new/", f"{SHOP}offers/{haircut.pk}/edit/"):
        for field in ("price", "stock", "per_person"):
            answer = client_of(hood.staff).post(page, facts | {field: amount})
            assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    haircut.refresh_from_db()
    assert (haircut.price, haircut.stock, Offer.objects.count()) == (10, 5, 1)


def test_a_window_lies_in_years_that_anybody_means(hood: Hood) -> None:
    data = {"community": hood.community.pk, "name": "一期", "opens_at": "0206-05-01T08:00", "closes_at": "9999-05-08T08:00",
            "collect_until": "2026-05-08T08:00"}  # fmt: skip
    shown = text(client_of(hood.staff), f"{SHOP}windows/new/", 422, **data)
    assert shown.count("请核对年份") == 2


def test_the_code_is_shown_to_the_member_alone(hood: Hood) -> None:
    made = a_redemption(hood)
    assert made.shown_code in text(client_of(hood.resident), made.get_absolute_url())
    for other in (hood.partner, hood.staff):
        shown = text(client_of(other), made.get_absolute_url())
        assert made.code not in shown
        assert made.shown_code not in shown
    assert client_of(hood.neighbour).get(made.get_absolute_url()).status_code == 404


def test_a_camera_may_bring_the_whole_address(hood: Hood) -> None:
    made = a_redemption(hood)
    client = client_of(hood.partner)
    shown = text(client, f"{SHOP}counter/", code=f"http://hub/points/redemption/collect/{made.code}/")
    assert "确认已交给居民" in shown
    for words in ("已领取，积分已结算", "已经领取过了"):
        assert words in text(client, f"{SHOP}collect/{made.code}/", sent="1")


def test_another_units_code_is_not_found(town: Town) -> None:
    theirs = a_redemption(town.theirs)
    assert "没有找到这个领取码" in text(client_of(town.ours.partner), f"{SHOP}counter/", 422, code=theirs.code)


def test_the_desk_plans_a_window_and_fills_it(hood: Hood) -> None:
    client = client_of(hood.staff)
    times = {"opens_at": "2026-03-03T09:00", "closes_at": "2026-03-20T18:00", "collect_until": "2026-03-10T18:00"}
    facts: dict[str, Any] = {"community": hood.community.pk, "name": "上半年", **times}
    assert "最迟领取不能早于截止" in text(client, f"{SHOP}windows/new/", 422, **facts)
    for empty in (
        text(client, f"{SHOP}windows/new/", 422, name=""),
        text(client, f"{SHOP}windows/new/", 422, name="x"),
    ):
        assert "请选择日期和时间" in empty
        assert "该字段是必填项" not in empty
    text(client, f"{SHOP}windows/new/", **(facts | {"collect_until": "2026-03-30T18:00"}))
    window = Window.objects.get()
    offer: dict[str, Any] = {
        "partner": hood.unit.pk, "name": "电饭煲", "sort": "goods", "where": "东门", "price": 20, "stock": 2,
        "per_person": 1, "for_whom": ["party_member"], "by_draw": "on",
    }  # fmt: skip
    address = f"{SHOP}windows/{window.pk}/offers/new/"
    assert "该字段是必填项" not in text(client, address, 422, name="", sort="goods")
    assert "请填写抽签时间" in text(client, address, 422, **offer)
    assert "要在兑换期内" in text(client, address, 422, **offer, draws_at="2026-04-18T09:00")
    assert not Offer.objects.exists()
    assert "电饭煲" in text(client, address, **offer, draws_at="2026-03-18T09:00")
    assert PrizeDraw.objects.get().offer.left == 2


def test_stock_is_changed_around_what_has_gone(hood: Hood, haircut: Offer) -> None:
    a_redemption(hood, offer=haircut)
    client, address = client_of(hood.staff), f"{SHOP}offers/{haircut.pk}/edit/"
    facts: dict[str, Any] = {"name": "理发一次", "sort": "service", "where": "东门", "price": 10, "per_person": 1}
    assert "数量不能更少" in text(client, address, 422, **facts, stock=0)
    text(client, address, **facts, stock=8)
    haircut.refresh_from_db()
    assert (haircut.left, haircut.reserved) == (7, 1)


def test_before_a_draw_its_seed_is_nowhere(hood: Hood) -> None:
    draw = a_draw(hood)
    for user in (hood.resident, hood.staff, hood.partner):
        for address in (f"{SHOP}draws/{draw.number}/", f"/cases/{draw.number}/", f"/api/case/{draw.number}/"):
            assert draw.secret not in text(client_of(user), address)


def test_more_rows_cost_no_more_queries(hood: Hood) -> None:
    client, counts = client_of(hood.resident), []
    for number in (2, 9):
        for made in range(number):
            offer = an_offer(hood, name=f"{number}:{made}", price=1, window=a_window(hood))
            a_redemption(hood, offer=offer)
            CartLine.objects.create(member=hood.resident, offer=an_offer(hood, name=f"c{number}:{made}"))
        give(hood.resident, 1)
        client.get(SHOP)
        found = []
        for address in (SHOP, f"{SHOP}cart/", f"{SHOP}mine/"):
            with CaptureQueriesContext(connection) as taken:
                client.get(address)
            found.append(len(taken))
        desk = client_of(hood.staff)
        for address in (f"{SHOP}windows/{a_window(hood).pk}/",):
            desk.get(address)
            with CaptureQueriesContext(connection) as taken:
                desk.get(address)
            found.append(len(taken))
        counts.append(found)
    assert counts[0] == counts[1]
