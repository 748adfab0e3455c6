"""Whom a leader may give duties to: the accounts that hold a post in the communities led."""

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils import timezone

from community.access.models import Post
from community.core.perms import Perm
from community.core.reach import reach
from community.directory.asking import communities_where
from community.directory.models import Community, Grid, User

if TYPE_CHECKING:
    from collections.abc import Iterable


def leads_somewhere(user: User) -> bool:
    return bool(reach(user, Perm.LEAD_GRID) or reach(user, Perm.LEAD_COMMUNITY))


def communities_led(user: User) -> QuerySet[Community]:
    """Where a plan for a whole community may be made."""
    return communities_where(user, Perm.LEAD_COMMUNITY)


def grids_led(user: User) -> QuerySet[Grid]:
    led = reach(user, Perm.LEAD_GRID).within("community", "pk") | reach(user, Perm.LEAD_COMMUNITY).within(
        "community", "pk"
    )
    return Grid.objects.filter(led).select_related("community").order_by("community", "code")


def workers_of(community_ids: "Iterable[int]") -> QuerySet[User]:
    """Active accounts with a post in these communities or their grids today."""
    ids = list(community_ids)
    posts = Post.objects.on(timezone.localdate()).filter(Q(community__in=ids) | Q(grid__community__in=ids))
    return User.objects.filter(pk__in=posts.values("user"), is_active=True).order_by("name", "pk")
