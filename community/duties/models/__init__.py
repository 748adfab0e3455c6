from community.duties.models.desk import Desk
from community.duties.models.duty import Duty
from community.duties.models.leave import Leave
from community.duties.models.occurrence import Occurrence
from community.duties.models.pause import Pause
from community.duties.models.plan import Plan
from community.duties.models.rota import Member

__all__ = ["Desk", "Duty", "Leave", "Member", "Occurrence", "Pause", "Plan"]
