"""A redemption window that is open today: offers of partner units, a draw, and what people have taken already."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.utils import timezone

from community.access.holders import unit_holders
from community.core.perms import Perm
from points import ledger
from points.models import CartLine, Offer, PrizeDraw, Redemption, Window, issuance, member
from points.redemption.cart import check_out
from points.redemption.settlement import draw_up

if TYPE_CHECKING:
    from community.demonstration.people import Place
    from community.directory.models import PartnerUnit, User

# name, sort, words, points, how many, for whom
OFFERS: list[tuple[str, str, str, int, int, list[str]]] = [
    ("理发一次", "service", "凭码到店，六十岁以上不用排队。", 10, 40, []),
    ("五常大米 5 斤", "goods", "共建粮油店提供。", 20, 30, []),
    ("上门清洗油烟机", "service", "预约后两天内上门。", 60, 6, []),
    ("血压计", "goods", "给家里有慢病老人的家庭。", 40, 8, ["elder"]),
    ("米面油一份", "goods", "关爱帮扶家庭每户一份。", 5, 20, ["in_need"]),
    ("活动室两小时", "place", "过生日、开家庭会都可以。", 15, 10, []),
]


def open_shop(place: "Place", now: datetime) -> None:
    """The half-year before is settled; this one is open, with three people who have redeemed."""
    units = list(place.community.partner_units.order_by("pk")[:3])
    if not units:
        return
    speaker = next((unit for unit in units if unit_holders(Perm.HAND_OUT, unit.pk)), units[0])
    people = [place.residents[0], *place.claimers[:3]]
    _thank(place, people, now - timedelta(days=40))
    before = _window(place, "上一期兑换", now - timedelta(days=38), 10, 20)
    past = _offers(before, [speaker])
    made = _redeem(people[1], past[0], now - timedelta(days=35))
    _collect(made, speaker, now - timedelta(days=33))
    draw_up(before, now=now)

    window = _window(place, f"{timezone.localtime(now).year} 年下半年兑换期", now - timedelta(days=2), 14, 24)
    offers = _offers(window, [speaker, *(unit for unit in units if unit != speaker)])
    pot = Offer.objects.create(
        window=window, partner=speaker, name="电饭煲", words="只有两台，抽签决定。", where=f"{speaker.name}",
        price=10, stock=2, left=2, by_draw=True,
    )  # fmt: skip
    draw = PrizeDraw.announce(pot, window.closes_at - timedelta(days=2), by=place.staff, now=now - timedelta(days=1))
    for user in people[:3]:
        draw.enter(by=user, now=now - timedelta(hours=20))
    _redeem(people[0], offers[0], now - timedelta(hours=5))
    _collect(_redeem(people[2], offers[0], now - timedelta(hours=4)), speaker, now - timedelta(hours=1))


def _window(place: "Place", name: str, opens: datetime, open_days: int, collect_days: int) -> Window:
    return Window.objects.create(
        community=place.community, name=name, opens_at=opens, closes_at=opens + timedelta(days=open_days),
        collect_until=opens + timedelta(days=collect_days),
    )  # fmt: skip


def _offers(window: Window, units: "list[PartnerUnit]") -> list[Offer]:
    made = []
    for number, (name, sort, words, price, stock, whom) in enumerate(OFFERS):
        unit = units[number % len(units)]
        facts: dict[str, Any] = {"sort": sort, "words": words, "price": price, "stock": stock, "left": stock}
        made.append(
            Offer.objects.create(window=window, partner=unit, name=name, where=unit.name, for_whom=whom, **facts)
        )
    return made


def _thank(place: "Place", people: "list[User]", now: datetime) -> None:
    """What the community gave for the last half-year."""
    here = place.community.pk
    for user in people:
        entries = [(issuance(here), -60), (member(user, here), 60)]
        ledger.post(entries, key=f"demo:{user.pk}", source=ledger.Source("上半年志愿服务"), now=now, by=place.staff)


def _redeem(user: "User", offer: Offer, now: datetime) -> Redemption:
    CartLine.put(offer, 1, by=user, now=now)
    return check_out(by=user, key=uuid4(), now=now)[0]


def _collect(made: Redemption, unit: "PartnerUnit", now: datetime) -> None:
    speaker = unit_holders(Perm.HAND_OUT, unit.pk).exclude(pk=made.raised_by_id or 0).first()
    if speaker is not None:
        made.collect(by=speaker, now=now, code=made.code)
