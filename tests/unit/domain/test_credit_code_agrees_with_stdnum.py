"""Credit codes: our validator agrees with python-stdnum wherever that one may judge."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from shared.domain.credit_code import (
    ALPHABET,
    CreditCodeError,
    check_character,
    is_credit_code,
    make_credit_code,
    parse_credit_code,
)


@given(st.text("0123456789", min_size=8, max_size=8), st.text(ALPHABET, min_size=10, max_size=10))
def test_where_the_first_eight_are_digits_both_say_the_same(head: str, tail: str) -> None:
    assert is_credit_code(head + tail) == uscc.is_valid(head + tail)
    whole = head + tail[:9] + check_character(head + tail[:9])
    assert is_credit_code(whole)
    assert uscc.is_valid(whole)


def test_a_first_letter_is_right_here_and_wrong_there() -> None:
    code = make_credit_code("N2511602", "MF123456")
    assert parse_credit_code(code).registering_department == "N"
    assert not uscc.is_valid(code)


def test_the_parts_of_a_published_code() -> None:
    code = parse_credit_code(" 91110000600037341l ")
    assert code.value == "91110000600037341L"
    assert (code.entity_class, code.region_code, code.organisation_code) == ("1", "110000", "600037341")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("91110000600037341A", "last character"),
        ("9111000060003734IL", "without I, O, S, V, Z"),
        ("9111AB00600037341L", "places 3 to 8 digits"),
        ("9111000060003734", "18 characters"),
        ("", "18 characters"),
    ],
)
def test_each_fault_has_its_word(text: str, word: str) -> None:
    with pytest.raises(CreditCodeError, match=word):
        parse_credit_code(text)


@given(st.integers(0, 16), st.integers(1, 30))
def test_one_wrong_character_is_always_seen(place: int, shift: int) -> None:
    code = "12441500196720244T"
    wrong = ALPHABET[(ALPHABET.index(code[place]) + shift) % 31]
    assert not is_credit_code(code[:place] + wrong + code[place + 1 :])
