"""For the redemption catalogue: which households are in need. Why they are is never said there."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from grids.visits.tiers import HouseholdTier
from points.redemption import eligibility

if TYPE_CHECKING:
    from community.directory.models import User

R = HouseholdTier.Reason
REASONS = (R.ALONE, R.EMPTY_NEST, R.LOW_INCOME, R.DISABLED, R.ILLNESS, R.CHILD, R.HARDSHIP)


def is_in_need(user: "User", now: datetime) -> bool:
    home = user.person.dwelling_id if user.person else None
    return home is not None and HouseholdTier.objects.current().filter(dwelling=home, reason__in=REASONS).exists()


CONDITION = eligibility.Condition("in_need", _("关爱帮扶家庭"), is_in_need)
