"""Where a ticket belongs: the building that its address names, and the incidents that are about the same thing."""

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from community.imports.base.addresses import building_name
from grids.models.incident import Incident

if TYPE_CHECKING:
    from community.directory.models import Building, User
    from grids.hotline.models import HotlineTicket

NUMBER = re.compile(r"(\d+)\s*(?:号楼|号院|#楼|号|楼|栋|幢|座|#|-|$)")
SUGGESTED = 5
NEAR_IN_TIME = timedelta(days=60)
# What callers call things, and the code (and variant) under which the grids keep them.
CATEGORY_CODES = {
    "楼道灯": "L08", "暴露垃圾": "06010", "路灯不亮": "01037", "毁绿种菜": "06045", "物业服务": "L11", "电动车上楼": "L06",
    "违规养犬": "L05", "屋面漏水": "L09", "噪声扰民": "06028", "飞线充电": "06008", "井盖缺失": "01002", "下水道堵塞": "L03",
    "邻里纠纷": "L10", "健身器材损坏": "01046", "停水": "L01", "消防通道堵塞": "09012", "小广告": "07001",
    "机动车乱停放": "09009", "树枝折断": "04002",
}  # fmt: skip

BuildingKey = tuple[str, str]


def building_at(address: str, buildings: "Mapping[BuildingKey, Building]", estates: Iterable[str]) -> "Building | None":
    """“毕家洼小区24号楼1单元” → that building, among ``buildings`` by (estate, name)."""
    estate = estate_in(address, estates)
    if not estate:
        return None
    found = NUMBER.search(address.partition(estate)[2])
    return buildings.get((estate, building_name(found[1]))) if found else None


def estate_in(address: str, estates: Iterable[str]) -> str:
    """The longest estate's name that the address contains; "" for none."""
    return max((name for name in estates if name in address), key=len, default="")


def suggestions(ticket: "HotlineTicket", user: "User") -> "list[Incident]":
    """Open incidents at the same place, those of the same sort first; only what the person may see."""
    if ticket.building_id is None:
        return []
    near = Q(building=ticket.building_id)
    rows = Incident.objects.visible_to(user).of_kind().open().filter(near, community=ticket.community_id)
    rows = rows.filter(raised_at__gte=ticket.received_at - NEAR_IN_TIME).select_related("category")
    code = CATEGORY_CODES.get(ticket.category, "")
    found = sorted(rows.order_by("-pk")[:30], key=lambda row: row.category.code != code)
    return found[:SUGGESTED]
