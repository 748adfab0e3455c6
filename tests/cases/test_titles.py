"""Titles over all kinds: Chinese as they stand on the spine, told anew for readers of English at one query a kind."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from community.cases.titles import titles_of
from community.core.models import Case
from community.notices.models import Notice
from grids.models import Incident
from points.models import Redemption
from tests.neighbourhood import Hood
from tests.specimens import (
    MAKERS,
    a_division,
    a_draw,
    a_redemption,
    a_redraw,
    a_ruleset,
    a_seat,
    a_wish,
    an_incident,
    specimen,
)

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


def shown(matter: Any) -> str:
    """As lists and the matter's own page title it; a duty has but one title."""
    if not isinstance(matter, Case):
        return str(matter.title)
    (title,) = titles_of([Case.objects.get(pk=matter.pk)]).values()
    assert type(matter).objects.get(pk=matter.pk).shown_title == title
    return title


def told(kind: str, hood: Hood, maker: str) -> dict[str, str]:
    """How a matter that somebody raised who reads one language is titled for readers of each; then it is taken back."""
    found: dict[str, str] = {}
    with transaction.atomic():
        with translation.override(maker):
            matter = specimen(kind, hood)
        for reader in ("zh-hans", "en"):
            with translation.override(reader):
                found[reader] = shown(matter)
        transaction.set_rollback(True)
    return found


def test_nobody_reads_a_title_in_the_language_of_whoever_raised_it(hood: Hood) -> None:
    both = {kind: (told(kind, hood, "zh-hans"), told(kind, hood, "en")) for kind in MAKERS}
    wrong = {kind: titles for kind, titles in both.items() if titles[0] != titles[1]}
    assert not wrong, wrong


def test_what_the_hub_worded_has_its_english(hood: Hood) -> None:
    made = [a_ruleset(hood), a_division(hood), a_draw(hood), a_redemption(hood)]
    with translation.override("en"):
        titles = [shown(matter) for matter in made]
    assert not [title for title in titles if title.startswith(("积分", "社区", "抽签", "兑换"))], titles


def test_each_kind_asks_once_for_all_it_tells_anew(hood: Hood) -> None:
    for kind in MAKERS:
        specimen(kind, hood)
    cases = list(Case.objects.all())
    telling = {case.kind for case in cases if Case.kinds[case.kind].titled is not Case.titled}
    with translation.override("en"), CaptureQueriesContext(connection) as seen:
        titles_of(cases)
    assert len(seen) == len(telling), [query["sql"] for query in seen]


def test_a_title_of_older_days_is_shown_as_it_stands(hood: Hood) -> None:
    made = a_redemption(hood)
    Redemption.objects.filter(pk=made.pk).update(title="Redemption: rice")
    with translation.override("en"):
        assert shown(made) == "Redemption: rice"


def test_notices_name_their_matters_as_lists_do(hood: Hood, client: Client) -> None:
    an_incident(hood)
    client.force_login(hood.worker)
    for language, title in (("en", "Exposed rubbish · "), ("zh-hans", "暴露垃圾 · ")):
        client.cookies["django_language"] = language
        assert f"“{title}" in client.get("/inbox/notices/").text
    notice = Notice.objects.filter(recipient=hood.worker).latest("pk")
    notice.recipient.language = "en"
    assert "Exposed rubbish · " in notice.worded()[0]
