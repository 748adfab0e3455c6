"""The ready words of incidents: those to begin with, until a community has written its own for a step."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_noop

from community.cases.registry import Words
from community.core.perms import Perm

if TYPE_CHECKING:
    from grids.models import Incident

FIRST = {
    "progress": [
        (gettext_noop("已到现场"), gettext_noop("{承办人}已到现场查看{类别}情况，正在处理。")),
        (gettext_noop("已约维修"), gettext_noop("已联系维修人员，预计今天上门。")),
    ],
    "resolve": [(gettext_noop("已处理好"), gettext_noop("{地点}的{类别}已处理完毕，请您查看。"))],
    "pause": [(gettext_noop("等配件"), gettext_noop("维修配件已订货，到货后马上安装。"))],
    "ask_extension": [(gettext_noop("需要施工"), gettext_noop("需要安排施工，按原时限不能完成。"))],
    "follow_up": [(gettext_noop("电话回访"), gettext_noop("已电话回访，反映人表示问题已经解决。"))],
}


def facts(incident: "Incident") -> dict[str, str]:
    unit = str(incident.unit or incident.community)
    return {"category": str(incident.category), "place": incident.where, "unit": unit}


WORDS = Words(
    ("progress", "resolve", "pause", "ask_extension", "dispatch", "reject", "follow_up"),
    Perm.DISPATCH_INCIDENTS,
    FIRST,
    facts,
)
