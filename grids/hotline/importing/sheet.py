"""The sheet of tickets as 12345 exports it."""

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

from community.core.models import Case
from community.imports.cells import Cell, Choice, Moment, Phone
from community.imports.planning import Plan
from community.imports.problems import Problem, Wrong
from community.imports.sheets import Row, Sheet
from community.timers.limits import limit_columns
from grids.hotline.importing.cells import LimitCell
from grids.hotline.importing.standing import columns_of, goes_on, state_of
from grids.hotline.models import ANSWER, HotlineTicket, due_moments, title_of
from grids.hotline.workflow import Status

if TYPE_CHECKING:
    from community.directory.models import Building

Type, Outcome, Satisfaction = HotlineTicket.Type, HotlineTicket.Outcome, HotlineTicket.Satisfaction
TYPES = {"咨询": Type.QUESTION, "求助": Type.HELP, "投诉": Type.COMPLAINT, "举报": Type.REPORT, "建议": Type.SUGGESTION}
OUTCOMES = {"已解决": Outcome.SOLVED, "解决": Outcome.SOLVED, "未解决": Outcome.UNSOLVED}
SATISFACTIONS = {
    "满意": Satisfaction.SATISFIED, "非常满意": Satisfaction.SATISFIED, "基本满意": Satisfaction.BASICALLY,
    "一般": Satisfaction.BASICALLY, "不满意": Satisfaction.UNSATISFIED,
}  # fmt: skip
PLAIN = (
    "type",
    "category",
    "content",
    "address",
    "caller_name",
    "caller_phone",
    "department",
    "outcome",
    "satisfaction",
)


class Tickets(Sheet):
    """One row per ticket."""

    name = "工单"
    aliases = ("12345工单", "热线工单", "工单列表", "工单明细")
    cells = {
        "ticket_number": Cell("工单编号", "编号", "工单号", "受理编号", required=True, limit=40, example="JN2025030900000"),
        "received_at": Moment("来电时间", "受理时间", "诉求时间", required=True, example="2025-03-09 01:29"),
        "type": Choice("诉求类型", "类型", "工单类型", choices={k: v.value for k, v in TYPES.items()}, required=True,
                       example="求助"),
        "category": Cell("诉求标题", "标题", "诉求类别", required=True, limit=60, example="楼道灯"),
        "content": Cell("诉求内容", "内容", "诉求描述", required=True, limit=4000, example="1单元楼道灯坏了半个月。"),
        "address": Cell("地址", "诉求地址", "发生地址", limit=200, example="毕家洼小区24号楼1单元"),
        "caller_name": Cell("来电人", "诉求人", "姓名", limit=40, personal=True),
        "caller_phone": Phone("联系电话", "来电号码", "电话", personal=True),
        "department": Cell("承办单位", "责任单位", limit=80, example="毕家洼西区社区"),
        "limit": LimitCell("办理时限", "时限", example="5个工作日"),
        "responded_at": Moment("首次联系时间", "首次联系", "联系时间", example="2025-03-09 09:10"),
        "resolved_at": Moment("办结时间", "完成时间", "办理完成时间", example="2025-03-10 13:34"),
        "outcome": Choice("回访结果", "解决情况", choices={k: v.value for k, v in OUTCOMES.items()}, example="已解决"),
        "satisfaction": Choice("满意度", "满意情况", "评价", choices={k: v.value for k, v in SATISFACTIONS.items()},
                               example="满意"),
    }  # fmt: skip

    def identity(self, row: Row) -> Hashable:
        return row["ticket_number"]

    def place(self, row: Row, plan: Plan) -> HotlineTicket:
        _check(row)
        found = plan.known.tickets.get(row["ticket_number"])
        building = plan.known.building_at(row["address"]) if row["address"] else None
        if row["address"] and building is None:
            _hint(self, row, plan)
        ticket = _changed(found, row, building, plan) if found else _new(row, building, plan)
        plan.known.tickets[ticket.ticket_number] = ticket
        return ticket


def _check(row: Row) -> None:
    for name in ("responded_at", "resolved_at"):
        if row[name] and row[name] < row["received_at"]:
            raise Wrong("ends_before", column=name)
    if row["resolved_at"] is None and (row["outcome"] or row["satisfaction"]):
        raise Wrong("rated_before_done", column="resolved_at")


def _hint(sheet: Sheet, row: Row, plan: Plan) -> None:
    title = sheet.cells["address"].header
    problem = Problem(
        "place_unknown", {}, sheet=sheet.name, row=row.number, column=title, value=row["address"], hint=True
    )
    plan.hint(problem)


def _facts(row: Row) -> dict[str, Any]:
    return row.given(*PLAIN)


def _new(row: Row, building: "Building | None", plan: Plan) -> HotlineTicket:
    limit = row["limit"] or ANSWER
    contact_due_at, answer_due_at = due_moments(plan.known.calendar, row["received_at"], limit)
    facts = _facts(row)
    state = state_of(facts | {"resolved_at": row["resolved_at"]}, plan.now)
    return plan.put(
        HotlineTicket, None, kind=HotlineTicket.matter_kind, channel=Case.Channel.PHONE, community=plan.community,
        home=plan.community, ticket_number=row["ticket_number"], received_at=row["received_at"],
        raised_at=row["received_at"], responded_at=row["responded_at"], contact_due_at=contact_due_at,
        answer_due_at=answer_due_at, building=building, grid_id=building.grid_id if building else None,
        title=title_of(row["category"], row["address"]), **limit_columns(limit=limit), **facts,
        **columns_of(state, row["resolved_at"], plan.now),
    )  # fmt: skip


def _changed(found: HotlineTicket, row: Row, building: "Building | None", plan: Plan) -> HotlineTicket:
    """What the new export says better; blanks keep what is known, and the hub's own progress stays."""
    facts = _facts(row)
    if building is not None and found.building_id is None:
        facts |= {"building": building, "grid": building.grid}
    if row["responded_at"] and found.responded_at is None:
        facts["responded_at"] = row["responded_at"]
    state = state_of(facts | {"resolved_at": row["resolved_at"]}, plan.now)
    if goes_on(found, state):
        facts |= columns_of(state, row["resolved_at"], plan.now)
    elif found.status in (Status.ARCHIVED, Status.FOLLOW_UP) and row["resolved_at"]:
        facts["resolved_at"] = row["resolved_at"]
    return plan.put(HotlineTicket, found, **facts)
