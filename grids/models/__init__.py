from grids.models.category import Category, CategoryLimit
from grids.models.incident import Incident
from grids.models.joining import JoinRequest
from grids.models.patrol import Patrol
from grids.patrols.models import CheckPoint, Receipt, Tick

__all__ = ["Category", "CategoryLimit", "CheckPoint", "Incident", "JoinRequest", "Patrol", "Receipt", "Tick"]
