"""No file that holds too much, nothing that belongs to one machine."""

from __future__ import annotations

import ast
import re

from house_plan import files, name

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
GENERATED = {"requirements.lock", "LICENSE", "docs/events/asyncapi.json", "docs/events/released.json"}
TABLES = {
    "services/catalogue/demo/items.yaml",
    "services/gateway/pages/texts/en.toml",
    "services/gateway/pages/texts/zh.toml",
    "tests/unit/cases_domain/case_events_v1.json",
}
"""Data, a row after the other: a reader looks one up and doesn't read them through."""

_MACHINE = re.compile(r"(?<![\w.~-])/(?:home|root|Users|work|opt/pypi)[\w-]*/|[A-Z]:\\Users")
_REGISTRY = re.compile(r"--(?:extra-)?index-url|--find-links|--trusted-host|pypi\.org/simple|registry\.npmjs")
OURS = {"tests/unit/house/test_files_are_tidy.py"}


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    lines = {name(path): len(path.read_text("utf-8").splitlines()) for path in files()}
    long = {path for path, count in lines.items() if count > LONGEST_FILE}
    assert long <= GENERATED | TABLES, long


def test_no_function_is_longer_than_a_screen() -> None:
    long = {
        f"{name(path)}:{node.name}": node.end_lineno - node.lineno + 1
        for path in files(".py")
        if not name(path).startswith("tests/")  # a test's data may be a long literal
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    }
    assert long == {}


def test_nothing_names_a_machine_or_a_package_registry() -> None:
    """A lock file or a page that names one works on that machine only."""
    texts = {name(path): path.read_text("utf-8") for path in files() if name(path) not in OURS}
    found = [
        (path, match[0])
        for path, text in texts.items()
        for pattern in (_MACHINE, _REGISTRY)
        for match in pattern.finditer(text)
    ]
    assert found == []


def test_there_is_no_drawer_for_everything() -> None:
    drawers = {"utils", "util", "helpers", "common", "misc", "base", "manager"}
    assert [name(path) for path in files(".py") if drawers & {path.stem, *path.parent.parts}] == []
