"""Settlement statements, and whether the points that people have are covered."""

from datetime import timedelta

import time_machine
from django.test import Client

from community.core.workflow import NotNow, NotYours
from community.directory.models import User
from points.models import Offer
from points.redemption.settlement import draw_up
from points.redemption.solvency import solvency_of
from tests.neighbourhood import Hood
from tests.points.purses import give, refused
from tests.specimens import MONDAY, a_redemption

LATER = MONDAY + timedelta(days=50)


def test_a_statement_counts_what_was_collected(hood: Hood, haircut: Offer) -> None:
    made = a_redemption(hood, offer=haircut)
    gone = a_redemption(hood, offer=haircut, by=hood.neighbour)
    with refused(NotNow, "领取还没有结束"):
        draw_up(haircut.window, now=MONDAY)
    made.collect(by=hood.partner, now=MONDAY, code=made.code)
    with refused(NotNow, "领取还没有结束"):
        draw_up(haircut.window, now=LATER)
    gone.cancel(by=hood.neighbour, now=MONDAY)
    [paper] = draw_up(haircut.window, now=LATER)
    assert draw_up(haircut.window, now=LATER) == [paper]
    assert paper.total() == {"quantity": 1, "points": 10}
    with time_machine.travel(LATER):
        client = Client()
        client.force_login(hood.partner)
        sheet = client.get(f"/points/redemption/settlements/{paper.pk}/csv/").content.decode("utf-8-sig")
    assert "理发一次,1,10\r\n" in sheet
    assert sheet.endswith("合计,,,1,10\r\n")


def test_both_sides_confirm_each_by_its_own_person(hood: Hood, haircut: Offer) -> None:
    [paper] = draw_up(haircut.window, now=LATER)
    with refused(NotYours):
        paper.confirm("partner", by=hood.staff, now=LATER)
    with refused(NotYours):
        paper.confirm("community", by=hood.partner, now=LATER)
    for _again in range(2):
        paper.confirm("partner", by=hood.partner, now=LATER)
    assert not paper.agreed
    paper.confirm("community", by=hood.staff, now=LATER)
    assert paper.agreed


def test_points_outstanding_stand_against_what_can_be_had(hood: Hood, rich: User, haircut: Offer) -> None:
    found = solvency_of(hood.community, MONDAY)
    assert (found.outstanding, found.worth, found.covered, found.short) == (100, 50, False, 50)
    Offer.objects.update(stock=20, left=20)
    found = solvency_of(hood.community, MONDAY)
    assert (found.worth, found.state, found.per_cent) == (200, "ontime", 50)
    assert found.after(80).state == "soon"
    assert not found.after(101).covered
    made = a_redemption(hood, offer=haircut)
    assert solvency_of(hood.community, MONDAY).outstanding == 130
    made.collect(by=hood.partner, now=MONDAY, code=made.code)
    found = solvency_of(hood.community, MONDAY)
    assert (found.outstanding, found.worth) == (120, 190)


def test_staff_are_warned_where_points_are_not_covered(hood: Hood, haircut: Offer) -> None:
    give(hood.resident, 75)
    client = Client()
    client.force_login(hood.staff)
    with time_machine.travel(MONDAY):
        for address in ("/points/ledger/", f"/points/redemption/windows/{haircut.window_id}/"):
            assert "还差 25 分的兑换品" in client.get(address).content.decode()
