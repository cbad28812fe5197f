"""Stored JSON is read as `json` reads it, whatever stands in it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.eventstore.decoding import decode
from shared.eventstore.sealing import canonical

NUMBERS = st.integers() | st.integers(-(2**80), 2**80) | st.sampled_from(
    [sign * (power + by) for power in (2**31, 2**53, 2**63, 2**64, 10**18, 10**19)
     for by in (-1, 0, 1) for sign in (-1, 1)]
)  # fmt: skip
STORED = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text() | st.text("0123456789", min_size=15, max_size=25),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=20,
)


def by_json(text: bytes) -> Any:
    return json.loads(text.decode())


def outcome(read: Any, text: bytes) -> tuple[Any, ...]:
    """Types and order as well as values: 1, 1.0 and True are equal, and so are dicts in any order."""
    try:
        return ("read", repr(read(text)))
    except ValueError as error:
        return ("refused", type(error))


@given(st.dictionaries(st.text(), STORED, max_size=5) | STORED)
def test_whatever_is_stored_is_read_as_it_was(value):
    text = canonical(value).encode()
    assert repr(decode(text)) == repr(by_json(text))
    assert canonical(decode(text)).encode() == text


@given(STORED, st.sampled_from([None, 0, 1, 4]))
def test_text_that_is_not_canonical_is_read_alike(value, indent):
    text = json.dumps({"a": value}, indent=indent).encode()
    assert outcome(decode, text) == outcome(by_json, text)


@given(st.floats() | st.lists(st.floats()))
def test_floats_are_read_alike(value):
    text = json.dumps({"a": value}).encode()
    assert outcome(decode, text) == outcome(by_json, text)


@given(st.text('0123456789.-+eE[]{}:,"\\ud8nulltrefasNI \n\t', max_size=30))
@example('{"a":1,"b":2,"a":3}')
@example("-0")
@example("1e400")
@example("[1]x")
@example("\ufeff1")
@example('"\\ud800"')
@example('"\\ud83c\\udfee"')
@example('"\\u0000"')
@example("18446744073709551616")
@example("-9223372036854775809")
@example("1e-400")
@example("0.1000000000000000055511151231257827021181583404541015625")
@example("NaN")
@example("-Infinity")
def test_anything_else_is_read_or_refused_alike(text):
    for whole in (text.encode(), f'{{"a":{text}}}'.encode(), f'{{"a":[0,{text}]}}'.encode()):
        assert outcome(decode, whole) == outcome(by_json, whole)


@pytest.mark.parametrize("text", [b"\xff", b'"\xed\xa0\x80"', b'{"a":"\xc3"}'])
def test_what_is_no_utf_8_is_refused(text):
    with pytest.raises(ValueError, match="utf-8"):
        decode(text)


@pytest.mark.parametrize("number", ["1234567890123456789", "91510000MB12345678", "1" * 40])
def test_long_numbers_that_are_strings_are_not_left_to_json(number, monkeypatch):
    """They are in every case: if they were, nothing would be gained."""
    monkeypatch.setattr("shared.eventstore.decoding.json.loads", None)
    text = canonical({"a": number, "b": [number, {"c": number}], "d": 999_999_999_999_999_999}).encode()
    assert decode(text)["b"] == [number, {"c": number}]
