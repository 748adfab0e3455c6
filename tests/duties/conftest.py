from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest

from community.duties.models import Member, Plan
from tests.neighbourhood import Hood

Planned = Callable[..., Plan]


@pytest.fixture
def planned(hood: Hood) -> Planned:
    """A plan of the first grid's worker, unless said otherwise; ``rota`` lists the people who take turns."""

    def make(*, rota: Any = (), **more: Any) -> Plan:
        facts: dict[str, Any] = {
            "kind": "duty", "community": hood.community, "grid": hood.grid, "assignee": hood.worker,
            "title": "楼道清扫", "starts_on": date(2026, 3, 1), "opens": time(8), "closes": time(18),
        }  # fmt: skip
        plan = Plan.objects.create(**(facts | more))
        Member.objects.bulk_create(Member(plan=plan, user=user, position=place) for place, user in enumerate(rota, 1))
        return plan

    return make
