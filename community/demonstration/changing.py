"""Accounts that change hands: two of one person, one that a family takes over, and three households now in the east."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from community.demonstration.people import Cast, Place, account
from community.directory.models import Dwelling, Membership
from points import ledger
from points.models import Division, Handover, issuance, member

if TYPE_CHECKING:
    from community.directory.models import User

DAY = timedelta(days=1)


def change_hands(cast: Cast, now: datetime) -> None:
    west, east = cast.places
    *movers, leaver, relative, twice = west.residents[-6:]
    old = account("old_phone", twice.name, community=west.community)
    for nth, user in enumerate((*movers, leaver, old)):
        _give(west, user, 6 + 4 * nth, now - 30 * DAY)
    facts: dict[str, Any] = {"by": west.staff, "community": west.community}
    done = Handover.propose(
        why="inherit", owner=leaver, heir=relative, note="老人搬去女儿家，女儿一家仍在本社区。", now=now - 9 * DAY, **facts
    )  # fmt: skip
    done.approve(by=west.secretary, now=now - 8 * DAY, note="已和本人、女儿都通过电话。")
    Handover.propose(why="merge", owner=old, heir=twice, note="换手机号时又注册了一次。", now=now - DAY, **facts)
    homes = Dwelling.objects.filter(building__estate__community=east.community, memberships=None).order_by("pk")
    for user, home in zip(movers, homes[: len(movers)], strict=False):
        Membership.begin(user=user, dwelling=home, how="request", by=east.staff, now=now - 5 * DAY)
    Division.propose(target=east.community, note="街道批复：7 号楼划归东区。", now=now - 2 * DAY, **facts)


def _give(place: Place, user: "User", points: int, now: datetime) -> None:
    entries = [(issuance(place.community.pk), -points), (member(user, place.community.pk), points)]
    ledger.post(entries, key=f"helped:{user.pk}", source=ledger.Source("邻里互助"), now=now, by=place.staff)
