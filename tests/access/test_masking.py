"""Table D of the domain rules: what is left of a name, a phone, an identity number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.access.masking import COMPOUND_SURNAMES, mask_id_number, mask_name, mask_phone


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张*"),
        ("张三丰", "张**"),
        ("欧阳锋", "欧阳*"),
        ("欧阳娜娜", "欧阳**"),
        ("诸葛孔明", "诸葛**"),
        ("欧阳", "欧*"),  # a family name with the given name 阳
        ("张", "张*"),
        (" 李小龙 ", "李**"),
        ("", ""),
        ("Smith", "S****"),
    ],
)
def test_names(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13812345678", "138****5678"),
        ("+8613812345678", "138****5678"),
        ("138 1234 5678", "138****5678"),
        ("88886666", "******66"),
        ("", ""),
    ],
)
def test_phones(phone: str, shown: str) -> None:
    assert mask_phone(phone) == shown


@pytest.mark.parametrize(
    ("number", "shown"), [("370105199001011234", "370***********1234"), ("1234567", "*******"), ("", "")]
)
def test_identity_numbers(number: str, shown: str) -> None:
    assert mask_id_number(number) == shown


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=2, max_size=6))
def test_no_name_is_shown_whole_or_beyond_its_family_name(name: str) -> None:
    shown = mask_name(name)
    kept = shown.rstrip("*")
    assert shown != name
    assert name.startswith(kept)
    assert len(kept) == 1 or kept in COMPOUND_SURNAMES


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_four_digits_of_every_mobile_number_are_hidden(phone: str) -> None:
    assert mask_phone(phone) == f"{phone[:3]}****{phone[7:]}"
