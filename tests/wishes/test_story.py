"""The whole life of a wish, as its people meet it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError

from community.core.models import Case, Entry
from community.core.workflow import NotNow, NotYours
from community.notices.models import Delivery, Notice
from community.timers.models import Deadline
from community.timers.sweep import sweep
from tests.neighbourhood import Hood, Town
from wishes.models import Claim, Wish

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=SHANGHAI)


def wish_of(hood: Hood, **more: object) -> Wish:
    details: dict[str, object] = {
        "title": "想有人陪我复查眼睛",
        "description": "孩子都在外地。",
        "building": hood.building,
    }
    return Wish.submit(by=hood.resident, community=hood.community, now=MONDAY, **(details | more))  # type: ignore[arg-type]


def test_a_wish_is_granted(hood: Hood) -> None:
    wish = wish_of(hood)
    assert wish.number == f"XY260302-{hood.community.pk}-0001"
    assert wish.awaits_perm == "vet_wishes"
    assert wish.due_at == datetime(2026, 3, 3, 9, 30, tzinfo=SHANGHAI)

    wish.publish(by=hood.staff, now=MONDAY + timedelta(hours=1), board_text="陪老人看眼科")
    wish.claim(by=hood.volunteer, now=MONDAY + timedelta(hours=2))
    wish.progress(by=hood.volunteer, now=MONDAY + timedelta(hours=3), note="已约好周三上午")
    wish.fulfil(by=hood.volunteer, now=MONDAY + timedelta(days=2), note="陪诊完成")
    assert wish.awaits_user == hood.resident
    wish.confirm(by=hood.resident, now=MONDAY + timedelta(days=2, hours=1), rating=5)

    wish.refresh_from_db()
    assert (wish.status, wish.rating, wish.due_at) == (Wish.Status.GRANTED, 5, None)
    assert wish.closed_at == MONDAY + timedelta(days=2, hours=1)
    assert [row.verb for row in wish.timeline.all()] == ["submit", "publish", "claim", "progress", "fulfil", "confirm"]
    assert not Deadline.objects.of(wish).running().exists()
    assert wish.claims.get().ending == Claim.Ending.FULFILLED


def test_the_resident_hears_of_every_step(hood: Hood) -> None:
    wish = wish_of(hood)
    wish.publish(by=hood.staff, now=MONDAY)
    wish.claim(by=hood.volunteer, now=MONDAY)
    codes = list(Notice.objects.filter(recipient=hood.resident).order_by("pk").values_list("code", flat=True))
    assert codes == ["wish.published", "wish.claimed"]
    assert Notice.objects.filter(code="wish.claimed").get().title == "您的心愿“想有人陪我复查眼睛”有人认领了"


def test_an_urgent_wish_rings_the_grid_worker_at_once_even_at_night(hood: Hood) -> None:
    night = MONDAY.replace(hour=23)
    Wish.submit(
        by=hood.resident, community=hood.community, title="药吃完了", description="", building=hood.building,
        urgency=Case.Urgency.URGENT, now=night,
    )  # fmt: skip
    told = Delivery.objects.filter(notice__code="wish.urgent")
    # The grid's leader patrols too, so the message reaches both who stand nearest.
    assert {row.notice.recipient for row in told} == {hood.worker, hood.leader}
    assert {row.not_before for row in told} == {night}


def test_what_is_not_urgent_waits_for_the_morning(hood: Hood) -> None:
    wish = wish_of(hood)
    wish.publish(by=hood.staff, now=MONDAY)
    wish.claim(by=hood.volunteer, now=MONDAY.replace(hour=23))
    delivery = Delivery.objects.get(notice__code="wish.claimed")
    assert delivery.not_before == datetime(2026, 3, 3, 7, tzinfo=SHANGHAI)


def test_a_wish_that_nobody_vets_climbs_to_the_community_and_the_street(town: Town) -> None:
    hood, wish = town.ours, wish_of(town.ours)
    sweep(MONDAY + timedelta(days=1, minutes=1))
    wish.refresh_from_db()
    assert wish.tier == Case.Tier.COMMUNITY
    assert Notice.objects.filter(recipient=hood.secretary, code="clock.missed").count() == 1

    sweep(MONDAY + timedelta(days=2, minutes=1))
    wish.refresh_from_db()
    assert wish.tier == Case.Tier.STREET
    assert Notice.objects.filter(recipient=town.officer, code="clock.missed").count() == 1
    assert [row.verb for row in wish.timeline.all()] == ["submit", "clock.due", "clock.street"]

    sweep(MONDAY + timedelta(days=30))
    assert Notice.objects.filter(case=wish, recipient=town.officer).count() == 1


def test_an_unclaimed_wish_reminds_the_board_keepers(hood: Hood) -> None:
    wish = wish_of(hood)
    wish.publish(by=hood.staff, now=MONDAY)
    sweep(MONDAY + timedelta(days=6))
    assert Notice.objects.filter(recipient=hood.staff, code="clock.remind").count() == 1


def test_progress_winds_the_clock_up_again(hood: Hood) -> None:
    wish = wish_of(hood)
    wish.publish(by=hood.staff, now=MONDAY)
    wish.claim(by=hood.volunteer, now=MONDAY)
    assert wish.due_at == MONDAY + timedelta(days=7)
    wish.progress(by=hood.volunteer, now=MONDAY + timedelta(days=5), note="药买到了")
    assert wish.due_at == MONDAY + timedelta(days=12)


def test_silence_closes_a_fulfilled_wish_after_fourteen_days(hood: Hood) -> None:
    wish = wish_of(hood)
    wish.publish(by=hood.staff, now=MONDAY)
    wish.claim(by=hood.volunteer, now=MONDAY)
    wish.fulfil(by=hood.volunteer, now=MONDAY, note="送到了")
    sweep(MONDAY + timedelta(days=14))
    wish.refresh_from_db()
    assert (wish.status, wish.rating) == (Wish.Status.GRANTED, None)
    assert wish.timeline.last().actor is None  # type: ignore[union-attr]


def test_not_yet_sends_it_back_to_the_claimer(hood: Hood) -> None:
    wish = wish_of(hood)
    wish.publish(by=hood.staff, now=MONDAY)
    wish.claim(by=hood.volunteer, now=MONDAY)
    wish.fulfil(by=hood.volunteer, now=MONDAY, note="送到了")
    wish.not_yet(by=hood.resident, now=MONDAY, note="只送来一半")
    assert (wish.status, wish.handler, wish.resolved_at) == (Wish.Status.CLAIMED, hood.volunteer, None)


def test_a_claimer_may_back_out_and_another_may_take_over(hood: Hood) -> None:
    wish = wish_of(hood)
    wish.publish(by=hood.staff, now=MONDAY)
    wish.claim(by=hood.volunteer, now=MONDAY)
    wish.give_back(by=hood.volunteer, now=MONDAY, note="临时出差")
    assert not wish.may_see_contact(hood.volunteer)
    wish.claim(by=hood.partner, now=MONDAY, partner_unit=hood.unit)
    assert [str(claim) for claim in wish.claims.order_by("pk")] == [str(hood.volunteer), str(hood.unit)]


def test_nobody_claims_their_own_wish_or_that_of_another_community(town: Town) -> None:
    hood = town.ours
    mine = Wish.submit(by=hood.volunteer, community=hood.community, title="修水龙头", description="", now=MONDAY)
    mine.publish(by=hood.staff, now=MONDAY)
    for stranger in (hood.volunteer, hood.neighbour, town.theirs.volunteer, town.theirs.partner):
        with pytest.raises(NotYours):
            mine.claim(by=stranger, now=MONDAY)


def test_a_second_claim_is_told_that_somebody_was_faster(hood: Hood) -> None:
    wish = wish_of(hood)
    wish.publish(by=hood.staff, now=MONDAY)
    stale = Wish.objects.get(pk=wish.pk)
    wish.claim(by=hood.volunteer, now=MONDAY)
    with pytest.raises(NotNow, match="圆梦中"):
        stale.claim(by=hood.party_member, now=MONDAY)


def test_a_wish_for_another_needs_their_consent(hood: Hood) -> None:
    with pytest.raises(ValidationError, match="征得本人同意"):
        wish_of(hood, for_name="李奶奶")
    assert wish_of(hood, for_name="李奶奶", consent=True).for_name == "李奶奶"


def test_the_timeline_cannot_be_rewritten(hood: Hood) -> None:
    wish = wish_of(hood)
    from django.db import DatabaseError, transaction

    for change in (lambda: wish.timeline.update(note="改"), lambda: Entry.objects.filter(case=wish).delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


def test_a_refused_verb_leaves_no_trace(hood: Hood) -> None:
    wish = wish_of(hood)
    wish.publish(by=hood.staff, now=MONDAY)
    wish.claim(by=hood.volunteer, now=MONDAY)
    with pytest.raises(ValidationError):
        wish.fulfil(by=hood.volunteer, now=MONDAY)
    wish.refresh_from_db()
    assert wish.status == Wish.Status.CLAIMED
    assert wish.timeline.count() == 3


@time_machine.travel(MONDAY, tick=False)
def test_the_address_is_for_the_accepted_claimer_alone(hood: Hood) -> None:
    wish = wish_of(hood, dwelling=hood.dwelling, contact_phone="19912345678")
    wish.publish(by=hood.staff)
    assert wish.facts_for(hood.volunteer)["place"] == str(hood.building)
    assert wish.facts_for(hood.volunteer)["phone"] == ""
    wish.claim(by=hood.volunteer)
    assert wish.facts_for(hood.volunteer)["place"] == str(hood.dwelling)
    wish.fulfil(by=hood.volunteer, note="好了")
    wish.confirm(by=hood.resident, rating=4)
    assert wish.facts_for(hood.volunteer)["place"] == str(hood.building)
