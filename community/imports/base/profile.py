"""The base workbook as a profile."""

from django.utils.translation import gettext_lazy as _

from community.directory.models import (
    Branch,
    Building,
    Dwelling,
    Estate,
    Grid,
    PartnerUnit,
    PartyMember,
    Person,
    User,
    Volunteer,
    VolunteerTeam,
)
from community.imports.base.known import Known
from community.imports.base.members import Members, Partners, Volunteers
from community.imports.base.places import Buildings, Dwellings, Grids
from community.imports.sheets import Profile

BASE_WORKBOOK = Profile(
    "base",
    _("社区底册"),
    [Grids(), Buildings(), Dwellings(), Members(), Partners(), Volunteers()],
    models=[
        Grid,
        Estate,
        Building,
        Dwelling,
        Person,
        Branch,
        PartyMember,
        PartnerUnit,
        VolunteerTeam,
        Volunteer,
        User,
    ],
    known=Known,
)
