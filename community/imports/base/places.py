"""Sheets of places: grids with their workers, buildings, dwellings."""

from collections.abc import Hashable
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.directory.models import Building, Dwelling, Estate, Grid, Person
from community.imports.base import workers
from community.imports.base.addresses import building_name, floor_of, room_name, unit_name, unit_number
from community.imports.cells import Amount, Cell, Choice, Code, Phone, Whole
from community.imports.planning import Plan
from community.imports.problems import Problem, Wrong
from community.imports.sheets import Row, Sheet

if TYPE_CHECKING:
    from community.imports.base.known import Known

GRID_KINDS = {"居民网格": "residential", "特色网格": "special", "居民": "residential", "特色": "special"}
USAGES = {"自住": "owner", "出租": "let", "空置": "empty", "经营": "business", "其他": "other", "租住": "let"}


class Grids(Sheet):
    name = "网格"
    aliases = ("网格表", "网格信息", "网格信息表")
    note = _("编码 15 位，前 12 位是社区编码。填了网格员电话，才会登记为人员。")
    cells = {
        "code": Code("网格编码", "编码", "网格代码", digits=15, required=True, example="370105004012001"),
        "name": Cell("网格名称", "名称", required=True, example="第1网格"),
        "kind": Choice("网格类型", "类型", choices=GRID_KINDS, shown=2, example="居民网格"),
        "worker": Cell("专职网格员", "网格员", "网格员姓名", limit=40, personal=True, example="张三"),
        "worker_phone": Phone("网格员电话", "电话", "联系电话", personal=True, example="13800000000"),
        "leader": Cell("网格长", "网格长姓名", limit=40, personal=True),
        "leader_phone": Phone("网格长电话", personal=True),
        "remark": Cell("备注", limit=200),
    }

    def identity(self, row: Row) -> Hashable:
        return row["code"]

    def place(self, row: Row, plan: Plan) -> Grid:
        known: Known = plan.known
        code = row["code"]
        grid = known.grids.get(code)
        if grid is None and (not code.startswith(plan.community.code) or known.foreign_codes(code)):
            raise Wrong("foreign_grid", column="code", prefix=plan.community.code)
        refuse_closed(grid, "code", plan)
        values = row.given("name", "kind", "remark")
        if grid is None:
            values |= {"community": plan.community, "code": code}
        grid = known.grids[code] = plan.put(Grid, grid, **values)
        workers.appoint(plan, self, row, grid)
        return grid


class Buildings(Sheet):
    name = "楼栋"
    aliases = ("楼栋表", "楼栋信息", "楼宇", "楼房")
    cells = {
        "estate": Cell("小区", "小区名称", "所属小区", required=True, example="幸福小区"),
        "name": Cell("楼栋", "楼号", "楼栋号", required=True, limit=30, tidy=building_name, example="1号楼"),
        "grid": Cell("所属网格", "网格", "网格编码", required=True, example="370105004012001"),
        "units": Whole("单元数", low=1, high=99, example="3"),
        "floors": Whole("层数", "楼层数", low=1, high=150, example="6"),
        "built_year": Whole("建成年份", "建成年代", "年份", low=1900, high=2100, example="1988"),
        "declared_dwellings": Whole("户数", low=0, high=5_000, example="36"),
    }

    def identity(self, row: Row) -> Hashable:
        return row["estate"], row["name"]

    def place(self, row: Row, plan: Plan) -> Building:
        known: Known = plan.known
        grid = _grid(row["grid"], plan)
        estate = known.estates.get(row["estate"])
        if estate is None:
            estate = plan.put(Estate, None, community=plan.community, name=row["estate"])
            known.estates[row["estate"]] = estate
        key = row["estate"], row["name"]
        building = known.buildings.get(key)
        values = row.given("units", "floors", "built_year", "declared_dwellings") | {"grid": grid}
        if building is None:
            values |= {"estate": estate, "name": row["name"]}
        known.buildings[key] = plan.put(Building, building, **values)
        return known.buildings[key]


def refuse_closed(grid: Grid | None, column: str, plan: Plan) -> None:
    """Nothing is put into a grid that is no more."""
    if grid is not None and grid.closed_on is not None and grid.closed_on <= timezone.localdate(plan.now):
        raise Wrong("closed_grid", column=column, grid=grid.name, day=grid.closed_on.isoformat())


def _grid(text: str, plan: Plan) -> Grid:
    """The grid by code or name. Raises Wrong; never tells of another community's grids."""
    known: Known = plan.known
    if grid := known.grid_called(text):
        refuse_closed(grid, "grid", plan)
        return grid
    if row := plan.faulty.get((Grids.name, text)):
        raise Wrong("row_is_wrong", column="grid", sheet=Grids.name, row=row)
    if text.isdecimal() and len(text) == 15 and not text.startswith(plan.community.code):
        raise Wrong("foreign_grid", column="grid", prefix=plan.community.code)
    names = [*known.grids, *(grid.name for grid in known.grids.values())]
    if similar := get_close_matches(text, names, n=1, cutoff=0.75):
        raise Wrong("unknown_grid_similar", column="grid", similar=similar[0])
    raise Wrong("unknown_grid", column="grid")


