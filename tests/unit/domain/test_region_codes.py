"""Region codes: twelve digits, five levels, and who lies in whom."""

from __future__ import annotations

import pytest

from shared.domain.region import RegionCodeError, parse_region_code


@pytest.mark.parametrize(
    ("text", "full", "level"),
    [
        ("51", "510000000000", "province"),
        ("5116", "511600000000", "city"),
        ("511602", "511602000000", "county"),
        ("511602001", "511602001000", "town"),
        ("511602001003", "511602001003", "village"),
        ("510000", "510000000000", "province"),
    ],
)
def test_a_short_code_is_the_same_region(text: str, full: str, level: str) -> None:
    code = parse_region_code(text)
    assert (code.value, code.level) == (full, level)


def test_a_region_contains_itself_and_what_lies_below() -> None:
    city = parse_region_code("5116")
    assert city.contains(city)
    assert city.contains(parse_region_code("511602001"))
    assert not city.contains(parse_region_code("511502"))
    assert not parse_region_code("511602").contains(city)


@pytest.mark.parametrize("text", ["", "5", "51160", "5116020010031", "51160A", "００1602", "000000"])
def test_what_is_no_region_code(text: str) -> None:
    with pytest.raises(RegionCodeError):
        parse_region_code(text)
