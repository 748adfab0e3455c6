"""One matter of every kind in a hood, made through the kinds' own doors. A new kind of case or duty adds its line."""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any
from uuid import uuid4

from community.access.models import Role
from community.core.models import Moving
from community.directory.models import User
from community.duties.models import Desk, Duty, Member, Plan
from community.duties.planning import plan_ahead
from grids.care.lines import Line
from grids.models import (
    AgreementCheck,
    CareCall,
    CarePlan,
    CareTurn,
    Category,
    Department,
    Emergency,
    HotlineTicket,
    Incident,
    JoinRequest,
    Mediation,
    Party,
    Patrol,
    Question,
    Redraw,
    Round,
    Seat,
    Section,
    StreetEmergency,
    Survey,
    Tiering,
    Visit,
    Watch,
    Whistle,
    WhistleCall,
)
from points import ledger
from points.models import (
    Appeal,
    Award,
    CartLine,
    Challenge,
    Handover,
    Offer,
    PrizeDraw,
    Redemption,
    RuleSet,
    Window,
    issuance,
    member,
)
from points.redemption.cart import check_out
from tests.division_specimens import a_division, a_grant
from tests.fund_specimens import a_closing, a_donation, a_fair, a_spending
from tests.moments import MONDAY
from tests.neighbourhood import Hood, Town, account
from tests.volunteer_specimens import a_busy_activity, an_hours_correction
from wishes.models import Wish


def a_wish(hood: Hood, **more: Any) -> Wish:
    facts: dict[str, Any] = {
        "by": hood.resident, "community": hood.community, "title": "想有人陪我复查眼睛", "description": "孩子在外地。",
        "building": hood.building, "dwelling": hood.dwelling, "contact_phone": "19912345678", "now": MONDAY,
    }  # fmt: skip
    return Wish.submit(**(facts | more))


def an_incident(hood: Hood, **more: Any) -> Incident:
    facts: dict[str, Any] = {
        "by": hood.resident, "community": hood.community, "building": hood.building, "now": MONDAY,
        "category": Category.objects.get(code="06010", variant=""), "description": "单元门口堆了垃圾。",
    }  # fmt: skip
    return Incident.report(**(facts | more))


def a_joining(hood: Hood, **more: Any) -> JoinRequest:
    facts: dict[str, Any] = {"by": hood.neighbour, "dwelling": hood.dwelling, "now": MONDAY}
    return JoinRequest.request(**(facts | more))


def a_ticket(hood: Hood, **more: Any) -> HotlineTicket:
    facts: dict[str, Any] = {
        "by": hood.staff, "community": hood.community, "building": hood.building, "ticket_number": "JN2026030200001",
        "type": "complaint", "category": "暴露垃圾", "content": "单元门口堆了垃圾，没人清。", "caller_name": "熊小雨",
        "caller_phone": "19933025228", "address": str(hood.building), "received_at": MONDAY, "now": MONDAY,
    }  # fmt: skip
    return HotlineTicket.receive(**(facts | more))


def a_call(hood: Hood, **more: Any) -> WhistleCall:
    """The first call of a whistle on an incident; the partner's liaison speaks for the department."""
    street = hood.community.street
    department, _new = Department.objects.get_or_create(
        street=street, name="综合执法队", defaults={"contact": hood.partner}
    )
    facts: dict[str, Any] = {"by": hood.staff, "reason": "请到场拆除地锁", "now": MONDAY}
    case = more.pop("case", None) or an_incident(hood)
    return Whistle.blow(case, [department], **(facts | more)).calls.get(department=department)


def a_patrol(hood: Hood) -> Patrol:
    Plan.objects.create(
        kind="patrol", community=hood.community, grid=hood.grid, assignee=hood.worker, title="日常巡查",
        starts_on=MONDAY.date(),
    )  # fmt: skip
    plan_ahead(MONDAY, days=1)
    return Patrol.objects.get(plan__grid=hood.grid, day=MONDAY.date())


