"""What the community has already, each kind read with one query and kept by the keys that rows carry."""

from collections import Counter
from functools import cached_property

from django.db.models import Q

from community.access.models import Post, Role
from community.core.perms import Perm
from community.core.reach import reach
from community.directory.models import (
    Branch,
    Building,
    Dwelling,
    Estate,
    Grid,
    PartnerUnit,
    PartyMember,
    User,
    Volunteer,
    VolunteerTeam,
)
from community.imports.base.addresses import Home, building_name, room_name, unit_name
from community.imports.base.people import People
from community.imports.planning import Plan


class Known:
    """The directory of ``plan.community``, with what the plan has put into it so far."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.community = plan, plan.community
        self.dwellings_read: Counter[int] = Counter()
        self.seen: dict[tuple[str, int], int] = {}  # (sheet, id of person): row

    @cached_property
    def grids(self) -> dict[str, Grid]:
        return {grid.code: grid for grid in Grid.objects.filter(community=self.community)}

    def foreign_codes(self, code: str) -> bool:
        """Whether another community holds the code; tells nothing about which."""
        return code in self._foreign

    @cached_property
    def _foreign(self) -> set[str]:
        prefix = self.community.code
        return set(
            Grid.objects.filter(code__startswith=prefix)
            .exclude(community=self.community)
            .values_list("code", flat=True)
        )

    def grid_called(self, text: str) -> Grid | None:
        """By code, else by name, and then a grid that stands before one of that name that is closed."""
        named = (grid for grid in self.grids.values() if grid.name == text)
        return self.grids.get(text) or min(named, key=lambda grid: grid.closed_on is not None, default=None)

    @cached_property
    def estates(self) -> dict[str, Estate]:
        return {estate.name: estate for estate in Estate.objects.filter(community=self.community)}

    @cached_property
    def buildings(self) -> dict[tuple[str, str], Building]:
        rows = Building.objects.filter(estate__community=self.community).select_related("estate")
        return {(building.estate.name, building_name(building.name)): building for building in rows}

    @cached_property
    def dwellings(self) -> dict[Home, Dwelling]:
        keys = {building.pk: key for key, building in self.buildings.items() if building.pk}
        rows = Dwelling.objects.filter(building__estate__community=self.community)
        return {(*keys[row.building_id], unit_name(row.unit), room_name(row.room)): row for row in rows}

    @cached_property
    def people(self) -> People:
        return People(self.plan, self.dwellings)

    @cached_property
    def branches(self) -> dict[str, Branch]:
        return {branch.name: branch for branch in Branch.objects.filter(community=self.community)}

    @cached_property
    def members(self) -> dict[int, PartyMember]:
        """By person's primary key."""
        return {row.person_id: row for row in PartyMember.objects.filter(person__community=self.community)}

    @cached_property
    def partners(self) -> dict[str, PartnerUnit]:
        return {unit.name: unit for unit in PartnerUnit.objects.filter(community=self.community)}

    @cached_property
    def teams(self) -> dict[str, VolunteerTeam]:
        return {team.name: team for team in VolunteerTeam.objects.filter(community=self.community)}

    @cached_property
    def volunteers(self) -> dict[int, Volunteer]:
        """By person's primary key."""
        return {row.person_id: row for row in Volunteer.objects.filter(person__community=self.community)}

    @cached_property
    def may_appoint(self) -> bool:
        return self.plan.by is not None and reach(self.plan.by, Perm.MANAGE_POSTS).covers(self.community.pk)

    @cached_property
    def roles(self) -> dict[str, Role]:
        return {role.code: role for role in Role.objects.filter(code__in=["grid_worker", "grid_leader"])}

    @cached_property
    def posts(self) -> set[tuple[int, int, int]]:
        """(user, role, grid) of the posts that run today or later."""
        rows = Post.objects.filter(grid__community=self.community).filter(
            Q(ends_on=None) | Q(ends_on__gte=self.plan.now.date())
        )
        return set(rows.values_list("user_id", "role_id", "grid_id"))

    @cached_property
    def accounts(self) -> dict[str, User]:
        """The community's accounts by phone, with those the plan makes."""
        return {user.phone: user for user in User.objects.filter(community=self.community) if user.phone}

    def account_with(self, phone: str) -> User | None:
        """A phone belongs to one account in the whole hub; so look beyond the community as well."""
        return self.accounts.get(phone) or User.objects.filter(Q(phone=phone) | Q(username=f"g{phone}")).first()
