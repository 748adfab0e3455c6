"""Joining a household by its printed code, and what the account's person and community make of it."""

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from community.directory.models import Dwelling, HouseholdCode, Membership, Person, User
from community.directory.models.household_code import ALPHABET, LENGTH, LIFETIME, CodeLocked, CodeRefused, normal_code
from tests.neighbourhood import Hood, Town, build_town

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


def code_for(hood: Hood, dwelling: Dwelling | None = None, **how: int) -> str:
    ((_dwelling, code),) = HouseholdCode.make([dwelling or hood.dwelling], by=hood.worker, now=NOW, **how)
    return code


def next_door(hood: Hood) -> Dwelling:
    return Dwelling.objects.create(building=hood.building, unit="1单元", room="302")


def test_a_printed_code_opens_the_household(hood: Hood) -> None:
    code = code_for(hood)
    membership = HouseholdCode.redeem(code, by=hood.neighbour, now=NOW)
    assert (membership.dwelling, membership.how, membership.since) == (hood.dwelling, Membership.How.CODE, NOW)
    hood.neighbour.refresh_from_db()
    assert hood.neighbour.person is not None
    assert hood.neighbour.person.dwelling == hood.dwelling


@pytest.mark.parametrize("change", [str.lower, lambda c: f"{c[:4]}-{c[4:]}", lambda c: f" {c[:4]} {c[4:]} "])
def test_it_may_be_typed_with_dashes_spaces_and_small_letters(hood: Hood, change: object) -> None:
    assert HouseholdCode.redeem(change(code_for(hood)), by=hood.neighbour, now=NOW)  # type: ignore[operator]


@given(st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH))
def test_full_width_letters_are_the_same_code(code: str) -> None:
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in code)
    assert normal_code(wide) == normal_code(f"{code[:4]}-{code[4:].lower()}") == code


def test_the_code_itself_is_not_kept(hood: Hood) -> None:
    code = code_for(hood)
    row = HouseholdCode.objects.get()
    assert code not in str(vars(row))
    assert len(code) == LENGTH
    assert not set(code) & set("0O1IL2Z5S8BUV") - {"U"}


def test_it_lasts_thirty_days(hood: Hood) -> None:
    code = code_for(hood)
    with pytest.raises(CodeRefused):
        HouseholdCode.redeem(code, by=hood.neighbour, now=NOW + LIFETIME)
    assert HouseholdCode.redeem(code, by=hood.neighbour, now=NOW + LIFETIME - timedelta(seconds=1))


def test_it_serves_as_many_members_as_it_says(hood: Hood) -> None:
    code = code_for(hood, uses=2)
    HouseholdCode.redeem(code, by=hood.neighbour, now=NOW)
    HouseholdCode.redeem(code, by=hood.neighbour, now=NOW)  # again: joined already, costs nothing
    HouseholdCode.redeem(code, by=hood.volunteer, now=NOW)
    with pytest.raises(CodeRefused):
        HouseholdCode.redeem(code, by=hood.party_member, now=NOW)


def test_a_new_print_voids_the_old_one(hood: Hood) -> None:
    old = code_for(hood)
    code_for(hood)
    with pytest.raises(CodeRefused):
        HouseholdCode.redeem(old, by=hood.neighbour, now=NOW)


def test_wrong_used_up_and_expired_sound_the_same(hood: Hood) -> None:
    expired, words = code_for(hood), set()
    used_up = code_for(hood, next_door(hood), uses=1)
    HouseholdCode.redeem(used_up, by=hood.volunteer, now=NOW)
    for code, now in ((expired, NOW + LIFETIME), (used_up, NOW), ("AAAA3333", NOW), ("", NOW), ("钥匙", NOW)):
        with pytest.raises(CodeRefused) as refused:
            HouseholdCode.redeem(code, by=hood.neighbour, now=now)
        words.add(str(refused.value.message))
    assert len(words) == 1


def test_guessing_is_stopped_even_when_a_right_code_is_mixed_in(hood: Hood) -> None:
    right = code_for(hood)
    for guess in ("AAAA3333", "CCCC4444", right, "DDDD6666", right, "EEEE7777", "FFFF9999"):
        try:
            HouseholdCode.redeem(guess, by=hood.neighbour, now=NOW)
        except CodeLocked:
            pytest.fail("locked too early")
        except CodeRefused:
            pass
    with pytest.raises(CodeLocked):
        HouseholdCode.redeem(right, by=hood.neighbour, now=NOW)
    assert HouseholdCode.redeem(right, by=hood.volunteer, now=NOW)  # others are not locked out


