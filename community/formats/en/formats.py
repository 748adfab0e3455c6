"""English: Fri 21 Nov, 14:30 and 2 h 15 min; the year only when it is not this one."""

DATE_FORMAT = "j M Y"
DAY_FORMAT = "D j M"
DAY_YEAR_FORMAT = "D j M Y"
MOMENT_FORMAT = "D j M, H:i"
MOMENT_YEAR_FORMAT = "D j M Y, H:i"
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DURATION_UNITS = (("day", "days"), ("h", "h"), ("min", "min"))
