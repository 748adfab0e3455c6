"""痕迹: what new tellings are compared with. A row lives as long as its incident is open or was raised or closed lately,
so that the table stays small however long the history grows, and every question to it fast."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q, Value
from django.utils.translation import gettext_lazy as _

from community.core.verbs import Step
from grids.models.category import Category
from grids.models.incident import Incident
from grids.suggesting.places import spot_of
from grids.suggesting.words import vector_text

if TYPE_CHECKING:
    from collections.abc import Iterable

KEPT = timedelta(days=90)  # as long as a recurring spot looks back
TALK = frozenset({"progress", "second", "say"})  # moves that change nothing a trace holds


class TraceQuerySet(models.QuerySet["Trace"]):
    def current(self, now: datetime, since: timedelta) -> Self:
        """Of incidents that are open, or were closed within ``since``."""
        return self.filter(Q(closed_at=None) | Q(closed_at__gt=now - since))

    def worn_out(self, now: datetime) -> Self:
        """Of incidents that nobody asks for any more."""
        return self.filter(closed_at__lte=now - KEPT, raised_at__lte=now - KEPT)

    def leave(self, incidents: "Iterable[Incident]") -> None:
        """Write the traces of incidents that have none. One statement each: the vector is made by the database."""
        for incident in incidents:
            self.create(incident=incident, **values_of(incident))


class Trace(models.Model):
    """Words and place of one incident; ``lat`` and ``lng`` are its own spot, else its house's."""

    incident = models.OneToOneField(Incident, models.CASCADE, primary_key=True, related_name="trace")
    community = models.ForeignKey("directory.Community", models.CASCADE, related_name="+")
    estate = models.ForeignKey("directory.Estate", models.CASCADE, null=True, related_name="+")
    building = models.ForeignKey("directory.Building", models.CASCADE, null=True, related_name="+", db_index=False)
    grid = models.ForeignKey("directory.Grid", models.CASCADE, null=True, related_name="+")
    category = models.ForeignKey(Category, models.CASCADE, related_name="+", db_index=False)
    lat = models.FloatField(null=True)
    lng = models.FloatField(null=True)
    words = SearchVectorField()
    raised_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects: ClassVar = TraceQuerySet.as_manager()

    class Meta:
        verbose_name = _("事件痕迹")
        verbose_name_plural = _("事件痕迹")
        indexes = [
            GinIndex(fields=["words"], name="trace_words"),
            models.Index(fields=["building", "category", "raised_at"], name="trace_of_building"),
            models.Index(fields=["lat", "lng"], name="trace_spot", condition=Q(lat__isnull=False)),
            models.Index(fields=["closed_at"], name="trace_closed", condition=Q(closed_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id}"


def values_of(incident: Incident) -> dict[str, Any]:
    """The columns of an incident's trace."""
    building, category = incident.building, incident.category
    own = (incident.spot_lat, incident.spot_lng) if incident.spot_lat is not None else None
    lat, lng = own or (spot_of(building) if building else None) or (None, None)
    told = vector_text(category.name, category.variant, incident.description, incident.place)
    return {
        "community_id": incident.community_id, "building": building, "grid_id": incident.grid_id,
        "estate_id": building.estate_id if building else None, "category_id": category.pk, "lat": lat, "lng": lng,
        "words": SearchVector(Value(told), config="simple"), "raised_at": incident.raised_at,
        "closed_at": incident.closed_at,
    }  # fmt: skip


def follow(step: Step) -> None:
    """A follower: an incident leaves its trace, which goes with it when it turns out to be none."""
    incident = step.matter
    if not isinstance(incident, Incident) or step.move.verb in TALK:
        return
    if step.move.opens:
        Trace.objects.leave([incident])
    elif incident.status == Incident.Status.VOID:
        Trace.objects.filter(pk=incident.pk).delete()
    else:
        moved = {"closed_at": incident.closed_at, "grid": incident.grid_id, "category": incident.category_id}
        Trace.objects.filter(pk=incident.pk).update(**moved)


def wear_off(now: datetime) -> int:
    """Forget what nobody compares with any more; returns how many."""
    return Trace.objects.worn_out(now).delete()[0]
