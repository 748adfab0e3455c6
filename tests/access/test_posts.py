"""Posts: beginning and ending them grants and withdraws exactly what the current ones permit."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from guardian.models import UserObjectPermission
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.access.grants import sync_grants
from community.access.models import Post, Role
from community.access.models.post import sync_terms
from community.core.perms import Perm
from community.core.reach import reach
from community.core.workflow import NotNow, NotYours
from community.directory.models import Grid, User
from tests.neighbourhood import Hood, Town

TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda *args: TODAY)


def role(code: str) -> Role:
    return Role.objects.get(code=code)


def appoint(hood: Hood, code: str = "grid_worker", scope: Any = None, **term: Any) -> Post:
    return Post.begin(user=hood.neighbour, role=role(code), scope=scope or hood.grid, by=hood.secretary, **term)


def may_patrol(user: User, grid: Grid) -> bool:
    return reach(User.objects.get(pk=user.pk), Perm.PATROL).covers(grid.community_id, grid.pk)


def test_a_post_grants_on_its_scope_alone(hood: Hood) -> None:
    appoint(hood)
    assert may_patrol(hood.neighbour, hood.grid)
    assert not may_patrol(hood.neighbour, hood.other_grid)


def test_its_end_withdraws_what_it_granted(hood: Hood) -> None:
    appoint(hood).end(by=hood.secretary)
    assert not may_patrol(hood.neighbour, hood.grid)
    assert not UserObjectPermission.objects.filter(user=hood.neighbour).exists()


def test_what_another_post_grants_too_stays(hood: Hood) -> None:
    appoint(hood, "grid_worker")
    appoint(hood, "grid_leader").end(by=hood.secretary)
    assert may_patrol(hood.neighbour, hood.grid)
    assert not reach(User.objects.get(pk=hood.neighbour.pk), Perm.LEAD_GRID)


def test_a_future_term_begins_with_the_daily_job(hood: Hood) -> None:
    appoint(hood, begins_on=TODAY + timedelta(days=3))
    assert not may_patrol(hood.neighbour, hood.grid)
    sync_terms(TODAY + timedelta(days=3))
    assert may_patrol(hood.neighbour, hood.grid)


def test_a_term_runs_out_with_the_daily_job_even_when_it_slept_for_days(hood: Hood) -> None:
    appoint(hood, ends_on=TODAY + timedelta(days=10))
    sync_terms(TODAY + timedelta(days=10))
    assert may_patrol(hood.neighbour, hood.grid)
    sync_terms(TODAY + timedelta(days=15))
    assert not may_patrol(hood.neighbour, hood.grid)


def test_terms_of_one_post_may_not_overlap(hood: Hood) -> None:
    appoint(hood, ends_on=TODAY + timedelta(days=30))
    with pytest.raises(ValidationError, match="任期不能重叠"):
        appoint(hood, begins_on=TODAY + timedelta(days=30))
    assert appoint(hood, begins_on=TODAY + timedelta(days=31))


def test_the_same_role_elsewhere_is_another_post(hood: Hood) -> None:
    appoint(hood)
    assert appoint(hood, scope=hood.other_grid)


@pytest.mark.parametrize(
    ("code", "where"), [("street_officer", "community"), ("grid_worker", "community"), ("secretary", "grid")]
)
def test_a_role_fits_its_kind_of_scope(hood: Hood, code: str, where: str) -> None:
    with pytest.raises(ValidationError, match="不能任命在这个范围"):
        appoint(hood, code, getattr(hood, where))


def test_who_may_appoint_where(town: Town) -> None:
    for scope in (town.theirs.grid, town.theirs.community, town.theirs.unit, town.far.grid):
        with pytest.raises(NotYours):
            Post.begin(user=town.ours.neighbour, role=role("grid_worker"), scope=scope, by=town.ours.secretary)
    for person in ("resident", "worker", "leader", "staff"):
        with pytest.raises(NotYours):
            Post.begin(
                user=town.ours.neighbour, role=role("grid_worker"), scope=town.ours.grid, by=town.ours.people[person]
            )


def test_another_communitys_post_is_not_mine_to_end(town: Town) -> None:
    with pytest.raises(NotYours):
        Post.objects.get(user=town.theirs.worker).end(by=town.ours.secretary)


def test_a_post_ended_before_it_began_never_begins(hood: Hood) -> None:
    post = appoint(hood, begins_on=TODAY + timedelta(days=7))
    post.end(by=hood.secretary)
    sync_terms(TODAY + timedelta(days=7))
    assert not may_patrol(hood.neighbour, hood.grid)
    assert appoint(hood, begins_on=TODAY + timedelta(days=7))


def test_an_ended_term_is_not_prolonged_by_ending_it_again(hood: Hood) -> None:
    post = appoint(hood, begins_on=TODAY - timedelta(days=90), ends_on=TODAY - timedelta(days=30))
    with pytest.raises(NotNow, match="已经结束"):
        post.end(by=hood.secretary)


def test_the_secretary_sees_the_posts_of_the_community_its_grids_and_partners(town: Town) -> None:
    seen = {(str(post.role.code), str(post.scope)) for post in Post.objects.visible_to(town.ours.secretary)}
    hood = town.ours
    assert {
        ("grid_worker", str(hood.grid)),
        ("secretary", str(hood.community)),
        ("partner_liaison", str(hood.unit)),
    } <= seen
    assert not Post.objects.visible_to(hood.secretary).filter(user=town.theirs.worker).exists()
    assert set(Post.objects.visible_to(hood.worker)) == set(Post.objects.filter(user=hood.worker))


DAYS = st.integers(-40, 40)
STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("begin"),
            st.sampled_from(["grid_worker", "grid_leader", "community_staff", "volunteer"]),
            st.integers(0, 1),
            DAYS,
            st.none() | st.integers(0, 60),
        ),
        st.tuples(st.just("end"), st.integers(0, 9), st.none() | DAYS),
    ),
    max_size=12,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_begins_and_ends_the_grants_equal_todays_posts(hood: Hood, steps: list[Any]) -> None:
    user = User.objects.create(username=f"x{User.objects.count()}-{len(steps)}-{hash(str(steps))}")
    for step in steps:
        walk(hood, user, step)
        assert granted(user) == permitted(user)


def walk(hood: Hood, user: User, step: Any) -> None:
    """Begin or end a post as the step says; what the rules refuse is left out."""
    try:
        if step[0] == "begin":
            _begin, code, grid, offset, length = step
            begins = TODAY + timedelta(days=offset)
            scope = (hood.grid, hood.other_grid)[grid] if code.startswith("grid") else hood.community
            ends = None if length is None else begins + timedelta(days=length)
            Post.begin(user=user, role=role(code), scope=scope, by=None, begins_on=begins, ends_on=ends)
        elif posts := list(Post.objects.filter(user=user)):
            on = None if step[2] is None else TODAY + timedelta(days=step[2])
            posts[step[1] % len(posts)].end(by=None, on=on)
    except (ValidationError, NotNow):
        pass


def granted(user: User) -> set[tuple[str, str, str]]:
    rows = UserObjectPermission.objects.filter(user=user)
    return set(rows.values_list("permission__codename", "content_type__model", "object_pk"))


def permitted(user: User) -> set[tuple[str, str, str]]:
    posts = Post.objects.filter(user=user, begins_on__lte=TODAY)
    now = [post for post in posts if post.ends_on is None or post.ends_on >= TODAY]
    return {(perm, str(post.scope._meta.model_name), str(post.scope.pk)) for post in now for perm in post.role.perms}


def test_the_neighbourhood_of_the_tests_is_what_appointments_would_have_made(town: Town) -> None:
    """It is written in bulk; syncing every post again finds nothing to grant and nothing to withdraw."""
    before = set(UserObjectPermission.objects.values_list("pk", flat=True))
    assert before
    for post in Post.objects.all():
        post.full_clean(exclude=["appointed_by", "ended_by"])
        sync_grants(post.user, post.scope)
    assert set(UserObjectPermission.objects.values_list("pk", flat=True)) == before


def test_an_edited_role_changes_what_its_holders_may_do(hood: Hood) -> None:
    role = Role.objects.get(code="volunteer")
    assert reach(hood.volunteer, Perm.CLAIM_WISHES)
    role.perms = []
    role.save()
    role.regrant()
    hood.volunteer.__dict__.pop("reaches", None)
    assert not reach(hood.volunteer, Perm.CLAIM_WISHES)
    assert reach(hood.party_member, Perm.CLAIM_WISHES)
