"""A window's days are mended by the desk as long as nobody is harmed, and every change is on record."""

from datetime import datetime, timedelta
from typing import Any

import time_machine
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from community.core.workflow import NotNow, NotYours
from community.notices.models import Notice
from community.timers.sweep import sweep
from points.models import Redemption, Window, WindowChange
from points.redemption import planning
from points.redemption.cart import Refused
from points.redemption.settlement import draw_up
from tests.neighbourhood import Hood, Town
from tests.points.purses import balance, purse_of, refused
from tests.specimens import MONDAY, a_draw, a_redemption, a_window, an_offer

DAY = timedelta(days=1)


def text_of(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def sent(window: Window, **more: Any) -> dict[str, str]:
    facts = {name: getattr(window, name) for name in ("name", "opens_at", "closes_at", "collect_until")} | more
    return {name: text_of(value) if isinstance(value, datetime) else value for name, value in facts.items()}


def desk(hood: Hood) -> Client:
    client = Client()
    client.force_login(hood.staff)
    return client


def change(hood: Hood, window: Window, now: datetime, **more: Any) -> Any:
    with time_machine.travel(now, tick=False):
        return desk(hood).post(f"/points/redemption/windows/{window.pk}/edit/", sent(window, **more))


def test_before_it_opens_everything_may_change(hood: Hood) -> None:
    window = a_window(hood)
    ahead = window.opens_at - 3 * DAY
    answer = change(
        hood, window, ahead, name="上半年", opens_at=window.opens_at - DAY, closes_at=window.closes_at - DAY
    )
    assert answer.status_code == 302
    window.refresh_from_db()
    assert (window.name, window.opens_at) == ("上半年", MONDAY - 2 * DAY)
    record = WindowChange.objects.get()
    assert (set(record.facts), record.by) == ({"name", "opens_at", "closes_at"}, hood.staff)
    assert "改动记录" in desk(hood).get(f"/points/redemption/windows/{window.pk}/").content.decode()
    assert change(hood, window, ahead).status_code == 302
    assert WindowChange.objects.count() == 1  # nothing changed
    for wrong, words in (
        ({"closes_at": window.opens_at}, "晚于开始"),
        ({"closes_at": ahead, "opens_at": ahead - DAY}, "晚于现在"),
    ):
        assert words in change(hood, window, ahead, **wrong).content.decode()
    with refused(DatabaseError, "append-only|cannot|refuse|only grow|never"):
        WindowChange.objects.update(note="x")


def test_a_longer_time_to_collect_restarts_the_clock_and_is_told(hood: Hood) -> None:
    made = a_redemption(hood)
    window, until = made.window, made.window.collect_until
    assert change(hood, window, MONDAY, collect_until=until - DAY).status_code == 422
    assert change(hood, window, MONDAY, closes_at=window.closes_at - DAY).status_code == 422
    assert change(hood, window, MONDAY, collect_until=until + 10 * DAY).status_code == 302
    assert Notice.objects.get(code="redemption.extended").recipient == hood.resident
    sweep(until + DAY)
    made.refresh_from_db()
    assert (made.status, made.due_at) == ("reserved", until + 10 * DAY)
    sweep(until + 11 * DAY)
    made.refresh_from_db()
    assert (made.status, balance(purse_of(hood.resident))) == ("lapsed", 30)


def test_what_is_past_stays(hood: Hood) -> None:
    window = a_window(hood)
    copy = Window.objects.get()
    copy.opens_at -= DAY
    with refused(ValidationError, "已经开始"):
        planning.replan(copy, by=hood.staff, now=MONDAY)
    copy = Window.objects.get()
    copy.closes_at += DAY
    with refused(ValidationError, "兑换已经截止"):
        planning.replan(copy, by=hood.staff, now=window.closes_at + DAY)
    with refused(NotNow):
        planning.replan(copy, by=hood.staff, now=window.collect_until)
    with refused(NotYours):
        planning.replan(copy, by=hood.resident, now=MONDAY)


def test_a_draw_stays_within_its_window(hood: Hood) -> None:
    draw = a_draw(hood)
    window = draw.offer.window
    answer = change(hood, window, MONDAY, closes_at=draw.draws_at - DAY)
    assert "有抽签定在" in answer.content.decode()


def test_two_windows_never_overlap_whoever_moves(hood: Hood) -> None:
    first = a_window(hood)
    second = Window.objects.create(
        community=hood.community, name="下半年", opens_at=first.closes_at + DAY, closes_at=first.closes_at + 9 * DAY,
        collect_until=first.closes_at + 9 * DAY,
    )  # fmt: skip
    answer = change(hood, first, MONDAY, closes_at=second.opens_at + DAY)
    assert "不能重叠" in answer.content.decode()
    planning.cancel(second, "重复了", by=hood.staff, now=MONDAY)
    assert change(hood, first, MONDAY, closes_at=second.opens_at + DAY).status_code == 302


def test_a_window_is_cancelled_only_while_nobody_has_anything_from_it(town: Town) -> None:
    hood = town.ours
    draw = a_draw(hood)
    window = draw.offer.window
    address = f"/points/redemption/windows/{window.pk}/cancel/"
    with time_machine.travel(MONDAY, tick=False):
        assert desk(hood).post(address, {"note": ""}).status_code == 422
        assert desk(town.theirs).post(address, {"note": "x"}).status_code == 404
        draw.enter(by=hood.resident, now=MONDAY)
        assert "不能取消" in desk(hood).post(address, {"note": "日期错了"}).content.decode()
        draw.withdraw(by=hood.resident, now=MONDAY)
        for _tap in range(2):
            assert desk(hood).post(address, {"note": "日期错了"}).status_code == 302
    draw.refresh_from_db()
    window.refresh_from_db()
    assert (draw.status, window.state(MONDAY)) == ("called_off", "cancelled")
    assert WindowChange.objects.get().note == "日期错了"
    assert Window.objects.current(hood.community.pk, MONDAY) is None
    with refused(NotNow, "没有要结算"):
        draw_up(window, now=window.collect_until)
    with refused(NotNow):
        planning.replan(window, by=hood.staff, now=MONDAY)


def test_what_somebody_redeemed_keeps_the_window(hood: Hood) -> None:
    made = a_redemption(hood)
    with refused(NotNow, "不能取消"):
        planning.cancel(made.window, "错了", by=hood.staff, now=MONDAY)
    made.cancel(by=hood.resident, now=MONDAY)
    offer = an_offer(hood, name="茶")
    planning.cancel(made.window, "错了", by=hood.staff, now=MONDAY)
    with refused(Refused, "已经取消"):
        a_redemption(hood, offer=type(offer).objects.get(pk=offer.pk))
    assert Redemption.objects.count() == 1
