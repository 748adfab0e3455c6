"""Keyset pages: every row once, in both directions, whatever stands in the address."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from community.core.models import Serial
from community.core.paging import newest_first
from tests.neighbourhood import Hood, Town
from tests.specimens import MONDAY


@pytest.fixture
def rows(town: Town) -> list[int]:
    """Seven rows of a small table; ids, newest first."""
    made = [
        Serial.objects.create(prefix=f"P{n}", community=town.ours.community, day=MONDAY.date()).pk for n in range(7)
    ]
    return made[::-1]


def page(address: str = "", size: int = 3, *, scattered: bool = False) -> tuple[list[int], str, str]:
    found = newest_first(Serial.objects.all(), QueryDict(address.lstrip("?")), size, scattered=scattered)
    return [row.pk for row in found.rows], found.next, found.previous


def test_there_and_back_again(rows: list[int]) -> None:
    first, older, newer = page()
    assert (first, newer) == (rows[:3], "")
    second, older, newer = page(older)
    assert second == rows[3:6]
    last, no_more, back = page(older)
    assert (last, no_more) == (rows[6:], "")
    again, _, newer = page(back)
    assert again == second
    top, older, newer = page(newer)
    assert (top, newer) == (first, "")
    assert page(older)[0] == second


@pytest.mark.parametrize("scattered", [False, True])
@pytest.mark.parametrize("size", [1, 2, 6, 7, 8])
def test_every_row_stands_on_one_page(rows: list[int], size: int, scattered: bool) -> None:
    seen, address = [], ""
    while True:
        found, address, _ = page(address, size, scattered=scattered)
        seen += found
        if not address:
            break
    assert seen == rows


def test_filters_stay_in_the_address(rows: list[int]) -> None:
    found = newest_first(Serial.objects.all(), QueryDict("state=open&grid=1&grid=2&older=999999999"), 3)
    assert QueryDict(found.next.lstrip("?")).getlist("grid") == ["1", "2"]
    assert "older=999999999" not in found.next
    assert found.next.count("older=") == 1


@pytest.mark.parametrize(
    "garbage",
    [
        "older=abc", "older=-1", "older=", "newer=%00", "older=١٢", "newer=1e9", "older=99999999999999999999",
        "older=1;drop", "newer=0x10", "older[]=1",
    ],
)  # fmt: skip
def test_garbage_in_the_address_is_the_first_page(rows: list[int], garbage: str) -> None:
    assert page(garbage)[0] == rows[:3]


def test_beyond_either_end_is_an_empty_page(rows: list[int]) -> None:
    assert page("older=0") == ([], "", "")
    assert page("newer=999999999999999999") == ([], "", "")


def test_a_page_costs_one_query(rows: list[int], django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for address in ("", f"older={rows[2]}", f"newer={rows[4]}"):
        with django_assert_num_queries(1):
            page(address)


def test_rows_that_come_meanwhile_move_nothing(hood: Hood, rows: list[int]) -> None:
    _, older, _ = page()
    Serial.objects.create(prefix="NEW", community=hood.community, day=MONDAY.date())
    assert page(older)[0] == rows[3:6]


@given(st.dictionaries(st.sampled_from(["older", "newer", "state"]), st.text(max_size=25)))
def test_no_text_breaks_it(query: dict[str, str]) -> None:
    found = newest_first(Serial.objects.none(), query)
    assert found.rows == []


def test_scattered_rows_are_joined_after_they_are_chosen(
    rows: list[int], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    day = Serial.objects.filter(day=MONDAY.date()).select_related("community")
    with django_assert_num_queries(2) as told:
        found = newest_first(day, QueryDict(f"older={rows[1]}"), 3, scattered=True)
        assert [row.community.pk for row in found.rows]
    assert [row.pk for row in found.rows] == rows[2:5]
    assert ["JOIN" in query["sql"] for query in told.captured_queries] == [False, True]
    assert newest_first(day.none(), QueryDict(""), 3, scattered=True).rows == []
