"""Incident categories a hub starts with: table A of the domain rules.

Five-digit codes are those of GB/T 47678.5-2026, codes with L are the hub's own; an administrator edits all of them.
Limits: ``!`` the clock never stops, ``h`` working hours, ``d`` working days. ``P`` marks a limit proposed by the hub.
Groups are the hub's own headings, made for large buttons."""

from typing import NamedTuple

from django.utils.translation import gettext_noop as _

from community.timers.limits import Limit


class Row(NamedTuple):
    code: str
    name: str
    group: str
    limit: str
    variant: str = ""
    hint: str = ""
    proposed: bool = False


P = True
STOP = _("请先制止，2 个工作时内处理")
GAS = _("请先撤离到室外，不要开关电器，并拨打 119")
ROWS = (
    Row("06001", _("私搭乱建"), "building", "!2d", _("在建")),
    Row("06001", _("私搭乱建"), "building", "15d", _("已成")),
    Row("06008", _("擅自架设管线（飞线）"), "safety", "4h"),
    Row("06010", _("暴露垃圾"), "environment", "4h"),
    Row("06011", _("积存垃圾渣土"), "environment", "5d"),
    Row("06012", _("道路不洁"), "environment", "2h"),
    Row("06013", _("道路破损"), "facility", "5d"),
    Row("06017", _("绿地脏乱"), "green", "4h"),
    Row("06021", _("病虫害"), "green", "3d"),
    Row("06028", _("噪声扰民"), "neighbours", "!2h"),
    Row("06034", _("废弃车辆"), "traffic", "5d", proposed=P),
    Row("06035", _("废弃家具设备"), "environment", "2d"),
    Row("06036", _("乱堆杂物"), "environment", "1d"),
    Row("06037", _("动物尸体"), "environment", "4h"),
    Row("06038", _("擅自饲养家禽家畜"), "neighbours", "1d"),
    Row("06040", _("私设地锁、阻车桩"), "traffic", "2d"),
    Row("06041", _("垃圾未分类"), "environment", "2d"),
    Row("03005", _("垃圾箱异常"), "facility", "3d"),
    Row("04002", _("行道树倒伏"), "green", "1d"),
    Row("06042", _("垃圾站(箱)满溢"), "environment", "4h"),
    Row("06045", _("非法占绿毁绿"), "green", "2h", hint=STOP),
    Row("06052", _("无障碍坡道破损"), "facility", "5d"),
    Row("07001", _("非法小广告"), "environment", "1d"),
    Row("08001", _("施工扰民"), "neighbours", "!2h"),
    Row("08005", _("施工废弃料"), "environment", "2d"),
    Row("09009", _("机动车乱停放"), "traffic", "2h", proposed=P),
    Row("09010", _("非机动车乱停放"), "traffic", "2h"),
    Row("09012", _("占用消防通道"), "safety", "2h"),
    Row("09019", _("占用无障碍通道"), "traffic", "2h", proposed=P),
    Row("10001", _("道路积雪、结冰"), "safety", "4h"),
    Row("10002", _("架空线缆脱落"), "safety", "2h"),
    Row("01002", _("污水井盖异常"), "facility", "!2h", _("缺失")),
    Row("01002", _("污水井盖异常"), "facility", "4h", _("破损")),
    Row("01003", _("雨水井盖异常"), "facility", "!2h", _("缺失")),
    Row("01003", _("雨水井盖异常"), "facility", "4h", _("破损")),
    Row("01018", _("化粪池井盖异常"), "facility", "!2h", _("缺失")),
    Row("01018", _("化粪池井盖异常"), "facility", "4h", _("破损")),
    Row("01037", _("路灯异常"), "facility", "2d", _("不亮")),
    Row("01037", _("路灯异常"), "facility", "1d", _("裸线")),
    Row("01046", _("户外健身设施异常"), "facility", "1d", _("倒")),
    Row("01046", _("户外健身设施异常"), "facility", "5d", _("破损")),
    Row("01013", _("消防设施异常"), "safety", "!2h", proposed=P),
    Row("01076", _("公用电梯异常"), "safety", "!2h", proposed=P),
    Row("03003", _("化粪池外溢"), "facility", "1d"),
    Row("01054", _("充电桩异常"), "facility", "5d"),
    Row("L01", _("供水管破裂"), "safety", "!1h"),
    Row("L02", _("燃气泄漏"), "safety", "!1h", hint=GAS),
    Row("L03", _("排水堵塞"), "facility", "4h"),
    Row("L04", _("高空坠物"), "safety", "!2h"),
    Row("L05", _("违规养犬"), "neighbours", "1d"),
    Row("L06", _("电动车上楼"), "safety", "2h", proposed=P),
    Row("L07", _("楼道堆物"), "building", "1d", proposed=P),
    Row("L08", _("楼道灯"), "building", "1d", proposed=P),
    Row("L09", _("屋面漏水"), "building", "3d", proposed=P),
    Row("L10", _("邻里纠纷"), "neighbours", "5d", proposed=P),
    Row("L11", _("物业投诉"), "neighbours", "5d", proposed=P),
    Row("L12", _("老人求助"), "safety", "!1h", proposed=P),
)


# Quarrels between neighbours: nobody is asked to join one.
DISCREET = frozenset({"L10"})


def handling_limit(text: str) -> Limit:
    """``!2d`` is 48 hours that never stop, ``4h`` four working hours, ``5d`` five working days."""
    amount, unit = int(text.strip("!hd")), text[-1]
    if text.startswith("!"):
        return Limit.hours(amount * 24 if unit == "d" else amount)
    return Limit.working_hours(amount) if unit == "h" else Limit.working_days(amount)


def response_limit(text: str) -> Limit:
    """Proposed by the hub: 30 minutes for ``!``, one working hour for ``h``, four for ``d``."""
    if text.startswith("!"):
        return Limit.minutes(30)
    return Limit.working_hours(1 if text.endswith("h") else 4)


def is_small(text: str) -> bool:
    """小事 are what is done within the day: limits in hours."""
    return text.startswith("!") or text.endswith("h")
