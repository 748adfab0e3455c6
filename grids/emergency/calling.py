"""Calling people to an emergency: at once, day or night, and again while they have not answered."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q
from django.utils import timezone

from community.access.models import Post
from community.core.verbs import Step
from community.directory.models import PartyMember, Volunteer
from community.notices.kinds import kind_of
from community.notices.outbox import queue
from grids.emergency.muster import Call, Group, Wanted

if TYPE_CHECKING:
    from grids.emergency.models import Emergency


def call(emergency: "Emergency", wanted: Wanted, now: datetime) -> list[Call]:
    """Call whoever is wanted and has not been called yet; returns the new calls."""
    users: set[int | None] = set(emergency.calls.exclude(user=None).values_list("user", flat=True))
    people: set[int | None] = set(emergency.calls.exclude(person=None).values_list("person", flat=True))
    found: list[Call] = []
    for row in _candidates(emergency, wanted):
        known = row.user_id in users if row.user_id else False
        if known or (row.person_id and row.person_id in people):
            continue
        users.add(row.user_id)
        people.add(row.person_id)
        row.emergency, row.called_at = emergency, now
        found.append(row)
    Call.objects.bulk_create(found)
    _ring(emergency, found, now)
    return found


def repeat(emergency: "Emergency", now: datetime) -> int:
    """Ring those who have not answered once more."""
    rows = list(emergency.calls.unanswered().select_related("user").select_for_update(of=("self",)))
    Call.objects.filter(pk__in=[row.pk for row in rows]).update(rounds=F("rounds") + 1, called_at=now)
    _ring(emergency, rows, now)
    return len(rows)


def tell_end(emergency: "Emergency", step: Step) -> None:
    """Everybody who was called hears that it is over, and the commander where the street ends it."""
    called = [row.user for row in emergency.calls.select_related("user")]
    people = [user for user in dict.fromkeys([*called, emergency.handler]) if user is not None and user != step.by]
    queue(kind_of("emergency.ended"), people, now=step.now, matter=emergency,
          params={"title": emergency.title, "note": step.note})  # fmt: skip


def _ring(emergency: "Emergency", rows: Iterable[Call], now: datetime) -> None:
    people = [row.user for row in rows if row.user is not None and row.user.is_active]
    params = {"title": emergency.title, "message": emergency.message, "number": emergency.number}
    queue(kind_of("emergency.called"), people, now=now, matter=emergency, params=params)


def _candidates(emergency: "Emergency", wanted: Wanted) -> Iterator[Call]:
    """Unsaved calls, workers first: who holds two roles is called once, in the first."""
    if Group.WORKER in wanted.groups:
        yield from _workers(emergency)
    for group, model in ((Group.VOLUNTEER, Volunteer), (Group.PARTY, PartyMember)):
        if group in wanted.groups:
            yield from _members(emergency, wanted, group, model)


def _workers(emergency: "Emergency") -> Iterator[Call]:
    """Staff of the community and of the grids concerned; their skills and homes are not asked."""
    grids = emergency.area.values("grid")
    posts = Post.objects.on(timezone.localdate()).filter(
        Q(grid__in=grids) | Q(community=emergency.community_id), role__staff=True, user__is_active=True
    )
    for post in posts.select_related("user").order_by("pk"):
        if post.user_id != emergency.handler_id:
            yield Call(user=post.user, person_id=post.user.person_id, group=Group.WORKER)


def _members(emergency: "Emergency", wanted: Wanted, group: Group, model: Any) -> Iterator[Call]:
    rows = model.objects.filter(person__community=emergency.community_id)
    if wanted.near:
        rows = rows.filter(person__dwelling__building__in=emergency.area.values("pk"))
    if words := [word for word in wanted.skills.replace("，", " ").replace("、", " ").split() if word]:
        path = "skills" if group == Group.VOLUNTEER else "person__volunteer__skills"
        skilled = Q()
        for word in words:
            skilled |= Q(**{f"{path}__icontains": word})
        rows = rows.filter(skilled)
    for row in rows.select_related("person__user", "person__dwelling", "person__volunteer").order_by("pk"):
        person = row.person
        volunteer = row if group == Group.VOLUNTEER else getattr(person, "volunteer", None)
        yield Call(
            user=getattr(person, "user", None), person=person, group=group,
            skills=volunteer.skills if volunteer else "",
            building_id=person.dwelling.building_id if person.dwelling else None,
        )  # fmt: skip
