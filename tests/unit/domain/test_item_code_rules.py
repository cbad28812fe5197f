"""Item codes: the 31-character rule first, the free form behind it."""

from __future__ import annotations

import pytest

from shared.domain.item_code import (
    ItemCodeError,
    parse_basic_code,
    parse_implementation_code,
    parse_item_code,
)

LIVE = "12441500196720244T3442199806003"
LONG = "511A0138000000-511602000000-000-115113010833722043-1-00"


def test_the_parts_of_a_live_code() -> None:
    code = parse_implementation_code(LIVE)
    assert (code.credit_code, code.level) == ("12441500196720244T", 3)
    assert (code.basic_code, code.item_type) == ("442199806003", "21")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (LIVE[:-1], "31 characters"),
        ("A" + LIVE[1:], "first 18"),
        (LIVE[:18] + "8" + LIVE[19:], "exercise level"),
        (LIVE[:-1] + "X", "basic code"),
    ],
)
def test_each_fault_has_its_word(text: str, word: str) -> None:
    with pytest.raises(ItemCodeError, match=word):
        parse_implementation_code(text)


def test_codes_of_real_lists_fall_back_to_the_free_form() -> None:
    assert parse_item_code(LONG) == LONG
    assert parse_item_code(" 511602-a1 ") == "511602-a1"


def test_a_platform_may_insist_on_the_rule() -> None:
    with pytest.raises(ItemCodeError, match="31 characters"):
        parse_item_code(LONG, ("implementation_31",))


@pytest.mark.parametrize("text", ["", "-1", "事项一", "a b", "x" * 65])
def test_what_even_the_free_form_refuses(text: str) -> None:
    with pytest.raises(ItemCodeError):
        parse_item_code(text)


def test_basic_codes_have_at_most_twelve_characters() -> None:
    assert parse_basic_code("xk00101001") == "XK00101001"
    with pytest.raises(ItemCodeError):
        parse_basic_code("4421998060031")
