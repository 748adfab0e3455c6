"""Ordinary duties as appointments of whoever has them."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community.calendars.sources import MOST, Appointment, Source
from community.duties.menus import works
from community.duties.models import Duty, Occurrence

if TYPE_CHECKING:
    from community.directory.models import User


def of_kind(kind: str, user: "User", begins: datetime, ends: datetime) -> list[Any]:
    """A person's own of one kind, the earliest first; what nobody may know of before it starts is left out for good."""
    rows = Occurrence.kinds[kind]._base_manager.filter(assignee=user, kind=kind, secret=False)
    rows = rows.filter(closes_at__gt=begins, opens_at__lt=ends).exclude(status=Occurrence.Status.CALLED_OFF)
    return list(rows.select_related("plan", "desk").order_by("-opens_at", "-pk")[:MOST])[::-1]


def read(user: "User", begins: datetime, ends: datetime) -> Iterator[Appointment]:
    """Without those that are about a household, a person or a matter: whose door it is stays in the hub."""
    for row in of_kind(Duty.matter_kind, user, begins, ends):
        if not (row.person_id or row.dwelling_id or row.about_id):
            yield appointment(row, reverse("duties:duty", args=[row.pk]))


def appointment(row: Occurrence, address: str) -> Appointment:
    return Appointment(
        key=f"{row.kind}-{row.pk}", title=row.title, starts_at=row.opens_at, ends_at=row.closes_at,
        changed_at=row.ended_at or row.started_at or row.opens_at, address=address,
    )  # fmt: skip


SOURCE = Source("duties", _("派给您的任务（不含上门对象）"), "list-check", read, concerns=works)
