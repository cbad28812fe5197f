"""Each change that breaks readers is found and said with its type and field; what doesn't is let through."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from marshmallow import Schema, fields, validate

from shared.cli.app import root
from shared.registry import export
from shared.registry.compatibility import breaks
from shared.registry.json_schema import NoShape, schema_of


class Officer(Schema):
    id = fields.String(required=True)
    level = fields.Integer(allow_none=True, validate=validate.Range(0, 9))


class Accepted(Schema):
    """A case was accepted."""

    case_no = fields.String(required=True)
    mode = fields.String(validate=validate.OneOf(("web", "window")))
    officer = fields.Nested(Officer)
    ways = fields.List(fields.String(validate=validate.Length(max=10)))
    at = fields.AwareDateTime()


RELEASED = {"case.accepted": schema_of(Accepted)}

Change = Callable[[dict[str, Any]], None]


def _without(name: str) -> Change:
    return lambda shape: shape["properties"].pop(name)


def _set(path: str, value: Any) -> Change:
    """At `a.b.c` of the shape, where a name stands for the property of that name."""

    def change(shape: dict[str, Any]) -> None:
        *steps, last = path.split(".")
        for step in steps:
            shape = shape[step]
        shape[last] = value

    return change


OFFICER = "properties.officer"
BREAKING: list[tuple[Change, str]] = [
    (_without("mode"), "case.accepted: data.mode: the field is gone"),
    (
        _set("properties.at", {"type": "integer"}),
        "case.accepted: data.at: its type was string and is integer",
    ),
    (
        _set("properties.case_no.type", ["string", "null"]),
        "case.accepted: data.case_no: its type was string and is null or string",
    ),
    (
        _set(f"{OFFICER}.properties.level.type", ["string", "null"]),
        "case.accepted: data.officer.level: its type was integer or null and is null or string",
    ),
    (
        _set("required", ["case_no", "mode"]),
        "case.accepted: data.mode: it is newly required: older events don't have it",
    ),
    (_set("required", []), "case.accepted: data.case_no: it is no longer required: readers rely on it"),
    (_set("properties.mode.enum", ["web"]), "case.accepted: data.mode: it no longer takes ['window']"),
    (
        _set("properties.case_no.enum", ["A"]),
        "case.accepted: data.case_no: it took any value and takes only ['A']",
    ),
    (
        _set("properties.ways.items.type", "integer"),
        "case.accepted: data.ways[]: its type was string and is integer",
    ),
    (_set("properties.ways.items.maxLength", 5), "case.accepted: data.ways[]: its maxLength was 10 and is 5"),
    (
        _set(f"{OFFICER}.properties.level.minimum", 1),
        "case.accepted: data.officer.level: its minimum was 0 and is 1",
    ),
    (
        _set("properties.at.format", "date"),
        "case.accepted: data.at: its format was 'date-time' and is 'date'",
    ),
]

HARMLESS: list[Change] = [
    _set("properties.more", {"type": "string"}),
    _set("properties.mode.enum", ["web", "window", "terminal"]),
    _set("properties.ways.items.maxLength", 20),
    _set("description", "Said differently."),
]


@pytest.mark.parametrize(("change", "says"), BREAKING, ids=[says for _, says in BREAKING])
def test_what_breaks_readers_is_named(change: Change, says: str) -> None:
    now = copy.deepcopy(RELEASED)
    change(now["case.accepted"])
    assert [str(each) for each in breaks(RELEASED, now)] == [says]


@pytest.mark.parametrize("change", HARMLESS)
def test_what_does_not_is_let_through(change: Change) -> None:
    now = copy.deepcopy(RELEASED)
    change(now["case.accepted"])
    assert now != RELEASED
    assert breaks(RELEASED, now) == []


def test_a_type_that_is_gone_and_one_that_is_new() -> None:
    assert [str(each) for each in breaks(RELEASED, {})] == ["case.accepted: the event type is gone"]
    assert breaks({}, RELEASED) == []


def test_a_field_of_an_unknown_kind_is_no_silence() -> None:
    class Odd(Schema):
        where = fields.IP()

    with pytest.raises(NoShape, match=r"Odd\.where is a IP"):
        schema_of(Odd)


def test_the_command_refuses_with_type_and_field(tmp_path: Path) -> None:
    """A contract that lost a field since its release, as `make lint` meets it."""
    export.write(tmp_path)
    released = export.schemas()
    released["case.accepted"]["properties"]["stamp"] = {"type": "string"}
    (tmp_path / export.RELEASED).write_text(export._text(released), "utf-8")
    refused = CliRunner().invoke(root, ["docs", "events", "--out", str(tmp_path), "--check"])
    assert refused.exit_code == 1
    assert "breaks readers: case.accepted: data.stamp: the field is gone" in refused.output
    again = CliRunner().invoke(root, ["docs", "events", "--out", str(tmp_path), "--release"])
    assert again.exit_code == 1
    assert "stamp" in (tmp_path / export.RELEASED).read_text("utf-8")


def test_the_check_names_what_is_not_guarded_yet(tmp_path: Path) -> None:
    export.write(tmp_path)
    released = export.schemas()
    del released["case.rated"]
    (tmp_path / export.RELEASED).write_text(export._text(released), "utf-8")
    check = ["docs", "events", "--out", str(tmp_path), "--check"]
    assert "nothing guards it: case.rated" in CliRunner().invoke(root, check).output
    export.release(tmp_path)
    assert "nothing guards it" not in CliRunner().invoke(root, check).output


def test_the_command_finds_what_is_outdated_and_mends_it(tmp_path: Path) -> None:
    def run(*options: str) -> Any:
        return CliRunner().invoke(root, ["docs", "events", "--out", str(tmp_path), *options])

    assert run("--release").exit_code == 0
    (tmp_path / "schemas/case.accepted.json").write_text("{}", "utf-8")
    (tmp_path / "schemas/case.gone.json").write_text("{}", "utf-8")
    (tmp_path / "schemas/case.rated.json").unlink()
    found = run("--check")
    assert found.exit_code == 1
    for line in (
        "outdated: schemas/case.accepted",
        "nobody's: schemas/case.gone",
        "missing: schemas/case.rated",
    ):
        assert line in found.output
    assert run().exit_code == 0
    assert run("--check").exit_code == 0
