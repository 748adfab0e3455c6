"""What a neighbour has reported already: shown while one writes, or said once the finding has come; joined by one tap."""

from collections.abc import Callable

import pytest

from grids.models import Incident, Patrol, Supporter
from tests.grids.patrols.conftest import Phone, picture, rubbish
from tests.neighbourhood import Hood

pytestmark = pytest.mark.django_db
Report = Callable[..., Incident]


@pytest.fixture
def known(report: Report) -> Incident:
    return report(description="西门口垃圾成堆")


def test_both_patrol_pages_ask_while_one_writes(phone: Phone, walking: Patrol) -> None:
    for address in (f"/grids/patrols/{walking.pk}/", "/grids/walk/"):
        page = phone.client.get(address).content.decode()
        assert 'hx-get="/grids/report/alike/"' in page
        assert 'name="patrol"' in page


def test_the_plain_page_joins_and_goes_on_with_the_walk(phone: Phone, walking: Patrol, known: Incident) -> None:
    typed = {"patrol": walking.pk, "description": "又多了两袋", "place": "西门口"}
    response = phone.client.post(f"/grids/report/alike/{known.number}/", typed)
    assert response["Location"] == f"/grids/patrols/{walking.pk}/"
    assert Supporter.objects.get().words == "西门口 · 又多了两袋"


def test_a_finding_joins_with_its_words_and_photos_once(
    phone: Phone, hood: Hood, walking: Patrol, known: Incident
) -> None:
    finding = rubbish(walking, join=known.number, description="又多了两袋", category="", place="")
    photos = {finding["key"]: [picture()]}
    (answer,) = phone.send(finding, photos=photos)
    assert (answer["result"], answer["number"]) == ("done", known.number)
    assert "已并入" in answer["words"][0]
    assert phone.send(finding)[0]["again"]
    assert Incident.objects.get().attachments.count() == 1
    assert Supporter.objects.get().person == hood.worker


def test_what_can_no_longer_be_joined_is_reported_on_its_own(
    phone: Phone, hood: Hood, walking: Patrol, known: Incident
) -> None:
    known.void(by=hood.staff, note="误报")
    (answer,) = phone.send(rubbish(walking, join=known.number))
    assert answer["result"] == "done"
    assert answer["number"] != known.number
    assert "单独上报" in answer["words"][0]


def test_without_network_the_hint_comes_with_the_answer(
    phone: Phone, hood: Hood, walking: Patrol, known: Incident
) -> None:
    (answer,) = phone.send(rubbish(walking, building=hood.building.pk, description="一堆垃圾"))
    assert known.number in answer["words"][0]
    (told,) = phone.send(rubbish(walking, asked="yes", building=hood.building.pk, description="一堆垃圾"))
    assert told["words"] == []


def test_ones_own_reports_are_no_hint(phone: Phone, hood: Hood, walking: Patrol) -> None:
    for _ in range(2):
        (answer,) = phone.send(rubbish(walking, building=hood.building.pk))
        assert answer["words"] == []
