"""A wish in the browser: from a phone to the board, into somebody's hands, and back with thanks."""

import re
from datetime import timedelta

import pytest
import time_machine
from playwright.sync_api import Page, expect

from community.timers.sweep import sweep
from tests.journeys.browser import MONDAY, As, assert_accessible
from tests.neighbourhood import Town
from wishes.models import Wish

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def seen(page: Page) -> None:
    """A step of the journey that a person looks at must be usable by everyone."""
    assert_accessible(page)


def test_from_wish_to_thanks(town: Town, phone: Page, desktop: Page, as_user: As) -> None:
    hood = town.ours
    with time_machine.travel(MONDAY, tick=True):
        # The resident wishes, on a phone, in three short steps.
        as_user(phone, hood.resident)
        phone.goto("/")
        seen(phone)
        phone.get_by_role("link", name="许个心愿").first.click()
        phone.get_by_label("您有什么心愿？").fill("想有人陪我去医院复查眼睛。孩子都在外地。")
        seen(phone)
        phone.get_by_role("button", name="下一步").click()
        phone.get_by_role("button", name="下一步").click()
        phone.get_by_label("联系电话").fill("１９９１２３４５６７８")
        phone.get_by_role("button", name="提交心愿").click()
        expect(phone.get_by_role("heading", level=1)).to_have_text("心愿已收到，谢谢您")
        seen(phone)
        wish = Wish.objects.get()
        assert (wish.title, wish.contact_phone) == ("想有人陪我去医院复查眼睛", "19912345678")
        assert wish.building == hood.building
        expect(phone.locator("body")).to_contain_text(wish.number)

        # Staff find it in their inbox, take the personal words out, and put it on the board.
        as_user(desktop, hood.staff)
        desktop.goto("/inbox/")
        desktop.get_by_role("link", name=re.compile("想有人陪我去医院复查眼睛")).first.click()
        seen(desktop)
        desktop.get_by_role("link", name="审核通过并上墙").click()
        desktop.get_by_label("上墙文字").fill("陪老人去医院看眼睛")
        desktop.get_by_role("button", name="审核通过并上墙").click()
        expect(desktop.locator(".ml-page-head-state")).to_contain_text("待认领")

        # A volunteer claims it; only now the phone number shows.
        as_user(phone, hood.volunteer)
        phone.goto("/wishes/")
        expect(phone.locator("main")).to_contain_text("陪老人去医院看眼睛")
        expect(phone.locator("main")).not_to_contain_text("19912345678")
        seen(phone)
        phone.get_by_role("link", name="我来认领").click()
        phone.get_by_role("button", name="我来认领").click()
        expect(phone.get_by_role("link", name="19912345678")).to_be_visible()
        seen(phone)
        phone.get_by_role("link", name="已帮忙完成").click()
        phone.get_by_role("button", name="已帮忙完成").click()
        expect(phone.locator("main")).to_contain_text("请写明怎样完成的")
        phone.get_by_label("说明").fill("陪同检查完，送到家了")
        phone.get_by_role("button", name="已帮忙完成").click()
        expect(phone.get_by_role("link", name="19912345678")).to_be_visible()

        # The resident confirms; the number is hidden again, and the volunteer has ten points.
        as_user(phone, hood.resident)
        phone.goto(f"/cases/{wish.number}/")
        phone.get_by_role("link", name="确认圆梦并评价").click()
        seen(phone)
        phone.locator("label", has_text="5 星").click()
        phone.get_by_role("button", name="确认圆梦并评价").click()
        expect(phone.locator(".ml-page-head-state")).to_contain_text("已圆梦")
        seen(phone)
        as_user(phone, hood.volunteer)
        phone.goto("/points/mine/")
        expect(phone.locator("main")).to_contain_text("10")
    wish.refresh_from_db()
    assert (wish.status, wish.rating) == (Wish.Status.GRANTED, 5)


def test_a_wish_nobody_vets_reaches_the_secretary_by_itself(town: Town, desktop: Page, as_user: As) -> None:
    hood = town.ours
    with time_machine.travel(MONDAY, tick=False) as clock:
        Wish.submit(by=hood.resident, community=hood.community, title="想要一床厚被子", description="冬天冷")
        clock.shift(timedelta(days=1, minutes=1))
        sweep()
        as_user(desktop, hood.secretary)
        desktop.goto("/inbox/")
        expect(desktop.locator("main")).to_contain_text("想要一床厚被子")
        expect(desktop.locator("main")).to_contain_text("已超时")
        seen(desktop)


def test_a_mistake_is_explained_beside_the_field_and_nothing_is_lost(town: Town, phone: Page, as_user: As) -> None:
    with time_machine.travel(MONDAY, tick=True):
        as_user(phone, town.ours.neighbour)
        phone.goto("/wishes/new/")
        phone.get_by_label("您有什么心愿？").fill("想学手机")
        phone.get_by_role("button", name="下一步").click()
        phone.get_by_text("代别人许愿").click()
        phone.get_by_role("button", name="下一步").click()
        phone.get_by_role("button", name="提交心愿").click()
        expect(phone.locator("main")).to_contain_text("请写对方姓名")
        seen(phone)
        phone.get_by_label("对方姓名").fill("李奶奶")
        phone.get_by_label("已征得对方本人同意").check()
        phone.get_by_role("button", name="下一步").click()
        phone.get_by_role("button", name="提交心愿").click()
        expect(phone.get_by_role("heading", level=1)).to_have_text("心愿已收到，谢谢您")
    assert Wish.objects.get().description == "想学手机"