def a_survey(hood: Hood, **more: Any) -> Survey:
    """Published over every home: how many rooms, and of each person the age, and where they work if they do."""
    facts: dict[str, Any] = {
        "by": hood.secretary,
        "community": hood.community,
        "title": "住房与人口调查",
        "now": MONDAY,
    }
    survey = Survey.draft(**(facts | more))
    form = survey.forms.get()
    home = Section.objects.create(form=form, position=1, title="住房", per="household")
    people = Section.objects.create(form=form, position=2, title="家庭成员", per="person")
    Question.objects.create(section=home, position=1, text="几间房", kind="number", low=1, high=20)
    works = Question.objects.create(section=people, position=1, text="有工作吗", kind="choice", choices=["有", "没有"])
    Question.objects.create(section=people, position=2, text="工作单位", kind="text", shown_if=works, shown_value="有")
    Question.objects.create(
        section=people, position=3, text="慢性病", kind="text", required=False, sensitive=True
    )  # fmt: skip
    survey.publish(by=hood.secretary, now=MONDAY)
    return survey


def a_mediation(hood: Hood, **more: Any) -> Mediation:
    parties = [
        Party(side="first", name="张秀兰", phone="19912345678", address="3号楼1单元301"),
        Party(side="second", name="李建国", phone="19987654321", address="3号楼1单元401"),
    ]
    facts: dict[str, Any] = {
        "by": hood.secretary, "community": hood.community, "matter": "leak", "account": "楼上漏水，泡了楼下的天花板。",
        "parties": parties, "now": MONDAY,
    }  # fmt: skip
    return Mediation.accept(**(facts | more))


def an_agreement_check(hood: Hood) -> AgreementCheck:
    """The first of the two checks of a file that closed with an agreement."""
    file = a_mediation(hood)
    file.assign(by=hood.secretary, now=MONDAY, handler=mediator(hood))
    file.agree(by=hood.secretary, now=MONDAY, terms="楼上修好水管\n赔偿粉刷费 800 元")
    file.visit(by=hood.secretary, now=MONDAY, note="已修好")
    file.close(by=hood.secretary, now=MONDAY)
    return file.checks[0]


def mediator(hood: Hood) -> User:
    """The community's mediator, appointed when first asked for."""
    found = User.objects.filter(posts__role__code="mediator", posts__community=hood.community).order_by("pk").first()
    return found or account(hood.community, "mediator", hood.community)


def a_duty(hood: Hood, **more: Any) -> Duty:
    facts: dict[str, Any] = {
        "kind": "duty", "community": hood.community, "grid": hood.grid, "assignee": hood.worker, "title": "检查灭火器",
        "starts_on": MONDAY.date(),
    }  # fmt: skip
    plan = Plan.objects.create(**(facts | more))
    plan_ahead(MONDAY, days=1)
    return Duty.objects.get(plan=plan, day=MONDAY.date())


def a_redraw(hood: Hood, **more: Any) -> Redraw:
    """A draft that moves the one building to the other grid, on a day nobody lives to see."""
    facts: dict[str, Any] = {
        "by": hood.staff,
        "community": hood.community,
        "effective_on": date(2999, 1, 1),
        "now": MONDAY,
    }
    redraw = Redraw.draw(**(facts | more))
    redraw.shift(by=hood.staff, buildings=[hood.building], target=hood.other_grid, now=MONDAY)
    return redraw


def a_visit(hood: Hood) -> Visit:
    return Visit.send(dwelling=hood.dwelling, by=hood.worker, now=MONDAY, until=MONDAY + timedelta(days=1))


def a_round(hood: Hood, **more: Any) -> Round:
    facts: dict[str, Any] = {
        "by": hood.leader, "grid": hood.grid, "name": "入冬安全敲门行动", "buildings": [hood.building],
        "last_day": (MONDAY + timedelta(days=10)).date(), "now": MONDAY,
    }  # fmt: skip
    return Round.open_up(**(facts | more))


def a_tiering(hood: Hood, **more: Any) -> Tiering:
    facts: dict[str, Any] = {"by": hood.leader, "homes": [hood.dwelling], "tier": "regular", "reason": "alone"}
    return Tiering.place(**(facts | {"now": MONDAY} | more))


def an_emergency(hood: Hood, **more: Any) -> Emergency:
    """Over one building, with nobody called."""
    facts: dict[str, Any] = {
        "by": hood.secretary, "community": hood.community, "sort": "gas", "message": "3号楼闻到燃气味，请到东门集合。",
        "buildings": [hood.building], "points": ["东门", "活动室"], "now": MONDAY,
    }  # fmt: skip
    return Emergency.declare(**(facts | more))


