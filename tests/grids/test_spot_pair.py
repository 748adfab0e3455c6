"""A spot has both parts or none; the database says so."""

import pytest
from django.db import IntegrityError, transaction

from grids.models import Incident
from tests.grids.conftest import Report

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("spot", [(36.69, None), (None, 116.97), (91.0, 116.97), (36.69, 181.0)])
def test_half_a_spot_or_one_off_the_globe_is_refused(report: Report, spot: tuple[float | None, float | None]) -> None:
    incident = report()
    with pytest.raises(IntegrityError, match="incident_spot_pair"), transaction.atomic():
        Incident.objects.filter(pk=incident.pk).update(spot_lat=spot[0], spot_lng=spot[1])


def test_a_whole_spot_or_none_is_kept(report: Report) -> None:
    incident = report()
    for spot in ((36.69, 116.97), (None, None)):
        Incident.objects.filter(pk=incident.pk).update(spot_lat=spot[0], spot_lng=spot[1])
