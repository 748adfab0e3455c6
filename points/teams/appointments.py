"""Activities as appointments: those one goes to, and those of one's teams."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.calendars.sources import MOST, Appointment, Source, Standing
from points.teams.activity import Activity
from points.teams.membership import TeamMember
from points.teams.signup import SignUp
from points.teams.workflow import Status

if TYPE_CHECKING:
    from community.directory.models import User


def read(user: "User", begins: datetime, ends: datetime) -> Iterator[Appointment]:
    """What one has signed up for or organises, and what one's teams do; called off where it was."""
    own, teams = SignUp.objects.standing().filter(user=user), TeamMember.objects.current().filter(user=user)
    mine = Q(pk__in=own.values("activity")) | Q(handler=user) | Q(team__in=teams.values("team")) | Q(team__leader=user)
    rows = Activity.objects.visible_to(user).filter(mine, ends_at__gt=begins, starts_at__lt=ends)
    found = list(rows.select_related("team").order_by("-starts_at", "-pk")[:MOST])
    places = {row.activity_id: row for row in own.filter(activity__in=found)}
    return (appointment(row, _standing(row, places.get(row.pk), user)) for row in reversed(found))


def of_team(rows: Iterable[Activity]) -> Iterator[Appointment]:
    """As the team's own calendar shows them: without a word on who comes."""
    return (appointment(row, Standing.CERTAIN) for row in rows)


def appointment(row: Activity, standing: Standing) -> Appointment:
    """By its number, so that a calendar which took it in before changes it."""
    said = _("您还没有报名。") if standing is Standing.OPEN else ""
    return Appointment(
        key=row.number, title=row.title, starts_at=row.starts_at, ends_at=row.ends_at, changed_at=row.changed_at,
        address=row.get_absolute_url(), place=row.place, words="\n".join(filter(None, (row.team.name, said, row.words))),
        standing=Standing.CALLED_OFF if row.status == Status.CANCELLED else standing,
    )  # fmt: skip


def _standing(row: Activity, place: SignUp | None, user: "User") -> Standing:
    if place is not None:
        return Standing.WAITING if place.waiting else Standing.CERTAIN
    return Standing.CERTAIN if row.handler_id == user.pk else Standing.OPEN


SOURCE = Source("volunteering", gettext_lazy("报了名的志愿活动，和您所在队伍的活动"), "heart-handshake", read)
