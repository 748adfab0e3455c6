"""The lists of points cost the same however much stands in them."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from points.models import Appeal, Pledge, Story
from tests.neighbourhood import Hood, account
from tests.points.purses import give
from tests.specimens import MONDAY, a_challenge, an_award


def _one_more(hood: Hood) -> None:
    """Of each a row, about somebody new."""
    user = account(hood.community, "volunteer", hood.community)
    an_award(hood, member=user)
    Appeal.lodge(by=user, posting=give(user, 3), words="少记一次", now=MONDAY)
    a_challenge(hood).take(by=user, now=MONDAY, name_as="family")
    card = Pledge.write(by=user, community=hood.community, words="多走一户", name_as="family", with_star=True)
    card.show(by=user)
    Story.write(by=hood.staff, community=hood.community, about=user, title="好", words="好").agree(
        by=user, name_as="full"
    )


@pytest.mark.parametrize(
    "address",
    [
        f"/points/{name}/"
        for name in ("awards", "appeals", "challenges", "pledges", "stories", "rules", "stars/community")
    ],
)
def test_more_rows_cost_no_more_queries(hood: Hood, address: str) -> None:
    client = Client()
    client.force_login(hood.secretary)
    counts: list[Any] = []
    for more in (2, 6):
        for _row in range(more):
            _one_more(hood)
        client.get(address)
        with CaptureQueriesContext(connection) as taken:
            assert client.get(address).status_code == 200
        counts.append(len(taken))
    assert counts[0] == counts[1]
