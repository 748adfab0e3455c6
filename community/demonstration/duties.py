"""Plans of every rhythm, a desk around the clock, and somebody on leave."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from community.access.models import Post
from community.demonstration.people import Place
from community.duties import changing, leaving
from community.duties.models import Desk, Leave, Plan
from grids.rosters import making

if TYPE_CHECKING:
    from community.directory.models import User

ROSTER_NEEDS = 4


def stage_duties(place: Place, now: datetime) -> None:
    """Plans of every rhythm in the first grid, a desk around the clock, and somebody on leave from tomorrow."""
    grid, today = place.grids[0], timezone.localdate(now)
    worker = place.workers.get(grid.pk)
    people = list(dict.fromkeys(user for user in place.workers.values() if user))
    if worker is None or len(people) < ROSTER_NEEDS:
        return

    def plan(title: str, members: "Sequence[User]" = (), **more: Any) -> None:
        facts: dict[str, Any] = {"kind": "duty", "community": place.community, "grid": grid, "starts_on": today}
        changing.save(Plan(title=title, **(facts | more)), by=place.staff, now=now, members=members)

    plan("检查楼道灭火器", assignee=worker, recurrence="FREQ=WEEKLY;BYDAY=MO,TH", proof="photo", opens=time(9))
    plan(
        "独居老人节前探望",
        assignee=worker,
        rhythm="festivals",
        festivals=["spring", "mid_autumn", "double_ninth"],
        lead=2,
    )
    plan("楼道清扫督促", people[:3], assigned="rota", catch_up="within", catch_up_days=2)
    plan("联合巡园", people[:3], kind="patrol", rhythm="random", times_a_week=2, lasts=90, secret=True)
    desk = Desk(community=place.community, name="党群服务中心值班室", phone="0531-88000012")
    making.set_up(desk, by=place.staff, template="three", people=people[:4], starts_on=today, now=now)
    stage_grid_desk(place, now)
    away = Leave(user=people[1], community=place.community, grid=place.grids[1], substitute=people[2], reason="探亲")
    away.begins_on, away.ends_on = today + timedelta(days=1), today + timedelta(days=3)
    leaving.take(away, by=people[1], now=now)


def stage_grid_desk(place: Place, now: datetime) -> None:
    """The first grid's own desk, made by its leader, who stands on the rota too."""
    grid = place.grids[0]
    leader, today = place.leaders[grid.pk], timezone.localdate(now)
    helpers = Post.objects.at(grid).on(today).filter(role__code="parttime_worker").select_related("user")
    people = [leader, *(post.user for post in helpers.order_by("pk"))]
    desk = Desk(community=place.community, grid=grid, name=f"{grid.name}驿站", phone=place.community.phone)
    making.set_up(desk, by=leader, template="office", people=people, starts_on=today, now=now)
