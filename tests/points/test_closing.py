"""Accounts whose owner changes or goes: everything moves by postings, nothing is lost, nothing is made."""

from typing import Any

import pytest
from django.db import DatabaseError, connection

from points import closing, ledger
from points.models import Account, Asset, Posting
from points.verification import faults
from tests.points.purses import NOON, Village, balance, details, give, purse_of, refused, sink_of

WHEN: dict[str, Any] = {"by": None, "now": NOON}


@pytest.fixture
def sound_after(db: None) -> Any:
    yield
    connection.check_constraints()
    assert list(faults()) == []


pytestmark = pytest.mark.usefixtures("sound_after")


def hours(user: Any) -> int:
    return balance(purse_of(user, Asset.HOURS))


def test_two_accounts_of_one_person_become_one(village: Village, elsewhere: Village) -> None:
    give(village.an, 30)
    give(village.an, 90, asset=Asset.HOURS)
    give(village.bo, 5)
    ledger.post([(purse_of(elsewhere.an), 4), (purse_of(elsewhere.an)._replace(kind="issuance", owner_id=None), -4)],
                **details())  # fmt: skip
    made = closing.merge(village.an, village.bo, community=village.community, **WHEN)
    assert {posting.reason for posting in made} == {"合并账户"}
    assert (balance(purse_of(village.an)), balance(purse_of(village.bo)), hours(village.bo)) == (0, 35, 90)
    assert balance(purse_of(elsewhere.an)) == 4
    assert closing.merge(village.an, village.bo, community=village.community, **WHEN) == []


@pytest.mark.parametrize("answer", ["release", "settle"])
def test_what_was_held_comes_back_to_the_account_that_is_left(village: Village, answer: str) -> None:
    give(village.an, 30)
    held = ledger.hold(purse_of(village.an), 20, **details())
    closing.merge(village.an, village.bo, community=village.community, **WHEN)
    closing.merge(village.bo, village.cui, community=village.community, **WHEN)
    if answer == "release":
        ledger.release(held, **details())
    else:
        settled = ledger.settle(held, [(sink_of(village.an), 15)], **details())
        assert balance(purse_of(village.cui)) == 15
        ledger.reverse(settled, **details())
    assert [balance(purse_of(user)) for user in (village.an, village.bo, village.cui)] == [0, 0, 30]


def test_what_is_undone_later_concerns_the_account_that_is_left(village: Village) -> None:
    wrong = give(village.an, 30)
    spent = ledger.post([(purse_of(village.an), -10), (sink_of(village.an), 10)], **details())
    closing.merge(village.an, village.bo, community=village.community, **WHEN)
    ledger.reverse(spent, **details())
    assert (balance(purse_of(village.an)), balance(purse_of(village.bo))) == (0, 30)
    ledger.reverse(wrong, **details())
    assert (balance(purse_of(village.an)), balance(purse_of(village.bo))) == (0, 0)


def test_what_came_to_the_old_account_after_all_is_taken_back_there(village: Village) -> None:
    give(village.bo, 5)
    closing.merge(village.an, village.bo, community=village.community, **WHEN)
    ledger.reverse(give(village.an, 30), **details())
    assert (balance(purse_of(village.an)), balance(purse_of(village.bo))) == (0, 5)


def test_nobody_is_merged_with_themselves(village: Village) -> None:
    with refused(ledger.Unsound):
        closing.merge(village.an, village.an, community=village.community, **WHEN)


def test_an_account_is_handed_over_once(village: Village) -> None:
    give(village.an, 1)
    closing.merge(village.an, village.bo, community=village.community, **WHEN)
    with refused(DatabaseError, match="stays what it is"):
        Account.objects.filter(owner=village.an).update(successor=village.cui)


def test_a_member_who_leaves_keeps_the_record_of_service(village: Village) -> None:
    give(village.an, 30)
    give(village.an, 90, asset=Asset.HOURS)
    ledger.hold(purse_of(village.an), 20, **details())
    made = closing.close(village.an, community=village.community, **WHEN)
    assert [posting.kind for posting in made] == ["release", "post"]
    assert (balance(purse_of(village.an)), hours(village.an)) == (0, 90)
    assert balance(sink_of(village.an)._replace(kind="expired")) == 30
    assert closing.close(village.an, community=village.community, **WHEN) == []


def test_a_relative_takes_over_points_but_no_hours(village: Village) -> None:
    give(village.an, 30)
    give(village.an, 90, asset=Asset.HOURS)
    ledger.hold(purse_of(village.an), 20, **details())
    closing.close(village.an, heir=village.bo, community=village.community, **WHEN)
    assert (balance(purse_of(village.bo)), hours(village.bo), hours(village.an)) == (30, 0, 90)


def test_what_somebody_has_in_another_community_stays(village: Village, elsewhere: Village) -> None:
    there = purse_of(village.an)._replace(community_id=elsewhere.community.pk)
    give(village.an, 30)
    ledger.post([(there, 7), (there._replace(kind="issuance", owner_id=None), -7)], **details())
    closing.close(village.an, community=village.community, **WHEN)
    assert (balance(purse_of(village.an)), balance(there)) == (0, 7)
    closing.merge(village.an, village.bo, community=village.community, **WHEN)
    assert balance(there) == 7


def test_money_is_never_forfeited(village: Village) -> None:
    give(village.an, 500, asset=Asset.CENTS)
    with refused(ledger.Unsound, match="money needs"):
        closing.close(village.an, community=village.community, **WHEN)
    closing.close(village.an, heir=village.bo, community=village.community, **WHEN)
    assert balance(purse_of(village.bo, Asset.CENTS)) == 500


def test_a_community_is_divided(village: Village, elsewhere: Village) -> None:
    give(village.an, 30)
    give(village.an, 90, asset=Asset.HOURS)
    give(village.bo, 7)
    give(village.cui, 1)
    ledger.hold(purse_of(village.an), 20, **details())
    people = [village.an, village.bo]

    def divide(key: str) -> dict[str, int]:
        return closing.divide(people, village.community, elsewhere.community, key=key, **WHEN)

    assert divide("split") == {"points": 17, "hours": 90}
    there = purse_of(village.an)._replace(community_id=elsewhere.community.pk)
    assert (balance(there), balance(purse_of(village.an)), balance(purse_of(village.cui))) == (10, 0, 1)
    both = Account.objects.filter(kind="moved", asset="points").values_list("balance", flat=True)
    assert sorted(both) == [-17, 17]
    assert divide("split") == {}
    ledger.release(Posting.objects.get(kind="hold"), **details())
    assert divide("split, what came back") == {"points": 20}
    assert balance(there) == 30


def test_an_account_keeps_its_name(village: Village) -> None:
    give(village.an, 30)
    mine = Account.objects.filter(owner=village.an)
    for change in ({"owner": village.bo}, {"asset": "hours"}, {"kind": "held"}):
        with refused(DatabaseError, match="stays what it is"):
            mine.update(**change)
    with refused(DatabaseError, match="stays what it is"):
        mine._raw_delete("default")
