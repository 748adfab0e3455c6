from grids.drawing.models import NewGrid, Redraw, Shift
from grids.mediation.models import AgreementCheck, Mediation, Meeting, Party
from grids.models.category import Category, CategoryLimit
from grids.models.incident import Incident
from grids.models.joining import JoinRequest
from grids.models.patrol import Patrol
from grids.patrols.models import CheckPoint, Receipt, Tick

__all__ = [
    "AgreementCheck",
    "Category",
    "CategoryLimit",
    "CheckPoint",
    "Incident",
    "JoinRequest",
    "Mediation",
    "Meeting",
    "NewGrid",
    "Party",
    "Patrol",
    "Receipt",
    "Redraw",
    "Shift",
    "Tick",
]
