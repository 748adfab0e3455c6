"""Two whistles of the demonstration: one that departments have answered, one that a department has not."""

from datetime import datetime, timedelta

from community.demonstration.people import Cast, Place, account
from community.directory.models import PartnerUnit
from community.timers.sweep import sweep
from grids.hotline.models import HotlineTicket
from grids.models import Department, Incident, Whistle

STREET_DEPARTMENTS = (("综合执法队", "department"), ("市政管理所", "department2"), ("派出所", "department3"))


def blow_whistles(cast: Cast, now: datetime) -> None:
    place = cast.places[0]
    squad, roads, _police = _departments(cast, place)
    clutter = Incident.objects.filter(community=place.community, closed_at=None, category__code="06036")
    incident = clutter.order_by("pk").last()
    if incident is not None:
        partners = list(Department.objects.exclude(partner_unit=None)[:1])
        whistle = Whistle.blow(
            incident, [squad, *partners], by=place.staff, reason="楼道堆物涉及消防，请到场一起清理。",
            now=now - timedelta(minutes=25),
        )  # fmt: skip
        call = whistle.calls.get(department=squad)
        call.report_in(by=squad.contact, now=now - timedelta(minutes=10), note="两名队员已到现场。")
        call.remark(by=squad.contact, now=now - timedelta(minutes=4), note="约定今天下午五点前清完。")
    ticket = HotlineTicket.objects.filter(home=place.community, status="handling").order_by("received_at").first()
    if ticket is not None:
        since = ticket.received_at + timedelta(hours=5)
        Whistle.blow(ticket, [roads], by=place.secretary, reason="涉及市政设施，请到场查看。", now=since)
    sweep(now, most=100_000)


def _departments(cast: Cast, place: Place) -> list[Department]:
    unit = PartnerUnit.objects.filter(community=place.community, name__contains="物业").first()
    if unit is not None:
        Department.objects.create(street=cast.street, name=unit.name, partner_unit=unit)
    return [
        Department.objects.create(
            street=cast.street, name=name, contact=account(username, f"{name}联络员", community=place.community)
        )
        for name, username in STREET_DEPARTMENTS
    ]
