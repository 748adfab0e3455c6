from community.timers.models.calendar import CalendarDay, OfficeHours
from community.timers.models.deadline import Deadline
from community.timers.models.pause import Pause

__all__ = ["CalendarDay", "Deadline", "OfficeHours", "Pause"]
