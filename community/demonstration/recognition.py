"""The red account beyond wishes: awards by two people, an appeal, new rules in draft, stars, cards, challenges, stories."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from community.demonstration.earlier import award, thanked
from community.demonstration.people import Cast, Place
from points import ledger
from points.models import (
    Appeal,
    Asset,
    Award,
    Certificate,
    Challenge,
    Grant,
    Pledge,
    RuleSet,
    Story,
    issuance,
    member,
)
from points.stars.closing import close_due, reach_due

if TYPE_CHECKING:
    from community.directory.models import User

DAY = timedelta(days=1)
PLEDGES = (
    "每月陪独居老人说说话",
    "楼道堆物我先清",
    "有事随叫随到",
    "每周巡一次充电棚",
    "教老人用手机",
    "不高空抛物，也劝别人",
)
HOURS = (128, 310, 45, 640, 12, 101)
STORIES = (
    ("一冬天的灯", "三号楼的楼道灯坏了又坏，他自己买灯泡，一个冬天换了十一只，没跟谁说过。"),
    ("送了两年的饭", "隔壁老人腿脚不便，她每天多做一份，送了两年，节假日也没断过。"),
    ("雪夜的铁锹", "下雪那晚，天亮前他把小区东门到菜店的路都铲了出来。"),
)


def recognise(cast: Cast, now: datetime) -> None:
    place = cast.places[0]
    people = thanked(place)
    close_due(now)
    _hours(place, people, now)
    _awards_and_appeal(place, people, now)
    _base_points(place, now)
    _draft_rules(place, now)
    _cards(place, people, now)
    _challenges(place, people, now)
    _stories(place, people, now)


def _hours(place: Place, people: "list[User]", now: datetime) -> None:
    """Hours kept by the teams before the hub, taken over once; they bring stars and a certificate."""
    for user, hours in zip(people, HOURS, strict=False):
        entries = [
            (issuance(place.community.pk, Asset.HOURS), -hours * 60),
            (member(user, place.community.pk, Asset.HOURS), hours * 60),
        ]
        source = ledger.Source("队伍台账转入的服务时长")
        ledger.post(entries, key=f"hours-before:{user.pk}", source=source, now=now - 30 * DAY, by=place.staff)
    reach_due(now)
    Certificate.issue(by=people[0], community=place.community, now=now - 2 * DAY)


def _awards_and_appeal(place: Place, people: "list[User]", now: datetime) -> None:
    """One award waits for the second person, one deduction was made and is appealed against."""
    Award.propose(
        by=place.staff, community=place.community, member=people[3], amount=3, words="讲微党课",
        note="本周主题党日主讲，到会 31 人。", now=now - DAY,
    )  # fmt: skip
    taken = award(place, people[0], -2, "无故缺席值班", now - 6 * DAY)
    if taken.posting is not None:
        words = "那天我请过假，值班表上也换了人，请再查一查。"
        Appeal.lodge(by=people[0], posting=taken.posting, words=words, now=now - 2 * DAY)


def _base_points(place: Place, now: datetime) -> None:
    """The yearly base of every Party member waits for the second person, who sees whether it stays covered."""
    Grant.propose(
        by=place.staff, community=place.community, group="party_member", amount=20, words="党员下半年基础分",
        note="按支部大会通过的积分制度，每半年 20 分。", now=now - DAY,
    )  # fmt: skip


def _draft_rules(place: Place, now: datetime) -> None:
    """What the secretary would change from next month on: rehearsed, and waiting for somebody else's word."""
    draft = RuleSet.draft(by=place.staff, community=place.community, now=now - 2 * DAY)
    common = {"gives_to": "handler", "asset": "points", "conditions": []}
    draft.put(
        by=place.staff, now=now - 2 * DAY, code="wish_granted", name="认领并完成微心愿", events=["wish.granted"], amount=8,
        cap_period=60, **common,
    )  # fmt: skip
    draft.put(
        by=place.staff, now=now - 2 * DAY, code="incident_found", name="反映问题，核查属实", events=["incident.found"],
        amount=1, cap_day=3, **(common | {"gives_to": "raised_by"}),
    )  # fmt: skip
    draft.rehearse(by=place.staff, now=now - 2 * DAY)
    draft.submit(by=place.staff, now=now - DAY, effective_on=timezone.localdate(now) + 30 * DAY)


def _cards(place: Place, people: "list[User]", now: datetime) -> None:
    styles = ("family", "nickname", "full")
    for number, (user, words) in enumerate(zip([*people[1:5], *place.residents[:2]], PLEDGES, strict=False)):
        card = Pledge.write(
            by=user, community=place.community, words=words, name_as=styles[number % 3],
            nickname=("热心邻居", "小风车")[number % 2], with_star=number % 2 == 0, now=now - 9 * DAY,
        )  # fmt: skip
        if number != 3:
            card.show(by=user, now=now - (9 - number) * DAY)


def _challenges(place: Place, people: "list[User]", now: datetime) -> None:
    """One to take up, one under way, one done."""
    today = timezone.localdate(now)
    asked = (("说服车主拆掉 3 号楼前的地锁", 30), ("给老楼栋设计一套醒目的楼号牌", 40), ("教会十位老人用手机挂号", 20))
    made = [
        Challenge.put_up(
            by=place.staff, community=place.community, title=title, reward=reward, now=now - 12 * DAY,
            description="办法自己想，需要社区配合的请说；完成后请附一段说明。", until=today + 10 * DAY,
            finish_by=today + 40 * DAY,
        )
        for title, reward in asked
    ]  # fmt: skip
    made[1].take(by=people[4], now=now - 8 * DAY, name_as="family")
    made[1].progress(by=people[4], now=now - 3 * DAY, note="画了三稿，正请楼长们挑。")
    made[2].take(by=people[5], now=now - 10 * DAY, name_as="nickname", nickname="老党员")
    made[2].hand_in(by=people[5], now=now - 4 * DAY, note="办了四次课，十一位学会了。")
    made[2].accept(by=place.secretary, now=now - 3 * DAY, note="课后抽问了三位，都会了。")


def _stories(place: Place, people: "list[User]", now: datetime) -> None:
    """Two are agreed to; the third waits for the word of the volunteer of the demonstration."""
    told = ((people[6], "nickname"), (people[7], "family"), (people[0], ""))
    for (user, name_as), (title, words) in zip(told, STORIES, strict=True):
        story = Story.write(
            by=place.staff, community=place.community, about=user, title=title, words=words, now=now - 5 * DAY
        )
        if name_as:
            story.agree(by=user, name_as=name_as, nickname="灯师傅", now=now - 4 * DAY)
