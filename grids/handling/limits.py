"""Limits that do not depend on the category; our own proposals, but for the 24 hours of article 001."""

from community.timers.limits import Limit

FEEDBACK = Limit.hours(24)
DECIDING = Limit.working_hours(4)
VERIFYING = Limit.working_days(1)
ASKING = Limit.working_days(3)
RATING = Limit.days(7)
