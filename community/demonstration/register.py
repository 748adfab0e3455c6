"""The paper register of wishes (微心愿登记表) as the community kept it; its words make the demonstration's wishes."""

from dataclasses import dataclass
from pathlib import Path

from openpyxl import load_workbook

from community.core.models import Case
from wishes.models import Wish
from wishes.models.wish import title_of

REGISTER = Path(__file__).parent / "samples" / "微心愿登记表-2025.xlsx"
GROUPS = {
    "一老一小": Wish.Group.ELDER,
    "役新向党": Wish.Group.VETERAN,
    "军民一家": Wish.Group.ARMY_FAMILY,
    "左邻右舍": Wish.Group.NEIGHBOUR,
    "低保": Wish.Group.LOW_INCOME,
    "残疾": Wish.Group.DISABLED,
    "空巢": Wish.Group.EMPTY_NEST,
}
URGENCIES = {"急难": Case.Urgency.URGENT, "一般": Case.Urgency.NORMAL, "长期": Case.Urgency.LONG_TERM}
CHANNELS = {
    "窗口": Case.Channel.DESK,
    "微信群留言": Case.Channel.GROUP,
    "心愿信箱": Case.Channel.BOX,
    "心愿墙": Case.Channel.WALL,
    "上门集愿": Case.Channel.VISIT,
}


@dataclass(frozen=True)
class PaperWish:
    """One line of the register in the hub's terms."""

    title: str
    text: str
    group: str
    urgency: str
    channel: str
    for_name: str


def paper_wishes() -> list[PaperWish]:
    """All lines of the register, in order."""
    rows = load_workbook(REGISTER).active.iter_rows(min_row=2, values_only=True)
    return [_paper(row) for row in rows if row[7]]


def _paper(row: tuple[object, ...]) -> PaperWish:
    source, name, group, text, urgency, by = (str(row[column] or "") for column in (2, 3, 6, 7, 8, 9))
    return PaperWish(
        title=title_of(text),
        text=text,
        group=GROUPS.get(group, Wish.Group.NEIGHBOUR),
        urgency=URGENCIES.get(urgency, Case.Urgency.NORMAL),
        channel=CHANNELS.get(source, Case.Channel.ONLINE),
        for_name="" if by == "本人" else name,
    )
