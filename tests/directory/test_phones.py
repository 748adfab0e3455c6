"""However a mobile number is typed, it is one number."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from community.directory.phones import normal_phone, phone_or_none

SPELLINGS = [
    "13800138000",
    " 138 0013 8000 ",
    "138-0013-8000",
    "+8613800138000",
    "+86 138 0013 8000",
    "０１３８００１３８０００",
    "１３８００１３８０００",
    "＋８６１３８００１３８０００",
    "008613800138000",
    "(+86) 138.0013.8000",
    "\u202d138 0013 8000\u202c",  # as copied from a telephone's contacts
]


@pytest.mark.parametrize("typed", SPELLINGS)
def test_every_spelling_is_the_same_number(typed: str) -> None:
    assert normal_phone(typed) == "13800138000"


@pytest.mark.parametrize(
    "typed",
    ["", "abc", "1380013800", "138001380000", "23800138000", "0531-88888888", "+1 202 555 0172", "12345", "secretary",
     "13800138000 转 12", "+852 5123 4567"],
)  # fmt: skip
def test_what_is_no_mobile_number_is_explained(typed: str) -> None:
    with pytest.raises(ValidationError, match="11 位"):
        normal_phone(typed)


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_none(typed: str) -> None:
    phone = phone_or_none(typed)
    assert phone is None or (
        len(phone) == 11 and phone.isascii() and phone.isdecimal() and normal_phone(phone) == phone
    )


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_every_mobile_number_is_taken(phone: str) -> None:
    assert normal_phone(f"+86 {phone[:3]} {phone[3:7]} {phone[7:]}") == phone
