"""Shifts as appointments of whoever stands them."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community.calendars.sources import Appointment, Source
from community.duties.appointments import appointment, of_kind
from community.duties.menus import works
from community.duties.models import Member
from grids.rosters.models import Watch

if TYPE_CHECKING:
    from community.directory.models import User


def read(user: "User", begins: datetime, ends: datetime) -> Iterator[Appointment]:
    return (
        appointment(row, reverse("rosters:watch", args=[row.pk]))
        for row in of_kind(Watch.matter_kind, user, begins, ends)
    )


def stands_somewhere(user: "User") -> bool:
    """Who works here, and who stands on a rota without a post."""
    return works(user) or Member.objects.filter(user=user, plan__desk__isnull=False).exists()


SOURCE = Source("shifts", _("您的值班"), "clock", read, concerns=stands_somewhere)
