"""Who does a plan's duty on a day: the person, the holder of the post, or the next of the rota; on leave, a substitute."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from community.access.models import Post
from community.core.perms import Perm
from community.duties.models.leave import Leave
from community.duties.models.plan import Plan
from community.duties.models.rota import Member
from community.duties.resting import Shift, Shifts

HOPS = 3  # a substitute on leave has a substitute, and so on; further than that it falls to the leader


@dataclass(frozen=True)
class Asked:
    """One occurrence whose person is asked for; ``pk`` where it stands already, ``turn_of`` whose turn it is already."""

    plan: Plan
    day: date
    opens_at: datetime
    closes_at: datetime
    turn_of: int | None = None
    pk: int | None = None

    @property
    def shift(self) -> Shift:
        return Shift(self.pk or (self.plan.pk, self.day), self.opens_at, self.closes_at)


@dataclass(frozen=True)
class Answer:
    """Whose duty it is by plan, and who does it; None: anybody of the place."""

    turn_of: int | None
    assignee: int | None


class Assigning:
    """The posts, rotas and leaves of some plans over some days. Five queries however many they are."""

    def __init__(self, plans: Sequence[Plan], first: date, last: date) -> None:
        self._holders: dict[tuple[int, str, int], list[Post]] = defaultdict(list)
        self._leaders: dict[tuple[str, int], list[Post]] = defaultdict(list)
        self._rotas: dict[int, list[int]] = defaultdict(list)
        self._leaves: dict[int, list[Leave]] = defaultdict(list)
        self._shifts = Shifts()
        self._load_posts(plans, first, last)
        rotas = [plan.pk for plan in plans if plan.assigned == Plan.Assigned.ROTA]
        for member in Member.objects.filter(plan__in=rotas, user__is_active=True).order_by("plan", "position"):
            self._rotas[member.plan_id].append(member.user_id)
        for leave in Leave.objects.overlapping(first, last).filter(community__in={plan.community_id for plan in plans}):
            self._leaves[leave.user_id].append(leave)

    def _load_posts(self, plans: Sequence[Plan], first: date, last: date) -> None:
        grids = {plan.grid_id for plan in plans if plan.grid_id}
        places = Q(grid__in=grids) | Q(community__in={plan.community_id for plan in plans})
        leading = [Perm.LEAD_GRID.value, Perm.LEAD_COMMUNITY.value]
        asked = Q(role__in={plan.role_id for plan in plans if plan.role_id}) | Q(role__perms__overlap=leading)
        rows = Post.objects.standing(first).filter(places, asked, begins_on__lte=last, user__is_active=True)
        for post in rows.select_related("role").order_by("begins_on", "pk"):
            scope, pk = ("grid", post.grid_id) if post.grid_id else ("community", post.community_id)
            self._holders[post.role_id, scope, pk].append(post)  # type: ignore[index]
            if {"grid": Perm.LEAD_GRID, "community": Perm.LEAD_COMMUNITY}[scope] in post.role.perms:
                self._leaders[scope, pk].append(post)  # type: ignore[index]

    def answers(self, asked: Sequence[Asked]) -> list[Answer]:
        """Who does each. A rota whose turn is not known yet turns by each: the caller saves the plan.

        Whose turn it is comes first for all of them, because whoever stands in has to rest from shifts of their own.
        """
        self._load_shifts([one for one in asked if one.plan.desk_id])
        turns = [self._turn(one) for one in asked]
        for one, user in zip(asked, turns, strict=True):
            if one.plan.desk_id and user and self._leave_of(user, one.day) is None:
                self._shifts.give(one.shift, user)
        return [Answer(user, self._present(one, user)) for one, user in zip(asked, turns, strict=True)]

    def _load_shifts(self, asked: Sequence[Asked]) -> None:
        """Only desks ask for rest, and only where somebody is away."""
        if asked and self._leaves:
            begin, end = min(one.opens_at for one in asked), max(one.closes_at for one in asked)
            self._shifts.load({one.plan.community_id for one in asked}, begin, end)

    def _turn(self, one: Asked) -> int | None:
        rotates = one.plan.assigned == Plan.Assigned.ROTA
        return one.turn_of if one.turn_of and rotates else self._by_plan(one.plan, one.day)

    def _by_plan(self, plan: Plan, day: date) -> int | None:
        if plan.secret:
            return self._organiser(plan, day)
        if plan.assigned == Plan.Assigned.PERSON:
            return plan.assignee_id
        if plan.assigned == Plan.Assigned.POST:
            scope = ("grid", plan.grid_id) if plan.grid_id else ("community", plan.community_id)
            held = _on(self._holders.get((plan.role_id, *scope), ()), day)  # type: ignore[arg-type]
            return next(held, None) or self._leader(plan, day)
        rota = self._rotas.get(plan.pk)
        if not rota:
            return self._leader(plan, day)
        user = rota[plan.turn % len(rota)]
        plan.turn += 1
        return user

    def _organiser(self, plan: Plan, day: date) -> int | None:
        """A secret duty is a leader's until it starts: the one whom the plan names, else the nearest."""
        leading = list(self._leading(plan, day))
        return plan.assignee_id if plan.assignee_id in leading else next(iter(leading), None)

    def _present(self, one: Asked, user: int | None) -> int | None:
        """The person, or on leave whoever stands in first of those who are there and have rested."""
        if user is None or self._leave_of(user, one.day) is None:
            return user
        found = next((other for other in self._standing_in(one, user) if self._may(one, other)), None)
        if one.plan.desk_id:
            self._shifts.give(one.shift, found)
        return found

    def _standing_in(self, one: Asked, user: int) -> Iterator[int]:
        """The substitute, theirs, and so on; at a desk the others of its rota; the nearest leaders."""
        asked: int | None = user
        for _hop in range(HOPS):
            leave = self._leave_of(asked, one.day) if asked else None
            asked = leave.substitute_id if leave else None
            if asked is not None:
                yield asked
        if one.plan.desk_id:
            yield from self._rotas.get(one.plan.pk, ())
        yield from self._leading(one.plan, one.day)

    def _may(self, one: Asked, user: int) -> bool:
        rested = not one.plan.desk_id or self._shifts.leave_room_for(one.shift, user)
        return rested and self._leave_of(user, one.day) is None

    def _leader(self, plan: Plan, day: date) -> int | None:
        """The nearest leader who is there; failing everybody none, and then anyone of the place may do it."""
        return next((user for user in self._leading(plan, day) if self._leave_of(user, day) is None), None)

    def _leading(self, plan: Plan, day: date) -> Iterator[int]:
        return (user for scope in _scopes(plan) for user in _on(self._leaders.get(scope, ()), day))

    def _leave_of(self, user: int, day: date) -> Leave | None:
        return next((leave for leave in self._leaves.get(user, ()) if leave.covers(day)), None)


def _scopes(plan: Plan) -> list[tuple[str, int]]:
    """Where its leaders are looked for, the nearest first."""
    return [*([("grid", plan.grid_id)] if plan.grid_id else []), ("community", plan.community_id)]


def _on(posts: Iterable[Post], day: date) -> Iterator[int]:
    return (post.user_id for post in posts if post.begins_on <= day and (post.ends_on is None or day <= post.ends_on))
