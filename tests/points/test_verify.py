"""The verifier names the row that somebody changed behind the ledger's back."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from points.models import Account, Line, Posting
from tests.points.purses import Village, give


def tamper(sql: str, *params: int) -> None:
    """What only the database's owner can do: the guards are put to sleep for one statement."""
    connection.check_constraints()
    with connection.cursor() as cursor:
        for table in ("points_posting", "points_line"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(sql, params)
        connection.check_constraints()
        for table in ("points_posting", "points_line"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def verify() -> str:
    """What the command complains about when it fails."""
    complaints = StringIO()
    with pytest.raises(CommandError, match="do not fit"):
        call_command("verify_ledger", stdout=StringIO(), stderr=complaints)
    return complaints.getvalue()


@pytest.fixture
def postings(village: Village) -> list[Posting]:
    return [give(village.an, 10), give(village.bo, 20), give(village.an, 5)]


def test_a_sound_ledger_says_so(postings: list[Posting]) -> None:
    out = StringIO()
    call_command("verify_ledger", stdout=out)
    assert out.getvalue() == "The ledger is sound: 3 postings, 6 lines, 3 accounts.\n"


def test_an_empty_ledger_is_sound(db: None) -> None:
    out = StringIO()
    call_command("verify_ledger", stdout=out)
    assert out.getvalue() == "The ledger is sound: 0 postings, 0 lines, 0 accounts.\n"


def test_a_changed_amount_is_named(postings: list[Posting], village: Village) -> None:
    line = Line.objects.get(posting=postings[0], account__owner=village.an)
    tamper("UPDATE points_line SET amount = 1000 WHERE id = %s", line.pk)
    found = verify()
    assert f"line {line.pk}: posting {postings[0].pk}, account {line.account_id}: 0 +1000 is not 10" in found
    assert f"posting {postings[0].pk}: key {postings[0].key}: 2 lines of points sum to 990" in found


def test_a_changed_running_balance_is_named(postings: list[Posting], village: Village) -> None:
    line = Line.objects.get(posting=postings[0], account__owner=village.an)
    tamper("UPDATE points_line SET balance = 1000, amount = 1000 WHERE id = %s", line.pk)
    later = Line.objects.get(posting=postings[2], account__owner=village.an)
    assert f"line {later.pk}: posting {postings[2].pk}, account {line.account_id}: 1000 +5 is not 15" in verify()


def test_a_changed_account_is_named(postings: list[Posting], village: Village) -> None:
    account = Account.objects.get(owner=village.bo)
    Account.objects.filter(pk=account.pk).update(balance=21)
    assert verify() == f"account {account.pk}: keeps 21, its lines end at 20\n"


def test_a_removed_line_is_missed(postings: list[Posting], village: Village) -> None:
    tamper("DELETE FROM points_line WHERE posting_id = %s AND amount > 0", postings[1].pk)
    found = verify()
    assert f"posting {postings[1].pk}: key {postings[1].key}: 1 lines of points sum to -20" in found
    assert "keeps 20, its lines end at 0" in found


def test_a_posting_emptied_of_its_lines_is_missed(postings: list[Posting]) -> None:
    tamper("DELETE FROM points_line WHERE posting_id = %s", postings[1].pk)
    assert f"posting {postings[1].pk}: key {postings[1].key}: 0 lines of nothing sum to 0" in verify()
