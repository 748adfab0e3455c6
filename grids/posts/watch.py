"""The daily watch over posts: whoever is missing and whose term soon ends becomes a seat to fill, with clocks of its own.

Nobody has to look; the alarm is a matter like any other, in the leader's inbox, and climbs the ladder when ignored."""

from collections import Counter
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from community.access.models import Post
from community.access.strength import strengths_of
from community.directory.models import Community
from grids.posts.models import Licence, Seat
from grids.posts.notices import tell_of_short

AHEAD = timedelta(days=30)


def watch_posts(as_of: datetime | None = None) -> int:
    """Open what is missing, close what is no longer; each community in a transaction. Returns how many were opened.

    Safe to repeat and to run twice at once: the community's row is locked, and what is open already is counted.
    """
    now = as_of or timezone.now()
    return sum(_watch(community, now) for community in Community.objects.order_by("pk"))


def _watch(community: Community, now: datetime) -> int:
    with transaction.atomic():
        Community.objects.select_for_update().get(pk=community.pk)
        _look_for_short_licences(community, now)
        return _look_for_vacancies(community, now) + _look_for_ends(community, now)


def _look_for_vacancies(community: Community, now: datetime) -> int:
    today = timezone.localdate(now)
    seats = Seat.objects.unfilled().filter(community=community).select_related("role", "grid").order_by("pk")
    seated = [seat for seat in seats if seat.former_id is None or seat.from_day <= today]
    open_now = Counter((seat.role_id, seat.grid_id) for seat in seated)
    set_aside = _set_aside(community, now)
    opened = 0
    for row in strengths_of(community, today):
        key = (row.role.pk, row.grid.pk if row.grid else None)
        for _nth in range(row.missing - open_now[key] - set_aside[key]):
            Seat.find_vacant(role=row.role, community=community, grid=row.grid, now=now)
            opened += 1
        found = [s for s in seated if (s.role_id, s.grid_id) == key and s.status == Seat.Status.VACANT]
        for seat in found[: max(0, open_now[key] - row.missing)]:
            seat.filled_elsewhere(by=None, now=now)
    return opened


def _set_aside(community: Community, now: datetime) -> "Counter[tuple[int, int | None]]":
    """Vacancies that somebody withdrew with a reason are not raised anew for a while."""
    rows = Seat.objects.filter(community=community, status=Seat.Status.WITHDRAWN, former=None, raised_by=None)
    recent = rows.filter(closed_at__gte=now - timedelta(days=90))
    return Counter(recent.values_list("role_id", "grid_id"))


def _look_for_ends(community: Community, now: datetime) -> int:
    today = timezone.localdate(now)
    here = Post.objects.filter(grid__community=community) | Post.objects.filter(community=community)
    ending = here.exclude(role__family="").on(today).filter(ends_on__lte=today + AHEAD)
    told = Seat.objects.filter(community=community, former__isnull=False).values("former")
    posts = ending.exclude(pk__in=told).select_related("role", "user", "grid__community", "community")
    opened = 0
    for post in posts:
        if not _goes_on(post):
            Seat.find_expiring(post, now=now)
            opened += 1
    _close_continued(community, now)
    return opened


def _look_for_short_licences(community: Community, now: datetime) -> None:
    """A licence that ends before its post is said once, to the holder and to whoever hands them out."""
    today = timezone.localdate(now)
    rows = Licence.objects.falling_short(today).filter(community=community, told_on=None)
    for licence in rows.select_related("post__user", "post__role", "post__grid").order_by("pk"):
        tell_of_short(licence, now)
        Licence.objects.filter(pk=licence.pk).update(told_on=today)


def _goes_on(post: Post) -> bool:
    """Whether the same person holds the same post there after the term."""
    next_day = (post.ends_on or post.begins_on) + timedelta(days=1)
    return Post.objects.at(post.scope).filter(user=post.user, role=post.role).on(next_day).exists()


def _close_continued(community: Community, now: datetime) -> None:
    seats = Seat.objects.unfilled().filter(community=community, status=Seat.Status.EXPIRING).select_related(
        "former__user", "former__role", "former__grid", "former__community"
    )  # fmt: skip
    for seat in seats:
        if seat.former is not None and _goes_on(seat.former):
            seat.filled_elsewhere(by=None, now=now)
