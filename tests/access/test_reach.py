"""How far a post reaches, and who holds a permission over a place: two views of the same rows."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.functional import SimpleLazyObject

from community.access.holders import addressed, holders, nearest_holders
from community.access.models import Post, Reveal
from community.core.models import Case
from community.core.perms import Perm
from community.core.reach import Reach, reach
from community.directory.models import User
from tests.neighbourhood import Hood, Town


def names(users: object) -> set[str]:
    return {user.username.rstrip("0123456789") for user in users}  # type: ignore[attr-defined]


def test_a_grid_post_reaches_its_grid(hood: Hood) -> None:
    found = reach(hood.worker, Perm.HANDLE_INCIDENTS)
    assert found.covers(hood.community.pk, hood.grid.pk)
    assert not found.covers(hood.community.pk, hood.other_grid.pk)
    assert not found.covers(hood.community.pk)


def test_a_community_post_reaches_all_its_grids_and_no_other_community(town: Town) -> None:
    found = reach(town.ours.secretary, Perm.SEE_CASES)
    assert found.covers(town.ours.community.pk, town.ours.other_grid.pk)
    assert not found.covers(town.theirs.community.pk, town.theirs.grid.pk)


def test_a_street_post_reaches_its_communities(town: Town) -> None:
    found = reach(town.officer, Perm.SEE_CASES)
    assert found.communities == {town.ours.community.pk, town.theirs.community.pk}
    assert not found.covers(town.far.community.pk)


def test_a_partners_post_reaches_nothing_but_the_unit(hood: Hood) -> None:
    assert reach(hood.partner, Perm.CLAIM_WISHES) == Reach(partner_units=frozenset({hood.unit.pk}))
    assert not reach(hood.partner, Perm.SEE_CASES)


def test_residents_strangers_and_closed_accounts_reach_nothing(hood: Hood) -> None:
    User.objects.filter(pk=hood.secretary.pk).update(is_active=False)
    for user in (hood.resident, AnonymousUser(), None, User.objects.get(pk=hood.secretary.pk)):
        assert not any(reach(user, perm) for perm in Perm)


def test_the_administrator_reaches_everything(town: Town) -> None:
    assert all(reach(town.admin, perm).covers(town.far.community.pk, town.far.grid.pk) for perm in Perm)


@pytest.mark.parametrize("name", ["secretary", "admin"])
def test_all_permissions_of_a_person_cost_a_fixed_number_of_queries(town: Town, name: str) -> None:
    people = {"secretary": town.ours.secretary, "admin": town.admin}
    user: Any = SimpleLazyObject(lambda: User.objects.get(pk=people[name].pk))  # as requests bring it along
    with CaptureQueriesContext(connection) as spent:
        for perm in Perm:
            reach(user, perm)
    assert len(spent) <= 2  # the account itself, and its reach


def test_an_empty_reach_filters_everything_out(hood: Hood) -> None:
    assert not Post.objects.filter(Reach().within()).exists()


@pytest.mark.parametrize(
    ("perm", "on_grid", "expected"),
    [
        (Perm.PATROL, True, {"grid_worker", "grid_leader"}),
        (Perm.PATROL, False, set()),
        (Perm.VET_WISHES, True, {"community_staff", "secretary"}),
        (Perm.MANAGE_POSTS, False, {"secretary"}),
        (Perm.LEAD_STREET, True, {"street_officer"}),
        (Perm.HANDLE_INCIDENTS, True, {"grid_worker", "grid_leader", "community_staff", "secretary", "street_officer"}),
    ],
)
def test_who_holds_what_over_a_place(town: Town, perm: Perm, on_grid: bool, expected: set[str]) -> None:
    hood = town.ours
    found = holders(perm, community_id=hood.community.pk, grid_id=hood.grid.pk if on_grid else None)
    assert names(found) == expected
    assert hood.other_worker not in found
    assert town.theirs.secretary not in found


def test_holders_and_reach_agree(town: Town) -> None:
    for perm in Perm:
        for hood in (town.ours, town.theirs, town.far):
            found = set(holders(perm, community_id=hood.community.pk, grid_id=hood.grid.pk))
            covering = {
                user
                for user in User.objects.filter(is_superuser=False)
                if reach(user, perm).covers(hood.community.pk, hood.grid.pk)
            }
            assert found == covering, perm


def test_a_notice_goes_to_the_nearest_and_falls_upwards_when_the_post_is_vacant(town: Town) -> None:
    hood = town.ours
    place = {"community_id": hood.community.pk, "grid_id": hood.grid.pk}
    assert names(nearest_holders(Perm.HANDLE_INCIDENTS, **place)) == {"grid_worker", "grid_leader"}
    for person in (hood.worker, hood.leader):
        Post.objects.get(user=person).end(by=None)
    assert names(nearest_holders(Perm.HANDLE_INCIDENTS, **place)) == {"community_staff", "secretary"}
    for person in (hood.staff, hood.secretary):
        Post.objects.get(user=person).end(by=None)
    assert nearest_holders(Perm.HANDLE_INCIDENTS, **place) == [town.officer]


def test_an_address_is_a_person_a_permission_or_whoever_it_waits_for(hood: Hood) -> None:
    case = Case(community=hood.community, grid=hood.grid, raised_by=hood.resident, awaits_perm=Perm.PATROL)
    assert addressed(case, ("raised_by", "raised_by", "handler")) == [hood.resident]
    assert names(addressed(case, ("awaits",))) == {"grid_worker", "grid_leader"}
    case.awaits_user = hood.volunteer
    assert addressed(case, ("awaits",)) == [hood.volunteer]


def test_the_person_looked_at_can_read_who_looked(town: Town) -> None:
    hood = town.ours
    facts = {"reason": "核对上门时间", "community_id": hood.community.pk, "by": hood.worker}
    of_person = Reveal.record(fact=Reveal.Fact.PHONE, person=hood.resident.person, **facts)  # type: ignore[arg-type]
    of_account = Reveal.record(fact=Reveal.Fact.NAME, account=hood.resident, **facts)  # type: ignore[arg-type]
    Reveal.record(fact=Reveal.Fact.NAME, account=hood.neighbour, **facts)  # type: ignore[arg-type]
    assert list(Reveal.objects.about(hood.resident)) == [of_account, of_person]
    assert Reveal.objects.about(town.theirs.resident).count() == 0
