"""Titles over all kinds: Chinese as they stand on the spine, told anew for readers of English at one query a kind."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from community.cases.titles import titles_of
from community.core.models import Case
from grids.models import Incident
from tests.neighbourhood import Hood
from tests.specimens import a_redraw, a_seat, a_wish, an_incident

pytestmark = pytest.mark.django_db


def test_english_readers_read_what_it_is_in_english(hood: Hood) -> None:
    made = [an_incident(hood), a_seat(hood), a_redraw(hood), a_wish(hood)]
    cases = list(Case.objects.filter(pk__in=[case.pk for case in made]))
    assert titles_of(cases) == {case.pk: case.title for case in cases}
    with translation.override("en"):
        told = titles_of(cases)
    words = [told[case.pk] for case in made]
    assert words[0].startswith("Exposed rubbish · ")
    assert words[1].endswith(" · Lane steward")
    assert words[2].startswith("Re")
    assert words[3] == made[3].title  # a neighbour's own words


def test_more_cases_ask_no_more(hood: Hood) -> None:
    for _ in range(4):
        an_incident(hood)
    rows = list(Case.objects.filter(kind=Incident.matter_kind))
    with translation.override("en"), CaptureQueriesContext(connection) as seen:
        titles_of(rows)
    assert len(seen) == 1


def test_the_days_page_and_the_inbox_tell_them(hood: Hood, client: Client) -> None:
    an_incident(hood)
    client.force_login(hood.worker)
    client.cookies["django_language"] = "en"
    for address in ("/grids/today/", "/inbox/"):
        assert "Exposed rubbish · " in client.get(address).content.decode()
