"""`docs/coverage.md` names rows, places and tests: each must be what it says."""

from __future__ import annotations

import ast
import re

import pytest
from house_plan import ROOT

PAGE = (ROOT / "docs/coverage.md").read_text("utf-8")
_FIELD = r"T[1-6]\.[1-9][0-9]?"
_ROW = re.compile(rf"(?:ID|CAT|CASE|NOT|SUP|POR|EXC)-[0-9]{{2}}[a-z]?|{_FIELD}|{_FIELD}–{_FIELD}")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("| ") and not line.startswith(("| row ", "| promise "))
]
REQUIREMENTS = [cells for cells in ROWS if len(cells) == 3]
NAMED = sorted(set(re.findall(r"`((?:services|shared|tests|docs|deploy|examples)/[^`]*)`", PAGE)))


def test_rows_are_well_formed_and_stand_once() -> None:
    assert len(REQUIREMENTS) > 100
    ids = [cells[0] for cells in REQUIREMENTS]
    assert [id for id in ids if not _ROW.fullmatch(id)] == []
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("cells", ROWS, ids=lambda cells: cells[0][:40])
def test_every_row_names_a_test(cells: list[str]) -> None:
    assert re.search(r"`tests/[\w/]+\.py", cells[-1])


@pytest.mark.parametrize("place", NAMED, ids=str)
def test_every_place_and_every_test_exists(place: str) -> None:
    path, _, function = place.partition("::")
    file = ROOT / path
    assert file.exists()
    if function:
        tree = ast.parse(file.read_text("utf-8"))
        assert function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_what_is_partly_done_says_what_is_missing() -> None:
    partly = [cells for cells in REQUIREMENTS if "*partly" in cells[1]]
    assert partly
    assert [cells[0] for cells in partly if not re.search(r"\*partly: [^*]{10,}\*", cells[1])] == []
