"""All rows of a list together: repeated codes, names that clash, departments with two codes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.catalogue.domain.list_row import RowCheck, RowNote, check_row, fingerprint
from shared.domain.credit_code import is_credit_code


@dataclass
class ListFile:
    """`kept` has one check per code; `repeats` counts rows that say the same as an earlier one."""

    total: int = 0
    kept: dict[str, RowCheck] = field(default_factory=dict)
    repeats: int = 0
    rejected: int = 0
    errors: list[RowNote] = field(default_factory=list)
    warnings: list[RowNote] = field(default_factory=list)


def check_file(rows: Iterable[Mapping[str, Any]]) -> ListFile:
    file = ListFile()
    for row in rows:
        file.total += 1
        _take(file, check_row(row))
    _note_same_names(file)
    _note_departments(file)
    for check in file.kept.values():
        file.warnings += check.warnings
    file.warnings.sort(key=lambda note: note.line)
    return file


def reject(file: ListFile, check: RowCheck, code: str, reason: str) -> None:
    """Refuse a row for what was found later (for example the item was cancelled here)."""
    file.rejected += 1
    file.errors.append(RowNote(check.line, "item_code", code, reason))


def _take(file: ListFile, check: RowCheck) -> None:
    if check.entry is None:
        file.rejected += 1
        file.errors += check.errors
        file.warnings += check.warnings
        return
    first = file.kept.setdefault(check.item["code"], check)
    if first is check:
        return
    if fingerprint(first.item) == fingerprint(check.item):
        file.repeats += 1
        check.note("item_code", "repeated_row", f"line {first.line} says the same")
        file.warnings += check.warnings
        return
    reject(
        file,
        check,
        "duplicate_code",
        f"line {first.line} has this code with other content; that one was kept",
    )


def _note_same_names(file: ListFile) -> None:
    seen: dict[tuple[str, str, str], int] = {}
    for check in file.kept.values():
        entry = check.item
        place = (entry["region_code"], entry["department"], entry["name"])
        if place in seen:
            check.note("item_name", "same_name", f"line {seen[place]} has the same name under another code")
        else:
            seen[place] = check.line


def _note_departments(file: ListFile) -> None:
    """One body, one code: rows that name another than the department's credit code are noted."""
    right: dict[str, str] = {}
    for check in file.kept.values():
        entry = check.item
        if is_credit_code(entry["department_code"]):
            right.setdefault(entry["department"], entry["department_code"])
    for check in file.kept.values():
        entry = check.item
        known = right.get(entry["department"])
        if known and entry["department_code"] != known:
            check.note(
                "dept_code", "department_code_differs", f"other rows of {entry['department']} say {known}"
            )
