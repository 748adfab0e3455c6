"""The harder ways of an incident, staged fresh: one rests, one asks for longer, one is objected to."""

from datetime import datetime, timedelta

from community.cases.models import ReplyTemplate
from community.demonstration.people import Place
from community.demonstration.photos import photo
from community.directory.models import Building, PartnerUnit, User
from grids.models import Category, Incident

HOUR = timedelta(hours=1)
REPLIES = (
    ("incident", "progress", "已到现场", "{承办人}已到{地点}查看，正在处理。"),
    ("incident", "progress", "等雨停", "雨天不能高空作业，天一晴就上门，请注意安全。"),
    ("incident", "resolve", "清运完毕", "{地点}的{类别}已清运干净，并和附近住户打了招呼。"),
    ("incident", "resolve", "修好试用", "{地点}已修好，试用正常。有问题请随时再告诉我们。"),
    ("incident", "dispatch", "请单位查看", "{编号}请{单位}到{地点}查看，{日期}回复。"),
    ("incident", "reject", "照片看不清", "请从同一角度补拍一张处理后的照片。"),
    ("incident", "follow_up", "当面回访", "当面问过反映人，表示问题已经解决。"),
    ("wish", "progress", "约好时间", "已与您电话联系，{日期}上门，请留意敲门声。"),
    ("wish", "fulfil", "帮好了", "已帮您办好，还需要什么请随时告诉我们。"),
    ("wish", "decline", "转办事窗口", "这件事由办事窗口办理，{单位}会打电话告诉您带什么材料。"),
)


def stage_handling(place: Place, resident: User, building: Building, now: datetime) -> None:
    write_replies(place)
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


def write_replies(place: Place) -> None:
    """What this community has found good to say, step by step."""
    for kind, verb, title, text in REPLIES:
        ReplyTemplate.objects.create(community=place.community, kind=kind, verb=verb, title=title, text=text)
