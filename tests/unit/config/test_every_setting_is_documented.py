"""What the code reads from outside stands in the operators' documents, and nothing else does."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
NAME = re.compile(r"YIWANG_[A-Z_]*[A-Z]")


def names(*files: Path) -> set[str]:
    found = {name for file in files for name in NAME.findall(file.read_text("utf-8"))}
    return {name.removesuffix("_FILE") for name in found if not name.endswith("_DSN")}


def read_by_the_code() -> set[str]:
    """Variables as whole string literals: a name inside a message is none."""
    literal = re.compile(rf'"({NAME.pattern})"')
    files = [file for part in ("services", "shared") for file in (ROOT / part).rglob("*.py")]
    return {name for file in files for name in literal.findall(file.read_text("utf-8"))}


def test_every_setting_is_documented() -> None:
    read = {name.removesuffix("_FILE") for name in read_by_the_code() if not name.endswith("_DSN")}
    assert read - names(ROOT / "docs/operations.md", ROOT / "docs/api.md") == set()


def test_no_document_names_a_setting_that_nobody_reads() -> None:
    read = {name.removesuffix("_FILE") for name in read_by_the_code()}
    assert names(*(ROOT / "docs").glob("*.md")) - read == set()
