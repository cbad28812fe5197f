"""Case numbers: code, day, sequence; at most 50 characters, wider rather than wrapped."""

from __future__ import annotations

from datetime import date

import pytest

from shared.domain.case_number import CaseNumberError, case_number, parse_case_number
from shared.domain.item_code import short_serial

CODE = "12441500196720244T3442199806003"
LONG = "511A0138000000-511602000000-000-115113010833722043-1-00"
DAY = date(2022, 6, 23)


def test_a_31_character_code_gives_43_characters() -> None:
    number = case_number(CODE, DAY, 68)
    assert number == "12441500196720244T3442199806003202206230068"
    assert len(number) == 43


@pytest.mark.parametrize(
    ("sequence", "end"), [(1, "0001"), (9999, "9999"), (10000, "10000"), (999999, "999999")]
)
def test_the_sequence_widens_and_never_wraps(sequence: int, end: str) -> None:
    assert case_number(CODE, DAY, sequence).removeprefix(f"{CODE}20220623") == end


@pytest.mark.parametrize("sequence", [0, -1, 1_000_000])
def test_a_sequence_out_of_range_is_refused(sequence: int) -> None:
    with pytest.raises(CaseNumberError, match="sequence"):
        case_number(CODE, DAY, sequence)


def test_a_longer_code_is_stood_in_for_by_its_serial() -> None:
    assert case_number(LONG, DAY, 1, short_serial(LONG)).startswith(short_serial(LONG) + "20220623")
    with pytest.raises(CaseNumberError, match="serial"):
        case_number(LONG, DAY, 1)
    with pytest.raises(CaseNumberError, match="at most 31"):
        case_number(LONG, DAY, 1, "S" * 32)


def test_the_longest_number_still_fits() -> None:
    assert len(case_number("X" * 31, DAY, 999999)) == 45


def test_a_typed_number_is_cleaned_and_looked_at_for_shape_only() -> None:
    assert parse_case_number(" ABC-1 ") == "ABC-1"
    for text in ("", "a b", "x" * 51):
        with pytest.raises(CaseNumberError):
            parse_case_number(text)
