"""Matters of their own pages: mediation files, a drill that is over, and a survey that is under way."""

from datetime import date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from community.demonstration.people import Cast, Place, account, appoint
from community.directory.models import Building
from community.timers.sweep import sweep
from grids.emergency.muster import Wanted
from grids.models import Emergency, Mediation, Party, Question, Section, Sheet, Survey

if TYPE_CHECKING:
    from community.directory.models import User

DAY = timedelta(days=1)


def stage_special(cast: Cast, now: datetime) -> None:
    random = Random(1922)  # noqa: S311 - the same story each time
    west, east = cast.places
    since = (now - 60 * DAY).date()
    _mediate(west, account("mediator", "刘调解", community=west.community), now, since)
    _drill(west, now, random)
    _survey(west, now, random)
    _next_survey(west, now)
    quarrel = account("east_mediator", "高调解", community=east.community)
    appoint(quarrel, "mediator", east.community, since)
    _file(east, now - 2 * DAY, "parking", "两家为楼前一个车位争执，都说是自己先停的。", quarrel)
    _survey(east, now, random, title="居家养老需求 5% 抽样调查", permille=50)
    sweep(now, most=100_000)


def _mediate(place: Place, mediator: "User", now: datetime, since: date) -> None:
    """One agreement whose first check is due today, and one dispute in the middle of it."""
    appoint(mediator, "mediator", place.community, since)
    then = now - 33 * DAY
    settled = _file(place, then, "leak", "楼上卫生间渗水，楼下天花板起皮，双方对维修费用说法不一。", mediator)
    settled.record(
        by=mediator, now=then + DAY, held_at=then + DAY, place="社区调解室", present="双方、物业工程师",
        record="物业查明渗水来自楼上防水层，双方同意先修后算。", sensitive="乙方家中有病人，经济较紧张。",
    )  # fmt: skip
    settled.agree(
        by=mediator, now=then + DAY,
        terms="乙方十日内重做卫生间防水\n乙方承担甲方天花板粉刷费 800 元，分两次付清\n双方今后有事先沟通",
        perform_by=(timezone.localdate(then) + 20 * DAY),
    )  # fmt: skip
    settled.visit(by=mediator, now=then + DAY, note="防水已做完，不再渗水。")
    settled.close(by=mediator, now=then + DAY)
    noisy = _file(place, now - 3 * DAY, "noise", "孩子晚上练琴，楼下老人睡不着。", mediator)
    noisy.record(
        by=mediator, now=now - 2 * DAY, held_at=now - 2 * DAY, place="甲方家中", present="双方",
        record="双方愿意商量练琴的时间，约好后天再谈。",
    )  # fmt: skip


def _file(place: Place, at: datetime, matter: str, story: str, mediator: "User") -> Mediation:
    sides = zip(("first", "second"), place.residents[2:4], strict=True)
    parties = [
        Party(
            side=side, name=str(user), phone=user.phone or "", address=str((user.person and user.person.dwelling) or "")
        )
        for side, user in sides
    ]
    file = Mediation.accept(
        by=place.secretary, community=place.community, matter=matter, account=story, parties=parties, now=at
    )
    return file.take(by=mediator, now=at + timedelta(hours=2))


def _drill(place: Place, now: datetime, random: Random) -> None:
    """Last week's fire drill: who came, which doors were knocked at, and how it ended."""
    start = timezone.localtime(now - 7 * DAY).replace(hour=9, minute=30, second=0, microsecond=0)
    grid = place.grids[0]
    buildings = list(Building.objects.filter(grid=grid).select_related("estate").order_by("pk")[:2])
    drill = Emergency.declare(
        by=place.secretary, community=place.community, sort="fire", drill=True, buildings=buildings, now=start,
        message=f"消防演练：{buildings[0]}楼道冒烟，请马上到集合点，协助疏散并逐户确认。", points=["小区东门", "社区广场"],
        wanted=Wanted(["volunteer", "party", "worker"], near=True),
    )  # fmt: skip
    points, worker = list(drill.points.all()), place.workers[grid.pk]
    sweep(start + timedelta(minutes=6), most=100_000)
    for number, call in enumerate(drill.calls.select_related("user", "emergency")[:40]):
        who, at = call.user or place.secretary, start + timedelta(minutes=2 + number % 9)
        if random.random() < 0.15:
            continue
        if random.random() < 0.2:
            call.respond("cannot", by=who, now=at)
            continue
        call.respond("coming", by=who, now=at, minutes=random.choice((5, 10, 15)))
        call.arrive(by=who, now=at + timedelta(minutes=9), point=random.choice(points))
        call.leave(by=who, now=start + timedelta(minutes=55))
    for number, door in enumerate(drill.doors.order_by("pk")):
        state = "help" if number == 7 else "safe" if random.random() < 0.85 else "unreached"
        note = "老人腿脚不便，已背下楼。" if state == "help" else ""
        door.mark(state, by=worker, now=start + timedelta(minutes=12 + number % 30), note=note)
    drill.log(by=worker, now=start + timedelta(minutes=40), note="楼道已清空，物业完成断电。")
    drill.stand_down(
        by=place.secretary, now=start + timedelta(hours=1), all_out=True,
        note="疏散用时 18 分钟。两处楼道堆物影响通行，已转事件处理；下次提前告知行动不便的住户。",
    )  # fmt: skip


