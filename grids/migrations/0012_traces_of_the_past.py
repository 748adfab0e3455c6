"""What is open or was raised or closed lately leaves its trace; quarrels between neighbours are shown to nobody."""

from datetime import timedelta
from typing import Any

from django.contrib.postgres.search import SearchVector
from django.db import migrations
from django.db.models import Q, Value
from django.utils import timezone

from grids.suggesting.words import vector_text

KEPT = timedelta(days=90)
BATCH = 2_000


def keep_quarrels_quiet(apps: Any, schema_editor: Any) -> None:
    apps.get_model("grids", "Category").objects.filter(code="L10").update(discreet=True)


def leave_traces(apps: Any, schema_editor: Any) -> None:
    incidents, traces = apps.get_model("grids", "Incident").objects, apps.get_model("grids", "Trace").objects
    since = timezone.now() - KEPT
    lately = Q(closed_at=None) | Q(raised_at__gt=since) | Q(closed_at__gt=since)
    rows = incidents.filter(lately).exclude(status="void").select_related("category", "building")
    for incident in rows.iterator(BATCH):
        traces.create(**trace_of(incident))


def trace_of(incident: Any) -> dict[str, Any]:
    building, category = incident.building, incident.category
    own = (incident.spot_lat, incident.spot_lng)
    lat, lng = own if own[0] is not None or building is None else (building.lat, building.lng)
    told = vector_text(category.name, category.variant, incident.description, incident.place)
    return {
        "incident": incident, "community_id": incident.community_id, "building": building, "grid_id": incident.grid_id,
        "estate_id": building.estate_id if building else None, "category": category, "lat": lat, "lng": lng,
        "words": SearchVector(Value(told), config="simple"), "raised_at": incident.raised_at,
        "closed_at": incident.closed_at,
    }  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("grids", "0011_finding_what_is_alike")]

    operations = [
        migrations.RunPython(keep_quarrels_quiet, migrations.RunPython.noop),
        migrations.RunPython(leave_traces, migrations.RunPython.noop),
    ]
