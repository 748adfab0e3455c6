"""A phone may be wrong by a city: whether a spot can lie in the community at all."""

from django.db.models import Avg, Count, Max, Min

from community.directory.models import Building
from grids.suggesting.places import metres_between

FARTHEST = 1_500  # metres beyond the houses: the park, the river, the market street


def is_too_far(spot: tuple[float, float], community_id: int) -> bool:
    """Farther from the middle of the placed houses than any of them and some; False where no house is placed."""
    placed = Building.objects.filter(estate__community=community_id, lat__isnull=False)
    found = placed.aggregate(
        n=Count("pk"),
        mean_lat=Avg("lat"),
        mean_lng=Avg("lng"),
        south=Min("lat"),
        west=Min("lng"),
        north=Max("lat"),
        east=Max("lng"),
    )
    if not found["n"]:
        return False
    middle = (found["mean_lat"], found["mean_lng"])
    reach = metres_between((found["south"], found["west"]), (found["north"], found["east"]))
    return metres_between(spot, middle) > reach + FARTHEST
