"""Citizen numbers: a clear word for each fault, and never the number itself."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.citizen_id import CitizenIdError, check_character, is_citizen_id, parse_citizen_id

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize("text", ["11010519491231002x", " 11010519491231002X "])
def test_a_small_x_and_blanks_are_tidied(text: str) -> None:
    found = parse_citizen_id(text, today=TODAY)
    assert found.value == "11010519491231002X"
    assert (found.region_code, found.birth_date, found.is_male) == ("110105", date(1949, 12, 31), False)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("110105491231002", "17 digits"),
        ("1101051949123100Y2", "17 digits"),
        ("１１０１０５１９４９１２３１００２X", "17 digits"),
        ("110105194913310021", "not in the calendar"),
        ("110105190002290021", "not in the calendar"),
        ("11010520270101001X", "future"),
        ("110105194912310020", "last character"),
    ],
)
def test_each_fault_has_its_word(text: str, word: str) -> None:
    with pytest.raises(CitizenIdError, match=word) as caught:
        parse_citizen_id(text, today=TODAY)
    assert text not in str(caught.value)


def test_somebody_born_today_has_a_number_and_somebody_born_tomorrow_has_not() -> None:
    for born, valid in [("20261122", True), ("20261123", False)]:
        first = f"511602{born}001"
        assert is_citizen_id(first + check_character(first), TODAY) is valid


def test_a_region_that_is_in_no_table_is_no_fault() -> None:
    assert is_citizen_id("440524188001010014", TODAY)


@given(st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_seen(born: date, serial: int, place: int, shift: int) -> None:
    first = f"511602{born:%Y%m%d}{serial:03d}"
    number = first + check_character(first)
    assert is_citizen_id(number, TODAY)
    wrong = f"{number[:place]}{(int(number[place]) + shift) % 10}{number[place + 1 :]}"
    assert not is_citizen_id(wrong, TODAY)
