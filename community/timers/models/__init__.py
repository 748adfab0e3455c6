from community.timers.models.calendar import CalendarDay, OfficeHours
from community.timers.models.deadline import Deadline

__all__ = ["CalendarDay", "Deadline", "OfficeHours"]
