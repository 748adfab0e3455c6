"""The harder ways of an incident, staged fresh: one rests, one asks for longer, one is objected to."""

from datetime import datetime, timedelta

from community.demonstration.people import Place
from community.demonstration.photos import photo
from community.directory.models import Building, PartnerUnit, User
from grids.models import Category, Incident

HOUR = timedelta(hours=1)


def stage_handling(place: Place, resident: User, building: Building, now: datetime) -> None:
    worker = place.workers[building.grid_id or 0]
    partner = User.objects.get(username="partner")

    def reported(code: str, variant: str, words: str, where: str) -> Incident:
        category = Category.objects.get(code=code, variant=variant)
        return Incident.report(
            by=resident, now=now - 6 * HOUR, community=place.community, building=building, category=category,
            place=where, description=words, photos=[photo(2)],
        )  # fmt: skip

    resting = reported("01037", "不亮", "北门到楼前的路灯不亮。", "北门")
    resting.respond(by=worker, now=now - 5 * HOUR)
    resting.pause(by=worker, now=now - 4 * HOUR, note="灯头已订货，到货后马上更换。", until=now + 100 * HOUR)

    longer = reported("06013", "", "路面塌了一块，已经围起来。", "东侧路边")
    longer.respond(by=worker, now=now - 5 * HOUR)
    longer.progress(by=worker, now=now - 4 * HOUR, note="施工队看过现场，要先开挖查管线。")
    longer.ask_extension(by=worker, now=now - 2 * HOUR, until=now + 500 * HOUR, note="要等施工许可。")

    unit: PartnerUnit | None = partner.partner_unit
    given = reported("06008", "", "楼间拉了一条电线，离窗户很近。", "楼后")
    given.dispatch(by=place.staff, now=now - 5 * HOUR, unit=unit, note="请贵单位看看是不是你们的线路。")
    given.dispute(by=partner, now=now - 3 * HOUR, note="不是我们的线路，建议联系通信公司。")