def a_street_emergency(town: Town, **more: Any) -> StreetEmergency:
    """Over both communities of our street, with nobody called."""
    facts: dict[str, Any] = {
        "by": town.officer, "communities": [town.ours.community, town.theirs.community], "sort": "storm",
        "message": "大风蓝色预警，请逐户提醒。", "now": MONDAY,
    }  # fmt: skip
    return StreetEmergency.declare(**(facts | more))


def a_seat(hood: Hood, **more: Any) -> Seat:
    """A place for a lane steward, found empty."""
    facts: dict[str, Any] = {"role": Role.objects.get(code="lane_steward"), "community": hood.community, "now": MONDAY}
    return Seat.find_vacant(**({"grid": hood.grid} | facts | more))


def a_watch(hood: Hood, **more: Any) -> Watch:
    """Monday's shift of the worker at the east gate; the leader stands on the rota too."""
    desk = Desk.objects.create(community=hood.community, grid=hood.grid, name="东门岗", phone="0531-88001234")
    facts: dict[str, Any] = {
        "kind": "watch", "community": hood.community, "grid": hood.grid, "desk": desk, "title": "白班",
        "starts_on": MONDAY.date(), "assigned": "rota", "opens": time(9), "closes": time(17),
    }  # fmt: skip
    plan = Plan.objects.create(**(facts | more))
    for place, user in enumerate((hood.worker, hood.leader), 1):
        Member.objects.create(plan=plan, user=user, position=place)
    plan_ahead(MONDAY, days=1)
    return Watch.objects.get(plan=plan, day=MONDAY.date())


def a_care(hood: Hood, **more: Any) -> CarePlan:
    """“五个一” for the resident's own person, begun early on Monday; a volunteer calls, the neighbour looks in."""
    people = (hood.volunteer, hood.worker, hood.partner, hood.staff, hood.leader)
    facts: dict[str, Any] = {
        "by": hood.worker, "person": hood.resident.person, "people": dict(zip(Line.values, people, strict=True)),
        "units": {"housework": hood.unit}, "consent": True, "neighbour": hood.neighbour,
        "now": MONDAY.replace(hour=7, minute=0),
    }  # fmt: skip
    return CarePlan.begin(**(facts | more))


def a_care_call(hood: Hood) -> CareCall:
    known = CareCall.objects.filter(kind="care_call", community=hood.community).order_by("day").first()
    return known or CareCall.objects.filter(plan__care_line__care=a_care(hood)).earliest("day")


def a_care_turn(hood: Hood) -> CareTurn:
    """The greeting of the leader on the eve of 元宵节, which is this Monday."""
    if not CarePlan.objects.filter(community=hood.community).exists():
        a_care(hood)
    return CareTurn.objects.filter(kind="care_turn", community=hood.community).earliest("day")


def an_award(hood: Hood, **more: Any) -> Award:
    """Proposed by the staff for the volunteer; the secretary is to decide."""
    facts: dict[str, Any] = {
        "by": hood.staff, "community": hood.community, "member": hood.volunteer, "amount": 3, "words": "讲微党课",
        "note": "三月主题党日主讲", "now": MONDAY,
    }  # fmt: skip
    return Award.propose(**(facts | more))


def a_handover(hood: Hood, **more: Any) -> Handover:
    """Proposed by the staff: the volunteer leaves, and their points go to the party member."""
    facts: dict[str, Any] = {
        "by": hood.staff, "community": hood.community, "why": "inherit", "owner": hood.volunteer,
        "heir": hood.party_member, "note": "搬去外地，家人在本社区", "now": MONDAY,
    }  # fmt: skip
    return Handover.propose(**(facts | more))


def an_appeal(hood: Hood, **more: Any) -> Appeal:
    """The resident's, against two points of theirs."""
    entries = [(issuance(hood.community.pk), -2), (member(hood.resident, hood.community.pk), 2)]
    source = ledger.Source("邻里调解")
    posting = ledger.post(entries, key=f"appealed:{hood.community.pk}", source=source, now=MONDAY)
    facts: dict[str, Any] = {
        "by": hood.resident,
        "posting": posting,
        "words": "那天去了两次，只记了一次。",
        "now": MONDAY,
    }
    return Appeal.lodge(**(facts | more))