class Dwellings(Sheet):
    name = "房屋"
    aliases = ("房屋表", "房屋信息", "住户", "户")
    note = _("重点人群是敏感信息，导入后默认隐藏。这一列留空表示没有。")
    cells = {
        "estate": Cell("小区", "小区名称", "所属小区", required=True, example="幸福小区"),
        "building": Cell("楼栋", "楼号", "楼栋号", required=True, limit=30, tidy=building_name, example="1号楼"),
        "unit": Cell("单元", "单元号", limit=20, tidy=unit_name, example="1单元"),
        "room": Cell("房号", "门牌号", "室号", "房间号", required=True, limit=20, tidy=room_name, example="101"),
        "householder": Cell("户主", "户主姓名", limit=40, personal=True, example="张三"),
        "residents": Whole("常住人口", "人口", "人数", high=99, example="3"),
        "phone": Phone("联系电话", "电话", "手机", "手机号", personal=True, example="13800000000"),
        "usage": Choice("使用状况", "使用情况", "房屋用途", choices=USAGES, example="自住"),
        "care_groups": Cell("重点人群", "人群", blank="clear", personal=True, example="独居"),
        "area": Amount("建筑面积", "面积", example="68.39"),
    }

    def identity(self, row: Row) -> Hashable:
        return row["estate"], row["building"], row["unit"], row["room"]

    def place(self, row: Row, plan: Plan) -> Dwelling:
        known: Known = plan.known
        building = self._building(row, plan)
        key = row["estate"], row["building"], row["unit"], row["room"]
        dwelling = known.dwellings.get(key)
        values = row.given("residents", "usage", "care_groups", "area")
        if dwelling is None:
            values |= {"building": building, "unit": row["unit"], "room": row["room"]}
        dwelling = known.dwellings[key] = plan.put(Dwelling, dwelling, **values)
        known.dwellings_read[id(building)] += 1
        if row["householder"]:
            self._householder(row, plan, dwelling)
        self._look_at(row, plan, building)
        return dwelling

    def _building(self, row: Row, plan: Plan) -> Building:
        known: Known = plan.known
        key = row["estate"], row["building"]
        if building := known.buildings.get(key):
            return building
        if number := plan.faulty.get((Buildings.name, key)):
            raise Wrong("row_is_wrong", column="building", sheet=Buildings.name, row=number)
        if row["estate"] in known.estates:
            raise Wrong("unknown_building", column="building", estate=row["estate"], building=row["building"])
        if similar := get_close_matches(row["estate"], list(known.estates), n=1):
            raise Wrong("unknown_estate_similar", column="estate", estate=row["estate"], similar=similar[0])
        raise Wrong("unknown_estate", column="estate", estate=row["estate"])

    def _householder(self, row: Row, plan: Plan, dwelling: Dwelling) -> None:
        """The known householder if the name is the same; else whoever is known by phone or lives there; else new."""
        people = plan.known.people
        current: Person | None = people.by_pk.get(dwelling.householder_id) if dwelling.householder_id else None
        if current is None or current.name != row["householder"]:
            current = people.find(row["householder"], phone=row["phone"], home=dwelling)
        person = people.put(current, row["householder"], home=dwelling, phone=row["phone"])
        plan.link(dwelling, "householder", person)

    def _look_at(self, row: Row, plan: Plan, building: Building) -> None:
        floor, unit = floor_of(row["room"]), unit_number(row["unit"])
        if floor and floor > building.floors > 1:
            self._hint(plan, row, "room", "above_floors", floor=floor, floors=building.floors)
        if unit and unit > building.units > 1:
            self._hint(plan, row, "unit", "beyond_units", unit=unit, units=building.units)

    def _hint(self, plan: Plan, row: Row, column: str, code: str, **params: Any) -> None:
        problem = Problem(
            code,
            params,
            sheet=self.name,
            row=row.number,
            column=self.cells[column].header,
            value=row[column],
            hint=True,
        )
        plan.hint(problem)

    def finish(self, plan: Plan) -> None:
        """A building whose number of dwellings differs from the declared one is worth a look."""
        for (estate, name), building in plan.known.buildings.items():
            found = plan.known.dwellings_read[id(building)]
            if found and building.declared_dwellings not in (0, found):
                params = {"declared": building.declared_dwellings, "found": found}
                value = f"{estate}{name}"
                plan.hint(Problem("declared_dwellings", params, self.name, value=value, hint=True))
