"""Numbers: one each, rising, per community and local day."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from community.core.models.serial import next_number
from tests.neighbourhood import Town, build_town
from tests.specimens import MONDAY


def test_numbers_count_per_prefix_community_and_day(town: Town) -> None:
    ours, theirs = town.ours.community.pk, town.theirs.community.pk
    assert next_number("XY", ours, MONDAY) == f"XY260302-{ours}-0001"
    assert next_number("XY", ours, MONDAY) == f"XY260302-{ours}-0002"
    assert next_number("SJ", ours, MONDAY) == f"SJ260302-{ours}-0001"
    assert next_number("XY", theirs, MONDAY) == f"XY260302-{theirs}-0001"
    assert next_number("XY", ours, MONDAY + timedelta(days=1)) == f"XY260303-{ours}-0001"


def test_the_day_is_the_local_one(town: Town) -> None:
    evening = datetime(2026, 3, 1, 16, 30, tzinfo=UTC)  # half past midnight in Shanghai
    assert next_number("XY", town.ours.community.pk, evening).startswith("XY260302-")


def test_a_number_that_was_rolled_back_is_given_again(town: Town) -> None:
    pk = town.ours.community.pk
    with transaction.atomic():
        next_number("XY", pk, MONDAY)
        transaction.set_rollback(True)
    assert next_number("XY", pk, MONDAY).endswith("-0001")


@pytest.mark.django_db(transaction=True)
def test_a_hundred_at_once_get_a_hundred_numbers_without_a_gap() -> None:
    pk = build_town().ours.community.pk

    def draw(_turn: int) -> list[str]:
        try:
            return [next_number("XY", pk, MONDAY) for _ in range(10)]
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        drawn = [number for numbers in pool.map(draw, range(10)) for number in numbers]
    assert sorted(drawn) == [f"XY260302-{pk}-{count:04d}" for count in range(1, 101)]
