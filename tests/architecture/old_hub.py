"""A hub as it first landed, with data, brought up to date: ``python -m tests.architecture.old_hub``.

Works in the empty database that DATABASE_URL names. Tables of that time are written through the models of that time.
"""

from datetime import date, datetime, timedelta
from typing import Any

import django
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

FOUNDATION = {
    "access": "0003_reveals_stay",
    "core": "0003_append_only",
    "dashboards": "0001_initial",
    "directory": "0002_membership",
    "duties": "0001_initial",
    "imports": "0001_initial",
    "notices": "0002_delivery_failed",
    "timers": "0003_sweep_in_order",
    "grids": "0001_initial",
    "wishes": "0001_initial",
    "points": "0002_guards",
}
ONE_TO_ONE = [("points", "0019_handovers")]  # when a line of the bank had one voucher
YOUNGER = {"cases"}  # had no tables then
NOON = timezone.make_aware(datetime(2026, 11, 2, 12))
BUILDINGS = 3


def build() -> None:
    """Migrate to the foundation and fill it."""
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    others = [node for node in executor.loader.graph.leaf_nodes() if node[0] not in {*FOUNDATION, *YOUNGER}]
    executor.migrate([*others, *FOUNDATION.items()])
    fill(executor.loader.project_state(list(FOUNDATION.items())).apps)
    executor = MigrationExecutor(connection)
    executor.migrate(ONE_TO_ONE)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # vouchers without their ledger
        fill_fund(executor.loader.project_state(ONE_TO_ONE).apps)
        cursor.execute("SET session_replication_role = origin")


def fill(apps: Any) -> None:
    make = lambda model, **facts: apps.get_model(model).objects.create(**facts)  # noqa: E731
    street = make("directory.Street", code="370105004", name="泺口街道")
    community = make("directory.Community", street=street, code="370105004012", name="毕家洼西区社区")
    grid = make("directory.Grid", community=community, code="370105004012001", name="第一网格")
    estate = make("directory.Estate", community=community, name="毕家洼小区")
    user = make("directory.User", username="worker", name="李强", phone="13800000001", community=community)
    for number in range(BUILDINGS):
        building = make("directory.Building", estate=estate, grid=grid, name=f"{number + 1}号楼")
        dwelling = make("directory.Dwelling", building=building, unit="1单元", room="101")
        make("directory.Person", community=community, dwelling=dwelling, name="王芳")
    role = make("access.Role", code="old_worker", name="网格员", scope_kind="grid", perms=["patrol"])
    make("access.Post", user=user, role=role, grid=grid, begins_on=date(2026, 1, 1))
    raised = {"community": community, "grid": grid, "building": building, "raised_by": user, "raised_at": NOON}
    raised["changed_at"] = NOON
    make("wishes.Wish", kind="wish", number="XY1", title="换灯泡", status="submitted", description="灯泡坏了", **raised)
    category = make("grids.Category", code="99001", name="测试", group="facility", **limits())
    incident = make("grids.Incident", kind="incident", number="SJ1", title="路灯", status="reported",
                    category=category, due_at=NOON + timedelta(hours=1), **raised)  # fmt: skip
    make("core.Entry", case_id=incident.pk, community=community, verb="report", target="reported", actor=user, at=NOON)
    make("timers.Deadline", case_id=incident.pk, community=community, kind="incident", clock="response", rung="due",
         is_due=True, started_at=NOON, due_at=NOON + timedelta(hours=1), try_at=NOON + timedelta(hours=1))  # fmt: skip
    plan = make("duties.Plan", kind="patrol", community=community, grid=grid, assignee=user, title="日巡查",
                starts_on=date(2026, 1, 1))  # fmt: skip
    make("duties.Occurrence", plan=plan, community=community, grid=grid, kind="patrol", day=NOON.date(),
         opens_at=NOON, closes_at=NOON + timedelta(hours=6), due_at=NOON + timedelta(hours=6), assignee=user,
         status="planned")  # fmt: skip
    make("notices.Notice", recipient=user, code="incident.reported", params={}, case_id=incident.pk, created_at=NOON)


def fill_fund(apps: Any) -> None:
    make = lambda model, **facts: apps.get_model("points", model).objects.create(**facts)  # noqa: E731
    place = {"community_id": apps.get_model("directory.Community").objects.get().pk}
    user = apps.get_model("directory.User").objects.get()
    project = make("Project", name="助餐", budget=100, opened_by_id=user.pk, opened_at=NOON, **place)
    month = make("Month", first_day=date(2026, 11, 1), **place)
    posting = make("Posting", key="k", kind="post", words="捐款", at=NOON, **place)
    voucher = make("Voucher", number="PZ1", sort="donation", day=NOON.date(), month=month, posting=posting, amount=700,
                   project=project, words="捐款", via="bank", entered_at=NOON, **place)  # fmt: skip
    done = {"matched_by_id": user.pk, "matched_at": NOON}
    line = {"day": NOON.date(), "imported_at": NOON} | place
    make("BankLine", amount=700, reference="A", voucher=voucher, **done, **line)
    make("BankLine", amount=-5, reference="B", reason="手续费", **done, **line)
    make("BankLine", amount=3, reference="C", **line)


def limits() -> dict[str, Any]:
    units = {"response_unit": "work_minutes", "handling_unit": "work_minutes"}
    return {"response_amount": 60, "handling_amount": 240, **units}


def check() -> None:
    """What was there is there still, as the hub of today sees it."""
    from community.core.models import Case, Entry
    from community.directory.models import Building, Placement
    from community.duties.models import Occurrence, Plan
    from community.timers.models import Deadline
    from grids.models import Incident, Patrol
    from wishes.models import Wish

    assert Placement.objects.count() == Building.objects.count() == BUILDINGS
    assert {case.concrete.number for case in Case.objects.all()} == {"XY1", "SJ1"}
    assert Wish.objects.get().workflow.waits
    incident = Incident.objects.get()
    assert incident.timeline.get().verb == "report"
    assert incident.moves_for(incident.raised_by) is not None
    assert Deadline.objects.running().get().case_id == incident.pk
    assert Entry.objects.count() == 1
    patrol = Patrol.objects.get(pk=Occurrence.objects.get().pk)
    assert patrol.plan == Plan.objects.get()
    check_fund()


def check_fund() -> None:
    """Who matched what, and when, and why a line needs no voucher."""
    from points.models import BankLine, BankShare

    shares = BankShare.objects.values_list("line__reference", "voucher__number", "amount", "by__name", "at")
    assert list(shares) == [("A", "PZ1", 700, "李强", NOON)]
    assert list(BankLine.objects.order_by("reference").values_list("matched", "reason", "aside_by__name")) == [
        (700, "", None), (0, "手续费", "李强"), (0, "", None),
    ]  # fmt: skip


if __name__ == "__main__":
    django.setup()
    build()
    call_command("migrate", verbosity=0)
    check()
