"""The quick look at an event takes only what its schema takes, whatever is wrong with it, and where."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from marshmallow import EXCLUDE, Schema, fields, pre_load

from services.cases.fitting import no_floats, surely_fits
from services.cases.schemas import check_stored, stored_schema

SAMPLES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "case_events_v1.json").read_text("utf-8"))
OTHERS: list[Any] = [
    0.5, [0.5], {"a": 0.5}, {"a": [{"b": 0.5}]}, {1: "a"}, 7, True, None, "x", "2026-03-02T10:00:00",
    [], ["x"], {}, {"a": "b"}, ("x",), [None], {"id": 7}, object(),
]  # fmt: skip
UNTOLD = {"mood": "good"}


def holders(value: Any) -> Iterator[Any]:
    """Every object and list inside, the outermost first."""
    if isinstance(value, dict | list):
        yield value
        for inner in value.values() if isinstance(value, dict) else value:
            yield from holders(inner)


def spoilt(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The data with one thing replaced, missing or too many, for each of these."""
    for number, original in enumerate(holders(data)):
        places = list(original) if isinstance(original, dict) else range(len(original))
        for place in places:
            for other in OTHERS:
                changed = deepcopy(data)
                list(holders(changed))[number][place] = other
                yield changed
        if isinstance(original, dict):
            for place in places:
                changed = deepcopy(data)
                del list(holders(changed))[number][place]
                yield changed
            changed = deepcopy(data)
            list(holders(changed))[number].update(UNTOLD)
            yield changed


def has_float(value: Any) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return isinstance(value, float) or any(map(has_float, inner))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["type"])
def test_what_it_takes_the_schema_takes_and_no_float_is_in_it(sample: dict[str, Any]) -> None:
    schema = stored_schema(sample["type"])()
    fits = surely_fits(schema)
    assert fits(sample["data"])
    taken = left = 0
    for changed in spoilt(sample["data"]):
        if fits(changed):
            taken += 1
            assert schema.validate(changed) == {}
            assert not has_float(changed)
        else:
            left += 1
    assert taken
    assert left


class Tidied(Schema):
    name = fields.String()

    @pre_load
    def _tidy(self, data: Any, **_: Any) -> Any:
        return data


class Capitals(fields.String):
    pass


class Lenient(Schema):
    class Meta:
        unknown = EXCLUDE

    name = fields.String()


KINDS: dict[str, fields.Field[Any]] = {
    "of another class": Capitals(),
    "renamed": fields.String(data_key="other"),
    "changed before": fields.String(pre_load=str),
    "with values of a kind": fields.Dict(values=fields.String()),
    "in a lenient schema": fields.Nested(Lenient),
    "with hooks": fields.Nested(Tidied),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_it_does_not_know_for_certain_it_leaves(kind: str) -> None:
    schema = Schema.from_dict({"name": KINDS[kind]})()
    inner: Any = {"name": "x"} if "schema" in kind or "hooks" in kind or "values" in kind else "x"
    given = {"other" if kind == "renamed" else "name": inner}
    assert schema.validate(given) == {}
    assert not surely_fits(schema)(given)


@pytest.mark.parametrize("value", [1.0, [1.0], {"a": {"b": [1.0]}}, (), object(), {1: 2}])
def test_a_float_or_what_is_no_json_is_never_sure(value: Any) -> None:
    assert not no_floats(value)


def test_what_is_not_sure_is_told_by_the_schema() -> None:
    sample = next(each for each in SAMPLES if each["type"] == "case.submitted")
    with pytest.raises(Exception, match="mood"):
        check_stored("case.submitted", sample["data"] | UNTOLD)
