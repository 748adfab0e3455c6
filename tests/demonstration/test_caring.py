"""The demonstration's doors and calls, on a small neighbourhood."""

from datetime import timedelta

import pytest

from community.demonstration.caring import care_for_households
from community.demonstration.people import Place
from community.directory.models import Dwelling, Person
from grids.models import CareCall, CarePlan, HouseholdTier, Round, Tiering, Visit, VisitRecord
from tests.neighbourhood import Hood
from tests.specimens import MONDAY


@pytest.mark.django_db
def test_every_page_of_visits_and_care_has_something_to_show(hood: Hood) -> None:
    for number in range(60):
        home = Dwelling.objects.create(building=hood.building, unit="2单元", room=f"{number // 4 + 1}0{number % 4 + 1}")
        home.householder = Person.objects.create(community=hood.community, name=f"住户{number}", dwelling=home)
        home.save()
    place = Place(hood.community, hood.secretary, hood.staff, claimers=[hood.volunteer])
    place.workers[hood.grid.pk], place.leaders[hood.grid.pk] = hood.worker, hood.leader
    care_for_households(place, MONDAY + timedelta(days=10))

    assert HouseholdTier.objects.current().count() == 24
    assert Tiering.objects.get().households == 12
    assert Visit.objects.of_kind().filter(status="done").exists()
    assert Visit.objects.of_kind().open().exists()
    assert VisitRecord.objects.filter(duty=Round.objects.get().pk).count() == 40
    assert CarePlan.objects.filter(status="resting").count() == 1
    called = CareCall.objects.of_kind().filter(status="done").values("day").distinct().count()
    assert called == 6
    assert CarePlan.objects.filter(timeline__verb="reassign").count() == 1
    assert CareCall.objects.of_kind().open().filter(day=(MONDAY + timedelta(days=10)).date()).exists()
