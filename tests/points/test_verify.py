"""The verifier names the row that somebody changed behind the ledger's back."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from community.notices.models import Notice
from points import receipts, sealing
from points.models import Account, Audit, Line, Posting, Seal
from points.verification import Walk, faults
from points.watching import verify_new
from tests.neighbourhood import Town
from tests.points.purses import NOON, Village, give
from tests.points.tampering import tamper


def verify(**options: object) -> str:
    """What the command complains about when it fails."""
    complaints = StringIO()
    with pytest.raises(CommandError, match="do not fit"):
        call_command("verify_ledger", stdout=StringIO(), stderr=complaints, **options)
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


def seal() -> None:
    """As the job does, but taking in what this test's own transaction has posted."""
    sealing.seal_due(NOON, below=sealing.END_OF_NUMBERS)


@pytest.fixture
def sealed(postings: list[Posting]) -> list[Posting]:
    seal()
    return postings


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE points_posting SET words = '别的' WHERE id = %s",
        "UPDATE points_posting SET at = at - interval '1 day' WHERE id = %s",
        "UPDATE points_posting SET case_id = NULL, by_id = (SELECT max(id) FROM directory_user) WHERE id = %s",
        "UPDATE points_line SET at = at - interval '1 microsecond' WHERE posting_id = %s",
    ],
)
def test_after_sealing_any_change_is_named(sealed: list[Posting], change: str) -> None:
    """Sums and balances would not show these."""
    tamper(change, sealed[1].pk)
    assert f"posting {sealed[1].pk}: key {sealed[1].key}: is not what was sealed" in verify()


def test_a_consistent_forgery_is_named(sealed: list[Posting], village: Village) -> None:
    """Amounts, running balances and accounts all changed to fit each other."""
    tamper("UPDATE points_line SET amount = amount * 2 WHERE posting_id = %s", sealed[1].pk)
    tamper("UPDATE points_line l SET balance = (SELECT sum(amount) FROM points_line b WHERE b.account_id = l.account_id "
           "AND b.id <= l.id)")  # fmt: skip
    tamper("UPDATE points_account a SET balance = (SELECT sum(amount) FROM points_line WHERE account_id = a.id)")
    found = verify()
    assert f"posting {sealed[1].pk}: key {sealed[1].key}: is not what was sealed" in found
    assert "sum to" not in found


def test_a_purse_put_into_anothers_name_is_named(sealed: list[Posting], village: Village) -> None:
    account = Account.objects.get(owner=village.bo)
    tamper("UPDATE points_account SET owner_id = %s WHERE id = %s", village.cui.pk, account.pk)
    assert f"posting {sealed[1].pk}: key" in verify()


def test_a_sealed_posting_that_is_gone_is_named(sealed: list[Posting]) -> None:
    tamper("DELETE FROM points_line WHERE posting_id = %s", sealed[2].pk)
    tamper("DELETE FROM points_posting WHERE id = %s", sealed[2].pk)
    assert f"posting {sealed[2].pk}: is sealed but gone" in verify()


def test_a_posting_slipped_in_among_sealed_ones_is_named(sealed: list[Posting], village: Village) -> None:
    seal_ = Seal.objects.get()
    slipped = give(village.cui, 500, key="slipped")
    tamper("UPDATE points_posting SET xact = xact - 1 WHERE id = %s", slipped.pk)
    assert seal_.upto_xact >= Posting.objects.get(pk=slipped.pk).xact
    assert f"posting {slipped.pk}: key slipped: stands among sealed postings and is not sealed" in verify()


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("UPDATE points_seal SET root = sha256('x')", "its hashes do not lead to its root"),
        ("UPDATE points_seal SET chain = sha256('x')", "its link is not made of what it seals"),
        ("UPDATE points_seal SET previous = sha256('x')", "does not continue the chain after 0"),
        ("UPDATE points_seal SET leaves = leaves || sha256('x')", "its hashes do not lead to its root"),
    ],
)
def test_a_changed_seal_is_named(sealed: list[Posting], change: str, what: str) -> None:
    tamper(change)
    found = verify()
    assert f"seal {Seal.objects.get().pk}: " in found
    assert what in found


