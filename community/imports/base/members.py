"""Sheets of people and organisations: Party members, partner units, volunteers."""

from collections.abc import Hashable
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from community.directory.models import Branch, Dwelling, PartnerUnit, PartyMember, Person, Volunteer, VolunteerTeam
from community.imports.base.addresses import take_apart
from community.imports.base.places import Buildings, Dwellings
from community.imports.cells import Cell, Choice, Day, Flag, Month, Phone, Whole
from community.imports.planning import Plan
from community.imports.problems import Problem, Wrong
from community.imports.sheets import Row, Sheet

if TYPE_CHECKING:
    from community.imports.base.known import Known

GENDERS = {"男": "m", "女": "f"}
ADULT = 18


class Members(Sheet):
    name = "党员"
    aliases = ("党员表", "党员信息", "党员名册", "党员花名册")
    note = _("住址和电话至少填一项。是／否的列留空表示“否”。")
    cells = {
        "name": Cell("姓名", required=True, limit=40, personal=True, example="张三"),
        "gender": Choice("性别", choices=GENDERS, example="女"),
        "birth_month": Month("出生年月", "出生日期", personal=True, example="1948-09"),
        "joined_on": Day("入党日期", "入党时间", example="1983-07-01"),
        "branch": Cell("所在支部", "党支部", "支部", required=True, example="第1党支部"),
        "veteran": Flag("退役军人", "是否退役军人", example="是"),
        "address": Cell("住址", "地址", "家庭住址", limit=100, personal=True, example="幸福小区1号楼1单元101"),
        "phone": Phone("电话", "联系电话", "手机", "手机号", personal=True, example="13800000000"),
        "home_study": Flag("送学上门", "是否送学上门"),
    }

    def place(self, row: Row, plan: Plan) -> PartyMember:
        known: Known = plan.known
        home = _home(row["address"], plan) if row["address"] else None
        if home is None and not row["phone"]:
            raise Wrong("who_is_it", column="name")
        found = known.people.find(row["name"], phone=row["phone"], home=home)
        _check_seen(plan, self, row, found)
        person = known.people.put(found, row["name"], home=home, **row.given("phone", "gender", "birth_month"))
        if home is not None:
            known.people.move(person, home)
        _see(plan, self, row, person)
        values = row.given("joined_on", "veteran", "home_study") | {"branch": self._branch(row, plan)}
        member = known.members.get(person.pk) if person.pk else None
        if member is None:
            values["person"] = person
        self._look_at(row, plan)
        return plan.put(PartyMember, member, **values)

    def _branch(self, row: Row, plan: Plan) -> Branch:
        branches = plan.known.branches
        if row["branch"] not in branches:
            branches[row["branch"]] = plan.put(Branch, None, community=plan.community, name=row["branch"])
        return branches[row["branch"]]

    def _look_at(self, row: Row, plan: Plan) -> None:
        born, joined = row["birth_month"], row["joined_on"]
        if born and joined and joined.year - born.year < ADULT:
            problem = Problem("joined_young", {}, self.name, row.number, self.cells["joined_on"].header, hint=True)
            plan.hint(problem)


def _home(address: str, plan: Plan) -> Dwelling:
    """The dwelling of an address as text. Raises Wrong."""
    known: Known = plan.known
    home = take_apart(address, list(known.estates))
    if home is None:
        raise Wrong("address_form", column="address")
    if dwelling := known.dwellings.get(home):
        return dwelling
    for sheet, key in ((Dwellings, home), (Buildings, home[:2])):
        if number := plan.faulty.get((sheet.name, key)):
            raise Wrong("row_is_wrong", column="address", sheet=sheet.name, row=number)
    raise Wrong("unknown_dwelling", column="address")


def _check_seen(plan: Plan, sheet: Sheet, row: Row, person: Person | None) -> None:
    """Two rows of one sheet may not turn out to be one person."""
    first = plan.known.seen.get((sheet.name, id(person))) if person is not None else None
    if first is not None:
        raise Wrong("same_person", column="name", row=first)


def _see(plan: Plan, sheet: Sheet, row: Row, person: Person) -> None:
    plan.known.seen[sheet.name, id(person)] = row.number


class Partners(Sheet):
    name = "共建单位"
    aliases = ("共建单位表", "单位")
    cells = {
        "name": Cell("单位名称", "名称", "单位", required=True, limit=80, example="区图书馆"),
        "contact": Cell("联系人", limit=40, personal=True, example="张三"),
        "phone": Phone("电话", "联系电话", personal=True, example="0531-88012345"),
        "resources": Cell("可提供资源", "资源", limit=300, example="借书、读书会"),
        "agreed_on": Day("协议日期", "签约日期", example="2024-09-15"),
    }

    def identity(self, row: Row) -> Hashable:
        return row["name"]

    def place(self, row: Row, plan: Plan) -> PartnerUnit:
        units = plan.known.partners
        unit = units.get(row["name"])
        values = row.given("contact", "phone", "resources", "agreed_on")
        if unit is None:
            values |= {"community": plan.community, "name": row["name"]}
        units[row["name"]] = plan.put(PartnerUnit, unit, **values)
        return units[row["name"]]


class Volunteers(Sheet):
    name = "志愿者"
    aliases = ("志愿者表", "志愿者信息", "志愿者名单")
    cells = {
        "name": Cell("姓名", required=True, limit=40, personal=True, example="张三"),
        "phone": Phone("电话", "联系电话", "手机", "手机号", required=True, personal=True, example="13800000000"),
        "team": Cell("队伍", "志愿队伍", "所属队伍", example="志愿服务队"),
        "skills": Cell("特长", "技能", limit=120, example="理发"),
        "hours_before": Whole("累计服务小时", "服务小时", "服务时长", high=100_000, example="120"),
    }

    def place(self, row: Row, plan: Plan) -> Volunteer:
        known: Known = plan.known
        found = known.people.find(row["name"], phone=row["phone"])
        _check_seen(plan, self, row, found)
        person = known.people.put(found, row["name"], phone=row["phone"])
        _see(plan, self, row, person)
        values = row.given("skills", "hours_before")
        if row["team"]:
            values["team"] = self._team(row["team"], plan)
        volunteer = known.volunteers.get(person.pk) if person.pk else None
        if volunteer is None:
            values["person"] = person
        return plan.put(Volunteer, volunteer, **values)

    def _team(self, name: str, plan: Plan) -> VolunteerTeam:
        teams = plan.known.teams
        if name not in teams:
            teams[name] = plan.put(VolunteerTeam, None, community=plan.community, name=name)
        return teams[name]
