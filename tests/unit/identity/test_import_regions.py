"""Regions: every row accounted for, bad rows named, a second run adds nothing."""

from typing import Any

import pytest
from identity_kit import OPERATOR, People

from shared.importing.regions import read_regions
from shared.security.actor import ANONYMOUS
from tests.beside import real_data

PROVINCE = {
    "line": 2,
    "region_code": "990000000000",
    "name": "望川省",
    "level": "province",
    "parent_code": "",
}
CITY = {
    "line": 3,
    "region_code": "990100000000",
    "name": "宜望市",
    "level": "city",
    "parent_code": "990000000000",
}


def run(people: People, *rows: dict[str, Any], dry_run: bool = False) -> dict[str, Any]:
    value: dict[str, Any] = people("import_regions", OPERATOR, {"rows": list(rows), "dry_run": dry_run}).value
    return value


@pytest.mark.beside("regions.csv")
def test_the_real_list(people: People) -> None:
    path = real_data("regions.csv")
    assert path is not None
    rows = read_regions(path).rows
    assert run(people, *rows, dry_run=True)["imported"] == 3348
    assert people.db.fetch("SELECT count(*) AS n FROM events")[0]["n"] == 0
    report = run(people, *rows)
    assert [report[name] for name in ("total", "imported", "unchanged", "rejected")] == [3351, 3348, 0, 3]
    assert {(error["line"], error["code"]) for error in report["errors"]} == {
        (2314, "own_parent"), (2315, "own_parent"), (2451, "own_parent"),
    }  # fmt: skip
    again = run(people, *rows)
    assert [again[name] for name in ("imported", "unchanged", "rejected")] == [0, 3348, 3]
    assert people.db.fetch("SELECT count(*) AS n FROM events")[0]["n"] == 3348
    top = people("regions", ANONYMOUS).value["items"]
    assert len(top) == 31
    counties = people("regions", ANONYMOUS, params={"parent": "511600000000"}).value["items"]
    assert "511602000000" in {region["region_code"] for region in counties}


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"region_code": "9901"}, "region_code", "unusable_code"),
        ({"name": " "}, "name", "missing"),
        ({"level": "shire"}, "level", "unknown_level"),
        ({"parent_code": ""}, "parent_code", "missing"),
        ({"parent_code": "880000000000"}, "parent_code", "unknown_parent"),
        ({"parent_code": "990100000000"}, "parent_code", "own_parent"),
        ({"region_code": "990000000000"}, "parent_code", "own_parent"),
    ],
)
def test_a_bad_row_is_named_and_good_rows_are_kept(
    people: People, changes: dict[str, Any], field: str, code: str
) -> None:
    report = run(people, PROVINCE, CITY | changes)
    assert (report["imported"], report["rejected"]) == (1, 1)
    assert [(error["line"], error["field"], error["code"]) for error in report["errors"]] == [
        (3, field, code)
    ]


def test_a_row_falls_with_its_parent(people: People) -> None:
    county = CITY | {
        "line": 4,
        "region_code": "990102000000",
        "level": "county",
        "parent_code": "990100000000",
    }
    report = run(people, PROVINCE, CITY | {"name": ""}, county)
    assert {(error["line"], error["code"]) for error in report["errors"]} == {
        (3, "missing"),
        (4, "unknown_parent"),
    }


def test_a_parent_of_an_earlier_import_counts(people: People) -> None:
    run(people, PROVINCE)
    assert run(people, CITY)["imported"] == 1
    assert run(people, CITY | {"name": "宜望新市"})["imported"] == 1
    found = people("regions", ANONYMOUS, params={"q": "新市"}).value["items"]
    assert [(region["name"], region["parent_name"]) for region in found] == [("宜望新市", "望川省")]
