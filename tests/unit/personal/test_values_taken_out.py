"""Personal values are taken out of a copy: what was given stays as it is, and is whole."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from shared.personal.declaration import PersonalPath
from shared.personal.values import put, take_out

PATHS = [
    PersonalPath(("applicant", "name")),
    PersonalPath(("applicant", "phone")),
    PersonalPath(("materials", "*", "remark")),
    PersonalPath(("materials", "*", "signed", "by")),
    PersonalPath(("form",)),
    PersonalPath(("none",)),
]
DATA = {
    "applicant": {"name": "王小明", "phone": "1", "type": "natural_person", "tags": ["a"]},
    "materials": [
        {"code": "M1", "remark": "我的", "signed": {"by": "王小明", "on": "x"}},
        {"code": "M2", "remark": ""},
        {"code": "M3", "remark": "他的"},
    ],
    "form": {"a/b": {"c~d": "e"}},
    "item": {"steps": [{"name": "s"}]},
}


def test_what_was_given_stays_as_it_is() -> None:
    given = deepcopy(DATA)
    rest, taken = take_out(given, PATHS, "who")
    assert given == DATA
    assert rest["applicant"] == {"name": None, "phone": None, "type": "natural_person", "tags": ["a"]}
    assert rest["materials"] == [
        {"code": "M1", "remark": None, "signed": {"by": None, "on": "x"}},
        {"code": "M2", "remark": ""},
        {"code": "M3", "remark": None},
    ]
    assert (rest["form"], rest["item"]) == (None, DATA["item"])
    assert set(taken["who"]) == {
        "/applicant/name", "/applicant/phone", "/form",
        "/materials/0/remark", "/materials/0/signed/by", "/materials/2/remark",
    }  # fmt: skip
    put(rest, taken["who"])
    assert rest == DATA


@pytest.mark.parametrize("rows", [list, tuple])
def test_rows_may_be_a_tuple(rows: Any) -> None:
    given = {"materials": rows([{"remark": "x"}, {"remark": "y"}])}
    rest, taken = take_out(given, PATHS, "who")
    assert rest == {"materials": [{"remark": None}, {"remark": None}]}
    assert given == {"materials": rows([{"remark": "x"}, {"remark": "y"}])}
    assert taken == {"who": {"/materials/0/remark": "x", "/materials/1/remark": "y"}}


def test_nothing_taken_is_the_data_itself() -> None:
    assert take_out({"form": {}, "item": 1}, PATHS, "who") == ({"form": {}, "item": 1}, {})
