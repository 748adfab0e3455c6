"""The ready words of wishes: those to begin with, until a community has written its own for a step."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_noop

from community.cases.registry import Words
from community.core.perms import Perm

if TYPE_CHECKING:
    from wishes.models import Wish

FIRST = {
    "decline": [
        (gettext_noop("请走专门渠道"), gettext_noop("这件事有专门的办事渠道，{单位}工作人员会电话告诉您怎样办理。")),
    ],
    "progress": [
        (gettext_noop("已联系"), gettext_noop("已与您联系，约好时间上门。")),
        (gettext_noop("正在准备"), gettext_noop("东西已在准备，准备好马上送来。")),
    ],
    "fulfil": [(gettext_noop("已帮好"), gettext_noop("{日期}已上门帮忙，请您看看是否满意。"))],
    "pause": [(gettext_noop("等物品"), gettext_noop("物品已下单，到货后马上上门。"))],
    "give_back": [(gettext_noop("时间不便"), gettext_noop("近期安排不开，请其他邻居接着帮忙。"))],
}


def facts(wish: "Wish") -> dict[str, str]:
    """The house only: the words are read by more than those who know the door."""
    return {"category": str(wish.get_group_display())}


WORDS = Words(("decline", "progress", "fulfil", "pause", "give_back", "take_back"), Perm.VET_WISHES, FIRST, facts)