def a_ruleset(hood: Hood, **more: Any) -> RuleSet:
    """A draft of today's rules, rehearsed."""
    facts: dict[str, Any] = {"by": hood.staff, "community": hood.community, "now": MONDAY}
    return RuleSet.draft(**(facts | more)).rehearse(by=hood.staff, now=MONDAY)


def a_challenge(hood: Hood, **more: Any) -> Challenge:
    facts: dict[str, Any] = {
        "by": hood.staff, "community": hood.community, "title": "拆掉 3 号楼前的地锁", "description": "说服车主，拆掉五个地锁。",
        "reward": 20, "until": MONDAY.date() + timedelta(days=10), "finish_by": MONDAY.date() + timedelta(days=30),
        "now": MONDAY,
    }  # fmt: skip
    return Challenge.put_up(**(facts | more))


def a_window(hood: Hood) -> Window:
    """Open from the day before for four weeks, with two more to collect."""
    opens = MONDAY - timedelta(days=1)
    made, _new = Window.objects.get_or_create(
        community=hood.community, name="2026 年上半年兑换期",
        defaults={
            "opens_at": opens, "closes_at": opens + timedelta(days=28), "collect_until": opens + timedelta(days=42),
        },
    )  # fmt: skip
    return made


def an_offer(hood: Hood, **more: Any) -> Offer:
    facts: dict[str, Any] = {
        "window": a_window(hood), "partner": hood.unit, "name": "理发一次", "sort": "service", "where": "东门理发店",
        "price": 10, "stock": 5,
    }  # fmt: skip
    facts |= more
    return Offer.objects.create(**facts, left=facts["stock"])


def a_redemption(hood: Hood, **more: Any) -> Redemption:
    """The resident has 30 points more and spends 10 of them."""
    key, offer, member_ = uuid4(), more.pop("offer", None) or an_offer(hood), more.pop("by", hood.resident)
    purse = member(member_, hood.community.pk)
    why = ledger.Source("测试")
    ledger.post([(issuance(hood.community.pk), -30), (purse, 30)], key=f"specimen:{key}", source=why, now=MONDAY)
    CartLine.put(offer, 1, by=member_, now=MONDAY)
    return check_out(by=member_, key=key, now=MONDAY)[0]


def a_draw(hood: Hood, **more: Any) -> PrizeDraw:
    facts: dict[str, Any] = {"name": "电饭煲", "sort": "goods", "by_draw": True, "price": 0, "stock": 2}
    offer = an_offer(hood, **(facts | more))
    return PrizeDraw.announce(offer, MONDAY + timedelta(days=10), by=hood.staff, now=MONDAY)


MAKERS: dict[str, Callable[[Hood], Moving]] = {
    "wish": a_wish,
    "redemption": a_redemption,
    "draw": a_draw,
    "incident": an_incident,
    "joining": a_joining,
    "patrol": a_patrol,
    "hotline": a_ticket,
    "whistle": a_call,
    "mediation": a_mediation,
    "survey": a_survey,
    "agreement_check": an_agreement_check,
    "duty": a_duty,
    "watch": a_watch,
    "redraw": a_redraw,
    "visit": a_visit,
    "care": a_care,
    "care_call": a_care_call,
    "care_turn": a_care_turn,
    "round": a_round,
    "tiering": a_tiering,
    "emergency": an_emergency,
    "seat": a_seat,
    "award": an_award,
    "handover": a_handover,
    "grant": a_grant,
    "division": a_division,
    "appeal": an_appeal,
    "ruleset": a_ruleset,
    "challenge": a_challenge,
    "donation": a_donation,
    "spending": a_spending,
    "fair": a_fair,
    "month_closing": a_closing,
    "volunteering": a_busy_activity,
    "hours_correction": an_hours_correction,
}


def specimen(kind: str, hood: Hood) -> Moving:
    """A fresh matter of this kind. Raises LookupError, saying where to add what is missing."""
    if kind not in MAKERS:
        raise LookupError(f"no specimen of kind {kind!r}: add a line to MAKERS in tests/specimens.py")
    return MAKERS[kind](hood)
