from grids.models.category import Category, CategoryLimit
from grids.models.incident import Incident
from grids.models.joining import JoinRequest
from grids.models.patrol import Patrol

__all__ = ["Category", "CategoryLimit", "Incident", "JoinRequest", "Patrol"]
