from community.duties.models.occurrence import Occurrence
from community.duties.models.plan import Plan

__all__ = ["Occurrence", "Plan"]
