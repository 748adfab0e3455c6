"""Grid workers in the workbook get accounts and posts only from somebody who may appoint."""

from collections.abc import Callable

import pytest

from community.access.models import Post
from community.core.perms import Perm
from community.core.reach import reach
from community.directory.models import Grid, Person, User
from community.imports.models import ImportRun
from tests.imports.conftest import found
from tests.imports.workbooks import GRID, small
from tests.neighbourhood import Hood, Town

Go = Callable[..., ImportRun]
PHONE = "19977763170"
pytestmark = pytest.mark.django_db


def test_the_secretary_appoints_by_importing(imported: Go, hood: Hood) -> None:
    imported(small(), by=hood.secretary)
    worker = User.objects.get(phone=PHONE)
    grid = Grid.objects.get(code=GRID)
    assert (worker.username, worker.has_usable_password(), worker.community) == (f"g{PHONE}", False, hood.community)
    assert worker.person == Person.objects.get(name="赖燕")
    assert reach(worker, Perm.PATROL).grids == {grid.pk}
    assert Post.objects.get(user=worker).appointed_by == hood.secretary


def test_twice_is_one_account_and_one_post(imported: Go, hood: Hood) -> None:
    imported(small(), by=hood.secretary)
    again = imported(small(), by=hood.secretary)
    assert again.footprints.count() == 0
    assert Post.objects.filter(user__phone=PHONE).count() == 1


def test_staff_without_that_right_only_register_the_person(imported: Go, hood: Hood) -> None:
    imported(small(), by=hood.staff)
    assert Person.objects.filter(name="赖燕").count() == 1
    assert not User.objects.filter(phone=PHONE).exists()


def test_an_account_of_our_community_gets_the_post(imported: Go, hood: Hood) -> None:
    neighbour = hood.neighbour
    sheets = small()
    sheets["网格"][1][3:5] = [neighbour.name, neighbour.phone]
    imported(sheets, by=hood.secretary)
    neighbour.refresh_from_db()
    assert neighbour.person is not None
    assert Post.objects.filter(user=neighbour, grid__code=GRID).count() == 1


def test_an_account_elsewhere_is_left_alone_and_not_told_of(imported: Go, hood: Hood, town: Town) -> None:
    sheets = small()
    sheets["网格"][1][4] = town.theirs.neighbour.phone
    run = imported(sheets, by=hood.secretary)
    assert not Post.objects.filter(user=town.theirs.neighbour).exists()
    assert ("网格", 2, "网格员电话", "no_account") in found(run, hints=True)
    assert town.theirs.community.name not in run.findings.get(code="no_account").reason


def test_undo_withdraws_the_post_and_what_it_granted(imported: Go, hood: Hood) -> None:
    run = imported(small(), by=hood.secretary)
    run.undo(by=hood.secretary)
    assert not User.objects.filter(phone=PHONE).exists()
    assert not Post.objects.filter(grid__code=GRID).exists()


def test_undo_spares_an_account_that_was_there_before(imported: Go, hood: Hood) -> None:
    neighbour = hood.neighbour
    sheets = small()
    sheets["网格"][1][3:5] = [neighbour.name, neighbour.phone]
    imported(sheets, by=hood.secretary).undo(by=hood.secretary)
    neighbour = User.objects.get(pk=neighbour.pk)
    assert neighbour.person is None
    assert not reach(neighbour, Perm.PATROL)
