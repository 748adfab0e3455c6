"""Table A as it is seeded, and how a community may tighten it."""

import pytest
from django.core.exceptions import ValidationError

from community.timers.limits import Limit, limit_columns
from grids.models import Category, CategoryLimit
from grids.models.category import never_later, plant, tighter
from tests.grids.conftest import category
from tests.neighbourhood import Hood

pytestmark = pytest.mark.django_db
hours, work_hours, days = Limit.hours, Limit.working_hours, Limit.working_days

TABLE_A = [
    ("06001", "在建", "私搭乱建", hours(48)), ("06001", "已成", "私搭乱建", days(15)),
    ("06008", "", "擅自架设管线（飞线）", work_hours(4)), ("06010", "", "暴露垃圾", work_hours(4)),
    ("06011", "", "积存垃圾渣土", days(5)), ("06012", "", "道路不洁", work_hours(2)),
    ("06013", "", "道路破损", days(5)), ("06017", "", "绿地脏乱", work_hours(4)),
    ("06021", "", "病虫害", days(3)), ("06028", "", "噪声扰民", hours(2)),
    ("06034", "", "废弃车辆", days(5)), ("06035", "", "废弃家具设备", days(2)),
    ("06036", "", "乱堆杂物", days(1)), ("06037", "", "动物尸体", work_hours(4)),
    ("06038", "", "擅自饲养家禽家畜", days(1)), ("06040", "", "私设地锁、阻车桩", days(2)),
    ("06041", "", "垃圾未分类", days(2)), ("03005", "", "垃圾箱异常", days(3)),
    ("04002", "", "行道树倒伏", days(1)), ("06042", "", "垃圾站(箱)满溢", work_hours(4)),
    ("06045", "", "非法占绿毁绿", work_hours(2)), ("06052", "", "无障碍坡道破损", days(5)),
    ("07001", "", "非法小广告", days(1)), ("08001", "", "施工扰民", hours(2)),
    ("08005", "", "施工废弃料", days(2)), ("09009", "", "机动车乱停放", work_hours(2)),
    ("09010", "", "非机动车乱停放", work_hours(2)), ("09012", "", "占用消防通道", work_hours(2)),
    ("09019", "", "占用无障碍通道", work_hours(2)), ("10001", "", "道路积雪、结冰", work_hours(4)),
    ("10002", "", "架空线缆脱落", work_hours(2)),
    ("01002", "缺失", "污水井盖异常", hours(2)), ("01002", "破损", "污水井盖异常", work_hours(4)),
    ("01003", "缺失", "雨水井盖异常", hours(2)), ("01003", "破损", "雨水井盖异常", work_hours(4)),
    ("01018", "缺失", "化粪池井盖异常", hours(2)), ("01018", "破损", "化粪池井盖异常", work_hours(4)),
    ("01037", "不亮", "路灯异常", days(2)), ("01037", "裸线", "路灯异常", days(1)),
    ("01046", "倒", "户外健身设施异常", days(1)), ("01046", "破损", "户外健身设施异常", days(5)),
    ("01013", "", "消防设施异常", hours(2)), ("01076", "", "公用电梯异常", hours(2)),
    ("03003", "", "化粪池外溢", days(1)), ("01054", "", "充电桩异常", days(5)),
]  # fmt: skip
LOCAL = [
    ("供水管破裂", hours(1)), ("燃气泄漏", hours(1)), ("排水堵塞", work_hours(4)), ("高空坠物", hours(2)),
    ("违规养犬", days(1)), ("电动车上楼", work_hours(2)), ("楼道堆物", days(1)), ("楼道灯", days(1)),
    ("屋面漏水", days(3)), ("邻里纠纷", days(5)), ("物业投诉", days(5)),
    ("老人求助", hours(1)),
]  # fmt: skip


def test_the_standard_rows_are_exactly_table_a() -> None:
    rows = Category.objects.filter(local=False).order_by("pk")
    assert [(row.code, row.variant, row.name, row.handling) for row in rows] == TABLE_A


def test_the_local_rows_are_marked_local_and_carry_our_own_codes() -> None:
    rows = Category.objects.filter(local=True).order_by("pk")
    assert [(row.name, row.handling) for row in rows] == LOCAL
    assert all(row.code.startswith("L") for row in rows)


@pytest.mark.parametrize(
    ("code", "variant", "response", "urgent"),
    [
        ("06001", "在建", Limit.minutes(30), True),
        ("06012", "", work_hours(1), False),
        ("06013", "", work_hours(4), False),
        ("L02", "", Limit.minutes(30), True),
    ],
)
def test_the_response_limit_follows_from_the_clock(code: str, variant: str, response: Limit, urgent: bool) -> None:
    row = category(code, variant)
    assert (row.response, row.urgent) == (response, urgent)


def test_limits_of_our_own_making_are_marked_as_proposals() -> None:
    standard = Category.objects.filter(local=False, proposed=True).values_list("code", flat=True)
    assert set(standard) == {"06034", "09009", "09019", "01013", "01076"}


def test_a_gas_leak_says_whom_to_call() -> None:
    assert "119" in category("L02").hint


def test_planting_again_neither_doubles_nor_overwrites() -> None:
    edited = category("06012")
    edited.handling = work_hours(1)
    edited.save()
    count = Category.objects.count()
    plant()
    assert Category.objects.count() == count == len(TABLE_A) + len(LOCAL)
    assert category("06012").handling == work_hours(1)


def test_a_community_may_be_faster_and_only_there(hood: Hood) -> None:
    road = category("06012")
    own = CategoryLimit(community=hood.community, category=road, **limit_columns(handling=work_hours(1)))
    own.full_clean()
    own.save()
    assert road.limits_in(hood.community.pk).handling == work_hours(1)
    assert road.limits_in(hood.community.pk).response == work_hours(1)
    assert road.limits_in(hood.community.pk + 1000).handling == work_hours(2)


@pytest.mark.parametrize("limit", [work_hours(3), days(1), hours(3), Limit.days(1)])
def test_a_community_cannot_be_slower(hood: Hood, limit: Limit) -> None:
    with pytest.raises(ValidationError, match="不能放宽"):
        CategoryLimit(
            community=hood.community, category=category("06012"), **limit_columns(handling=limit)
        ).full_clean()


def test_a_limit_that_the_table_has_overtaken_is_ignored(hood: Hood) -> None:
    own = limit_columns(handling=work_hours(2))
    CategoryLimit.objects.create(community=hood.community, category=category("06012"), **own)
    Category.objects.filter(code="06012").update(handling_amount=60)
    assert category("06012").limits_in(hood.community.pk).handling == work_hours(1)


@pytest.mark.parametrize(
    ("own", "base", "sure"),
    [
        (work_hours(2), work_hours(2), True),
        (work_hours(3), work_hours(2), False),
        (hours(2), work_hours(2), True),
        (hours(24), days(1), True),
        (hours(25), days(1), False),
        (Limit.days(1), days(1), True),
        (work_hours(1), hours(2), False),
        (days(1), Limit.days(3), False),
        (work_hours(8), days(1), False),
    ],
)
def test_only_what_is_faster_on_every_day_counts_as_faster(own: Limit, base: Limit, sure: bool) -> None:
    assert never_later(own, base) is sure
    assert tighter(own, base) == (own if sure else base)
