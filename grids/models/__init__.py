from grids.care.duties import CareCall, CareTurn
from grids.care.models import CareLine, CarePlan
from grids.drawing.models import NewGrid, Redraw, Shift
from grids.emergency.models import AssemblyPoint, Call, DoorCheck, Emergency
from grids.emergency.street.models import StreetEmergency, StreetOrder, StreetPart
from grids.handling.models import FollowUpShare, Helper
from grids.hotline.models import HotlineTicket
from grids.mediation.models import AgreementCheck, Mediation, Meeting, Party
from grids.models.category import Category, CategoryLimit
from grids.models.incident import Incident
from grids.models.joining import JoinRequest
from grids.models.patrol import Patrol
from grids.patrols.models import CheckPoint, Receipt, Tick
from grids.posts.models import Licence, Reservist, Seat
from grids.rosters.models import Swap, Watch
from grids.spots.models import RecurringSpot
from grids.suggesting.keywords import Keyword, LearntWord
from grids.suggesting.supporters import Supporter
from grids.suggesting.traces import Trace
from grids.surveys.models import Answer, Correction, Form, Member, Question, Section, Sheet, Survey, Tally
from grids.visits.record import VisitRecord
from grids.visits.rounds import Round
from grids.visits.tierings import Tiering
from grids.visits.tiers import HouseholdTier
from grids.visits.visit import Visit
from grids.whistle.models import Department, Whistle, WhistleCall

__all__ = [
    "AgreementCheck",
    "Answer",
    "AssemblyPoint",
    "Call",
    "CareCall",
    "CareLine",
    "CarePlan",
    "CareTurn",
    "Category",
    "CategoryLimit",
    "CheckPoint",
    "Correction",
    "Department",
    "DoorCheck",
    "Emergency",
    "FollowUpShare",
    "Form",
    "Helper",
    "HotlineTicket",
    "HouseholdTier",
    "Incident",
    "JoinRequest",
    "Keyword",
    "LearntWord",
    "Licence",
    "Mediation",
    "Meeting",
    "Member",
    "NewGrid",
    "Party",
    "Patrol",
    "Question",
    "Receipt",
    "RecurringSpot",
    "Redraw",
    "Reservist",
    "Round",
    "Seat",
    "Section",
    "Sheet",
    "Shift",
    "StreetEmergency",
    "StreetOrder",
    "StreetPart",
    "Supporter",
    "Survey",
    "Swap",
    "Tally",
    "Tick",
    "Tiering",
    "Trace",
    "Visit",
    "VisitRecord",
    "Watch",
    "Whistle",
    "WhistleCall",
]
