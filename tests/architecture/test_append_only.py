"""What may only grow: the database itself refuses to change or delete a row, whoever asks."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from tests.fund_specimens import a_gift
from tests.neighbourhood import Hood
from tests.specimens import MONDAY, a_mediation, a_window, a_wish, mediator

# table, a column that could be falsified
APPEND_ONLY = [
    ("core_entry", "note"),
    ("points_posting", "words"),
    ("points_line", "amount"),
    ("points_seal", "root"),
    ("access_reveal", "reason"),
    ("grids_meeting", "record"),
    ("points_voucher", "words"),
    ("points_monthbalance", "came"),
    ("points_windowchange", "note"),
]


@pytest.fixture
def told(hood: Hood) -> Hood:
    """A hood in which every append-only table holds a row."""
    from community.access.models import Reveal
    from points import sealing
    from points.redemption import planning

    planning.cancel(a_window(hood), "日期写错了", by=hood.staff, now=MONDAY)
    wish = a_wish(hood)
    wish.publish(by=hood.staff, now=MONDAY)
    wish.claim(by=hood.volunteer, now=MONDAY)
    wish.fulfil(by=hood.volunteer, now=MONDAY, note="好了")
    wish.confirm(by=hood.resident, now=MONDAY, rating=5)
    sealing.seal_due(MONDAY, below=sealing.END_OF_NUMBERS)
    Reveal.record(by=hood.staff, fact="phone", reason="电话回访", community_id=hood.community.pk, account=hood.resident)
    a_closed_month(hood)
    file = a_mediation(hood)
    file.take(by=mediator(hood), now=MONDAY)
    file.record(by=mediator(hood), now=MONDAY, held_at=MONDAY, record="各说各的")
    return hood


def a_closed_month(hood: Hood) -> None:
    later = MONDAY + timedelta(days=31)
    month = a_gift(hood, 100).vouchers.get().month
    month.propose(by=hood.staff, now=later)
    month.close(by=hood.secretary, now=later)


@pytest.mark.parametrize(("table", "column"), APPEND_ONLY)
@pytest.mark.parametrize("change", ["UPDATE {table} SET {column} = {column}", "DELETE FROM {table}"])
def test_a_row_that_was_written_stays(told: Hood, table: str, column: str, change: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        assert cursor.fetchone()[0], f"no row in {table} to try it on"
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(change.format(table=table, column=column))


@pytest.mark.django_db
def test_the_list_is_complete() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal AND p.prosrc LIKE '%append-only%'"
        )
        assert {row[0] for row in cursor.fetchall()} == {table for table, _ in APPEND_ONLY}