def _survey(
    place: Place, now: datetime, random: Random, *, title: str = "居家养老需求 1% 抽样调查", permille: int = 10
) -> None:
    """A survey of one home in a hundred, half done, with one sheet sent back."""
    start = now - 5 * DAY
    survey = Survey.draft(
        by=place.secretary, community=place.community, title=title, permille=permille, review_percent=20,
        purpose="摸清老人的居家养老需要，为明年的服务项目排期。", ends_on=timezone.localdate(now) + 14 * DAY, now=start,
    )  # fmt: skip
    _form(survey)
    survey.publish(by=place.secretary, now=start)
    for sheet in list(survey.sheets.select_related("survey", "form", "grid", "dwelling"))[:30]:
        worker = place.workers.get(sheet.grid_id)
        if worker is not None:
            _visit(sheet, worker, start + random.random() * 4 * DAY, random)
    handed_in = survey.sheets.filter(stage=Sheet.Stage.SUBMITTED).first()
    if handed_in is not None:
        rooms = Question.objects.get(section__form__survey=survey, text="住几间房")
        handed_in.send_back([(rooms.pk, None)], reason="与底册面积差得多，请再核对。", by=place.staff, now=now)


def _next_survey(place: Place, now: datetime) -> None:
    """One that is still being written."""
    survey = Survey.draft(
        by=place.staff, community=place.community, title="冬季用气安全入户排查", now=now - DAY,
        purpose="逐户看灶具、软管和报警器，登记要换的。", ends_on=timezone.localdate(now) + 40 * DAY,
    )  # fmt: skip
    section = Section.objects.create(form=survey.forms.get(), position=1, title="用气情况", per="household")
    gas = Question.objects.create(
        section=section, position=1, text="用哪种气", kind="choice", choices=["管道气", "罐装气", "不用气"]
    )
    more: tuple[dict[str, Any], ...] = (
        {"text": "气罐放在哪里", "kind": "text", "shown_if": gas, "shown_value": "罐装气"},
        {"text": "软管哪年换的", "kind": "number", "low": 2000, "high": 2030, "required": False},
        {"text": "有没有报警器", "kind": "choice", "choices": ["有", "没有", "坏了"]},
    )
    for position, facts in enumerate(more, 2):
        Question.objects.create(section=section, position=position, **facts)


def _form(survey: Survey) -> None:
    form = survey.forms.get()
    home = Section.objects.create(form=form, position=1, title="住房情况", per="household")
    people = Section.objects.create(form=form, position=2, title="家庭成员", per="person")
    asked: tuple[dict[str, Any], ...] = (
        {"text": "住几间房", "kind": "number", "low": 1, "high": 20},
        {"text": "有没有电梯", "kind": "choice", "choices": ["有", "没有"]},
        {"text": "需要哪些服务", "kind": "multi", "choices": ["助餐", "助浴", "陪诊", "保洁", "不需要"]},
    )
    for position, facts in enumerate(asked, 1):
        Question.objects.create(section=home, position=position, **facts)
    old = Question.objects.create(
        section=people, position=1, text="满 60 岁了吗", kind="choice", choices=["是", "否"]
    )  # fmt: skip
    Question.objects.create(
        section=people, position=2, text="平时谁照料", kind="choice", choices=["自己", "配偶", "子女", "保姆"],
        shown_if=old, shown_value="是",
    )  # fmt: skip
    Question.objects.create(section=people, position=3, text="慢性病", kind="text", required=False, sensitive=True)


def _visit(sheet: Sheet, worker: "User", at: datetime, random: Random) -> None:
    """One door: some are finished, some half way."""
    asked = {row.text: row for row in Question.objects.filter(section__form=sheet.form_id)}
    sheet.expect(2, by=worker)
    members = [sheet.add_member(name, by=worker) for name in ("户主", "配偶")]
    sheet.put(asked["住几间房"], None, str(random.randint(1, 4)), by=worker, now=at)
    sheet.put(asked["有没有电梯"], None, random.choice(("有", "没有")), by=worker, now=at)
    if random.random() < 0.2:
        return
    sheet.put(asked["需要哪些服务"], None, random.sample(["助餐", "助浴", "陪诊", "保洁"], 2), by=worker, now=at)
    for member in members:
        sheet.put(asked["满 60 岁了吗"], member, random.choice(("是", "否")), by=worker, now=at)
        sheet.put(asked["平时谁照料"], member, random.choice(("自己", "配偶", "子女")), by=worker, now=at)
    sheet.submit(by=worker, now=at)