def test_only_what_is_new_is_looked_at_again(sealed: list[Posting], village: Village) -> None:
    call_command("verify_ledger", stdout=StringIO())
    assert list(Audit.objects.filter(community=village.community).values_list("seal_number", "postings", "faults")) == [
        (1, 3, 0)
    ]
    fresh = give(village.cui, 7)
    seal()
    walk = Walk(incremental=True)
    assert list(faults(walk)) == []
    assert (walk.postings, walk.lines) == (1, 2)
    tamper("UPDATE points_line SET balance = balance + 1 WHERE posting_id = %s AND amount > 0", fresh.pk)
    assert f"posting {fresh.pk}, account" in verify(new=True)
    tamper("UPDATE points_posting SET words = '别的' WHERE id = %s", sealed[0].pk)
    assert f"posting {sealed[0].pk}: " not in verify(new=True)
    assert f"posting {sealed[0].pk}: " in verify()


def test_a_failed_verification_is_no_ground_to_go_on_from(sealed: list[Posting]) -> None:
    tamper("UPDATE points_posting SET words = '别的' WHERE id = %s", sealed[0].pk)
    verify()
    assert f"posting {sealed[0].pk}: " in verify(new=True)


def test_progress_is_told_to_the_end(sealed: list[Posting], village: Village) -> None:
    told: list[tuple[int, int]] = []
    assert list(faults(Walk(tell=lambda done, total: told.append((done, total))))) == []
    assert told[-1][0] == told[-1][1]
    assert [done for done, _total in told] == sorted(done for done, _total in told)


def test_a_receipt_proves_one_line(sealed: list[Posting], village: Village) -> None:
    line = Line.objects.get(posting=sealed[1], account__owner=village.bo)
    code = receipts.code_of(line)
    proof = receipts.proof_of(f" {code.lower()} ")
    assert proof is not None
    assert proof.sound
    assert proof.line == line
    out = StringIO()
    call_command("verify_ledger", receipt=code, stdout=out)
    assert out.getvalue().count("yes") == 4

    tamper("UPDATE points_posting SET words = '别的' WHERE id = %s", sealed[1].pk)
    proof = receipts.proof_of(code)
    assert proof is not None
    assert [right for _words, right in proof.steps()] == [False, True, True, True]
    with pytest.raises(CommandError, match=f"posting {sealed[1].pk} is not what was sealed"):
        call_command("verify_ledger", receipt=code, stdout=StringIO())


def test_a_receipt_waits_for_the_seal(postings: list[Posting]) -> None:
    assert receipts.code_of(Line.objects.filter(posting=postings[0]).latest("pk")) == ""


@pytest.mark.parametrize(
    "wrong", ["", "1", "1-1-1-AAAAAAAAAA", "x-y-z-w", "1-0-1-A", "9" * 40 + "-1-1-A", "一-1-1-A", "{code}A"]
)
def test_an_invented_code_proves_nothing(sealed: list[Posting], wrong: str) -> None:
    code = receipts.code_of(Line.objects.filter(posting=sealed[0]).latest("pk"))
    assert receipts.proof_of(wrong.format(code=code)) is None


def test_every_night_what_is_new_is_verified_and_who_answers_for_it_hears_of_faults(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    for hood in (town.ours, town.theirs):
        give(hood.volunteer, 10)
    seal()
    assert verify_new(NOON) == 0
    broken = give(town.ours.volunteer, 5)
    give(town.theirs.volunteer, 5)
    tamper("UPDATE points_line SET balance = balance + 1 WHERE posting_id = %s AND amount > 0", broken.pk)
    account = Line.objects.get(posting=broken, amount__gt=0).account_id

    assert verify_new(NOON) == 2
    assert f"account {account}: keeps 15, its lines end at 16" in caplog.text
    told = Notice.objects.filter(code="points.unsound")
    assert {notice.recipient for notice in told} == {town.ours.staff, town.ours.secretary, town.officer}
    assert {str(notice.title) for notice in told} == {"账目核验发现 2 处不符"}
    assert Audit.objects.filter(community=town.ours.community).latest("pk").faults == 2
    assert Audit.objects.filter(community=town.theirs.community).latest("pk").faults == 0
