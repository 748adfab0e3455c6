from community.directory.models.building import Building, Dwelling, Estate
from community.directory.models.household_code import HouseholdCode
from community.directory.models.membership import Membership
from community.directory.models.partner import PartnerUnit
from community.directory.models.party import Branch, PartyMember
from community.directory.models.person import Person
from community.directory.models.placement import Placement
from community.directory.models.places import Community, Grid, Street
from community.directory.models.user import User
from community.directory.models.volunteer import Volunteer, VolunteerTeam

__all__ = [
    "Branch",
    "Building",
    "Community",
    "Dwelling",
    "Estate",
    "Grid",
    "HouseholdCode",
    "Membership",
    "PartnerUnit",
    "PartyMember",
    "Person",
    "Placement",
    "Street",
    "User",
    "Volunteer",
    "VolunteerTeam",
]
