"""Grid workers and leaders named in the grid sheet: people, and with the right to appoint also accounts and posts."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import make_password
from django.db import models

from community.access.models import Post
from community.directory.models import Grid, Person, User
from community.imports.planning import Plan
from community.imports.problems import Problem
from community.imports.sheets import Row, Sheet

if TYPE_CHECKING:
    from community.imports.base.known import Known

ROLES = {"worker": "grid_worker", "leader": "grid_leader"}


def appoint(plan: Plan, sheet: Sheet, row: Row, grid: Grid) -> None:
    for column, role in ROLES.items():
        name, phone = row[column], row[f"{column}_phone"]
        if name and not phone:
            _hint(plan, sheet, row, column, "worker_without_phone", name)
        elif name:
            person = _person(plan, name, phone)
            if plan.known.may_appoint:
                _begin_post(plan, sheet, row, column, grid, role, person, phone)


def _person(plan: Plan, name: str, phone: str) -> Person:
    """Whoever already signs in with the phone under that name, else the person known by name and phone, else new."""
    known: Known = plan.known
    account = known.accounts.get(phone)
    person = known.people.by_pk.get(account.person_id) if account and account.person_id else None
    if person is None or person.name != name:
        person = known.people.find(name, phone=phone)
    return known.people.put(person, name, phone=phone)


def _begin_post(
    plan: Plan, sheet: Sheet, row: Row, column: str, grid: Grid, role_code: str, person: Person, phone: str
) -> None:
    known: Known = plan.known
    user = known.account_with(phone)
    if user is not None and user.pk and user.community_id != plan.community.pk:
        _hint(plan, sheet, row, f"{column}_phone", "no_account", phone)
        return
    if user is None:
        user = _new_account(plan, person, phone)
    elif user.pk and user.person_id is None:
        plan.put(User, user, person=person)
    role = known.roles[role_code]
    if grid.pk and user.pk and (user.pk, role.pk, grid.pk) in known.posts:
        return

    def begin() -> Iterable[models.Model]:
        return [Post.begin(user=user, role=role, scope=grid, by=plan.by, begins_on=plan.now.date())]

    plan.act(begin)


def _new_account(plan: Plan, person: Person, phone: str) -> User:
    """An account without a password: its owner signs in with a code sent to the phone."""
    user = plan.put(
        User,
        None,
        username=f"g{phone}",
        phone=phone,
        name=person.name,
        community=plan.community,
        person=person,
        password=make_password(None),
    )
    plan.known.accounts[phone] = user
    return user


def _hint(plan: Plan, sheet: Sheet, row: Row, column: str, code: str, value: str) -> None:
    title = sheet.cells[column].header
    plan.hint(Problem(code, {}, sheet=sheet.name, row=row.number, column=title, value=value, hint=True))