def test_moving_house_ends_the_former_membership(hood: Hood) -> None:
    first = Membership.begin(user=hood.resident, dwelling=hood.dwelling, how=Membership.How.CODE, now=NOW)
    other = next_door(hood)
    Membership.begin(user=hood.resident, dwelling=other, how=Membership.How.CODE, now=NOW + timedelta(days=9))
    first.refresh_from_db()
    assert first.until == NOW + timedelta(days=9)
    assert Membership.objects.current().get(user=hood.resident).dwelling == other
    hood.resident.person.refresh_from_db()  # type: ignore[union-attr]
    assert hood.resident.person.dwelling == other  # type: ignore[union-attr]


def test_moving_to_another_community_makes_a_person_there(town: Town) -> None:
    user, former = town.ours.resident, town.ours.resident.person
    Membership.begin(user=user, dwelling=town.theirs.dwelling, how=Membership.How.CODE, now=NOW)
    user.refresh_from_db()
    assert user.community == town.theirs.community
    assert user.person != former
    assert user.person is not None
    assert user.person.community == town.theirs.community


def test_the_person_on_the_register_is_found_by_name_and_proved_phone(hood: Hood) -> None:
    known = Person.objects.create(community=hood.community, name="王桂芬", phone="13911112222")
    User.objects.filter(pk=hood.neighbour.pk).update(name="王桂芬", phone="13911112222", phone_verified=True)
    hood.neighbour.refresh_from_db()
    Membership.begin(user=hood.neighbour, dwelling=hood.dwelling, how=Membership.How.CODE, now=NOW)
    assert hood.neighbour.person == known


@pytest.mark.parametrize("detail", [{"phone_verified": False}, {"name": "冒名"}])
def test_nobody_becomes_their_neighbour_by_a_name_or_an_unproved_phone(hood: Hood, detail: dict[str, object]) -> None:
    known = Person.objects.create(community=hood.community, name="王桂芬", phone="13911112222")
    facts = {"name": "王桂芬", "phone": "13911112222", "phone_verified": True} | detail
    User.objects.filter(pk=hood.neighbour.pk).update(**facts)
    hood.neighbour.refresh_from_db()
    Membership.begin(user=hood.neighbour, dwelling=hood.dwelling, how=Membership.How.CODE, now=NOW)
    assert hood.neighbour.person != known


def test_leaving(hood: Hood) -> None:
    membership = Membership.begin(user=hood.resident, dwelling=hood.dwelling, how=Membership.How.CODE, now=NOW)
    membership.end(by=hood.resident, now=NOW + timedelta(days=1))
    membership.end(by=hood.resident, now=NOW + timedelta(days=2))
    assert membership.until == NOW + timedelta(days=1)
    hood.resident.person.refresh_from_db()  # type: ignore[union-attr]
    assert hood.resident.person.dwelling is None  # type: ignore[union-attr]
    assert hood.resident.community == hood.community


def test_the_database_knows_one_household_at_a_time(hood: Hood) -> None:
    Membership.begin(user=hood.resident, dwelling=hood.dwelling, how=Membership.How.CODE, now=NOW)
    with pytest.raises(IntegrityError, match="membership_one_at_a_time"), transaction.atomic():
        Membership.objects.create(user=hood.resident, dwelling=next_door(hood), since=NOW, how="code")


@pytest.mark.django_db(transaction=True)
def test_twelve_at_once_on_a_code_for_three() -> None:
    hood = build_town().ours
    code = code_for(hood, uses=3)
    people = [User.objects.create(username=f"p{n}", community=hood.community) for n in range(12)]

    def join(user: User) -> None:
        try:
            HouseholdCode.redeem(code, by=user, now=NOW)
        except CodeRefused:
            pass
        finally:
            connection.close()

    threads = [Thread(target=join, args=(user,)) for user in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Membership.objects.current().filter(dwelling=hood.dwelling).count() == 3
    assert HouseholdCode.objects.get().used == 3
