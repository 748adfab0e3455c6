"""Numbers in addresses: whatever somebody writes there is a number or none, never a fault."""

from typing import Any

import pytest

from community.core import asked


@pytest.mark.parametrize("text", [None, "", " 1", "-1", "1.5", "１２", "²", "9" * 19, "9" * 5_000, ["1"], 12])
def test_what_is_no_number_of_an_address_is_none(text: Any) -> None:
    assert asked.number(text) is None


def test_a_number_has_as_many_digits_as_fit() -> None:
    assert (asked.number("12"), asked.number("9" * 18), asked.number("123", digits=2)) == (12, 10**18 - 1, None)
