"""What a JSON body may get wrong, and how it is told."""

from __future__ import annotations

from typing import Any

import pytest
from gateway_kit import KEY, House, problem_of

PATH = "/api/v1/cases"
JSON = KEY | {"Content-Type": "application/json"}


def send(house: House, data: bytes | str, **headers: str) -> Any:
    return house.post(PATH, "citizen", data=data, headers=JSON | headers)


def test_a_syntax_error_names_its_position(house: House) -> None:
    document = problem_of(send(house, '{"a": 1,\n "b": }'), 400, "malformed_json")
    assert (document["line"], document["column"], document["position"]) == (2, 7, 15)
    assert document["errors"][0]["field"] == "body"
    assert house.remote.asked == []


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_json_number_is_refused(house: House, text: str) -> None:
    problem_of(send(house, f'{{"a": {text}}}'), 400, "malformed_json")


@pytest.mark.parametrize("text", ["1e999", "9007199254740992", "-" + "9" * 5000])
def test_numbers_that_not_every_reader_keeps_are_refused(house: House, text: str) -> None:
    problem_of(send(house, f'{{"a": [{text}]}}'), 400, "number_out_of_range")


def test_a_repeated_key_is_refused_at_any_depth(house: House) -> None:
    document = problem_of(send(house, '{"a": [{"b": 1, "b": 2}]}'), 400, "duplicate_key")
    assert "'b'" in document["detail"]


def test_a_key_repeated_in_another_spelling_is_refused(house: House) -> None:
    problem_of(send(house, '{"a": 1, "\\u0061": 2}'), 400, "duplicate_key")


@pytest.mark.parametrize("depth", [33, 5000, 200_000])
def test_deep_nesting_is_refused(house: House, depth: int) -> None:
    problem_of(send(house, '{"a":' + "[" * depth + "]" * depth + "}"), 400, "too_deep")


def test_as_deep_as_any_form_is_accepted(house: House) -> None:
    assert send(house, '{"a":' + "[" * 31 + "]" * 31 + "}").status_code == 201


def test_invalid_utf8_names_the_byte(house: House) -> None:
    document = problem_of(send(house, b'{"a": "\xff"}'), 400, "invalid_utf8")
    assert document["position"] == 7


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ('"\\u0000"', "a.0"),
        ('"\\ud800"', "a.0"),
        ('"x\\udc00"', "a.0"),
        ('{"\\u0000": 1}', "a.0.?"),
        ('{"b": [1, "\\u0000"]}', "a.0.b.1"),
    ],
)
def test_text_that_cannot_be_stored_is_refused(house: House, text: str, field: str) -> None:
    document = problem_of(send(house, f'{{"a": [{text}]}}'), 422, "invalid_character")
    assert [each["field"] for each in document["errors"]] == [field]


@pytest.mark.parametrize("text", ['"\\ud83d\\ude00"', '"\\\\u0000"'])
def test_what_only_looks_unstorable_passes(house: House, text: str) -> None:
    assert send(house, f'{{"a": {text}}}').status_code == 201


@pytest.mark.parametrize("text", ["[]", "1", '"a"', "null", "true"])
def test_only_an_object_is_a_body(house: House, text: str) -> None:
    problem_of(send(house, text), 400, "not_an_object")


@pytest.mark.parametrize("text", [" ", "{", '{"a": 1} x', "{'a': 1}", '{"a": 01}', '{"a": 1,}', "\ufeff{}"])
def test_what_is_no_json_is_refused(house: House, text: str) -> None:
    problem_of(send(house, text.encode()), 400, "malformed_json")


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=gbk", "application/jsonx"],
)
def test_other_media_types_are_refused(house: House, content_type: str) -> None:
    problem_of(send(house, "{}", **{"Content-Type": content_type}), 415, "unsupported_media_type")


def test_a_body_without_a_media_type_is_refused(house: House) -> None:
    problem_of(house.post(PATH, "citizen", data=b"{}", headers=KEY), 415, "unsupported_media_type")


def test_a_compressed_body_is_refused(house: House) -> None:
    problem_of(send(house, "{}", **{"Content-Encoding": "gzip"}), 415, "unsupported_media_type")


@pytest.mark.parametrize("content_type", ["application/json; charset=UTF-8", "application/vnd.yiwang+json"])
def test_json_by_another_name_passes(house: House, content_type: str) -> None:
    assert send(house, "{}", **{"Content-Type": content_type}).status_code == 201


def test_a_command_without_words_needs_no_body(house: House) -> None:
    assert house.post(f"{PATH}/1/claim", "clerk", headers=KEY).status_code == 200
    assert house.remote.last.body == {}


def test_a_body_where_none_is_taken_is_refused(house: House) -> None:
    path = "/api/v1/messages/6a1f3c1e-0d5b-4f0e-8a56-3f1f9f7d2f10/read"
    document = problem_of(house.post(path, "citizen", json={"x": 1}, headers=KEY), 422, "invalid_fields")
    assert document["errors"][0]["field"] == "x"
