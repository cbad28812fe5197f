"""One row of a published item list: what can be kept, what is noted, what is refused. Pure.

Real lists are untidy. A row is refused only when the item could not be named, found or placed; all
other untidiness is noted and kept with the row, because the item exists and people look for it.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.domain.credit_code import is_credit_code, is_organisation_code
from shared.domain.item_code import MAX_LENGTH, is_acceptable, parse

UNCLASSIFIED = ("", "未分类", "无")
_SEGMENTS = re.compile(r".+-(?P<region>\d{12})-\d{3}-(?P<body>[^-]+(?:-[0-9A-Z])?)-\w-\w{2}\Z")
_FIELDS = ("department", "main_item", "item_name", "item_code", "area_code", "task_type", "dept_code")


@dataclass(frozen=True, slots=True)
class RowNote:
    line: int
    field: str
    code: str
    reason: str

    def as_dict(self) -> dict[str, Any]:
        return {"line": self.line, "field": self.field, "code": self.code, "reason": self.reason}


@dataclass
class RowCheck:
    """`entry` is the item as the list gives it; None when the row is refused."""

    line: int
    entry: dict[str, Any] | None = None
    errors: list[RowNote] = field(default_factory=list)
    warnings: list[RowNote] = field(default_factory=list)

    @property
    def item(self) -> dict[str, Any]:
        """The entry of a row that was kept."""
        if self.entry is None:
            raise ValueError(f"line {self.line} was refused")
        return self.entry

    def refuse(self, name: str, code: str, reason: str) -> None:
        self.errors.append(RowNote(self.line, name, code, reason))

    def note(self, name: str, code: str, reason: str) -> None:
        self.warnings.append(RowNote(self.line, name, code, reason))


def check_row(row: Mapping[str, Any]) -> RowCheck:
    check = RowCheck(line=row["line"])
    text = {name: _clean(check, name, row.get(name)) for name in _FIELDS}
    for name in ("item_name", "item_code", "department"):
        if not text[name]:
            check.refuse(name, "missing", f"the row has no {name}")
    if text["item_code"]:
        _check_code(check, text["item_code"], text["area_code"])
    region = _region(check, text["area_code"])
    item_type = _item_type(check, text["task_type"])
    department_code = _department_code(check, text["dept_code"])
    if text["main_item"] in UNCLASSIFIED:
        check.note("main_item", "unclassified", "the list names no main item; the item has no theme")
    if check.errors:
        return check
    check.entry = _entry(text, region, item_type, department_code)
    return check


def fingerprint(entry: Mapping[str, Any]) -> str:
    """The same for the same content, so that a second run of a list changes nothing."""
    return hashlib.sha256(json.dumps(entry, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def level_of_region(region_code: str) -> int:
    """Exercise level (GB/T 39046 A.2) of the body whose region this is."""
    for zeros, level in ((10, 2), (8, 3), (6, 4), (3, 5)):
        if region_code.endswith("0" * zeros):
            return level
    return 6


def _entry(text: Mapping[str, str], region: str, item_type: str, department_code: str) -> dict[str, Any]:
    parts = parse(text["item_code"])
    return {
        "code": text["item_code"],
        "basic_code": parts.basic_code if parts else None,
        "name": text["item_name"],
        "department": text["department"],
        "department_code": department_code,
        "region_code": region,
        "item_type": item_type,
        "level": parts.level if parts else level_of_region(region),
        "theme": None if text["main_item"] in UNCLASSIFIED else text["main_item"],
        "service_object": [],
        "application_forms": [],
        "case_type": None,
        "guide_only": True,
    }


def _clean(check: RowCheck, name: str, value: Any) -> str:
    raw = "" if value is None else str(value)
    text = raw.strip().strip("\ufeff\u200b")
    if text != raw:
        check.note(name, "blanks_removed", "blanks around the value were removed")
    if name in ("item_code", "area_code", "task_type", "dept_code"):
        narrow = unicodedata.normalize("NFKC", text)
        if narrow != text:
            check.note(name, "full_width", "full-width characters were turned into plain ones")
        text = narrow
    return text


def _check_code(check: RowCheck, code: str, area_code: str) -> None:
    if not is_acceptable(code):
        reason = f"not usable as an item code: letters, digits, '-', '.', '_', at most {MAX_LENGTH}"
        check.refuse("item_code", "unusable_code", reason)
        return
    if code != code.upper():
        check.note("item_code", "lower_case", "the code has a lower-case letter; it is kept as written")
    if parse(code) is not None:
        return
    check.note(
        "item_code", "code_free_form", "the code does not follow the 31-character rule; taken as it is"
    )
    found = _SEGMENTS.match(code)
    if not found:
        check.note(
            "item_code", "code_parts_missing", "the code lacks the parts that the list's other codes have"
        )
        return
    if area_code and found["region"] != area_code:
        check.note("item_code", "code_region_differs", f"the code says region {found['region']}")
    body = found["body"].upper()
    if is_credit_code(body):
        return
    if is_organisation_code(body):
        check.note("item_code", "code_old_organisation", "the body in the code is an old organisation code")
    elif len(body) == 18:
        check.note("item_code", "code_check_digit", f"the credit code in the code is wrong: {body}")
    else:
        check.note("item_code", "code_body_unknown", f"the body in the code is no credit code: {body}")


def _region(check: RowCheck, area_code: str) -> str:
    if re.fullmatch(r"[0-9]{6}", area_code):
        check.note("area_code", "short_area_code", "six digits; the six zeros behind them were added")
        area_code += "000000"
    if not re.fullmatch(r"[1-9][0-9]{11}", area_code):
        reason = "a region code has 12 digits" if area_code else "the row has no area_code"
        check.refuse("area_code", "unusable_area_code" if area_code else "missing", reason)
    return area_code


def _item_type(check: RowCheck, task_type: str) -> str:
    if re.fullmatch(r"[0-9]", task_type):
        check.note("task_type", "one_digit_type", f"read as 0{task_type}")
        return f"0{task_type}"
    if not re.fullmatch(r"[0-9]{2}", task_type):
        reason = "an item type has two digits (GB/T 39046 A.1)" if task_type else "the row has no task_type"
        check.refuse("task_type", "unusable_type" if task_type else "missing", reason)
    return task_type


def _department_code(check: RowCheck, code: str) -> str:
    """The code as it is kept. An old organisation code loses its hyphen; anything else stays."""
    upper = code.upper()
    if is_credit_code(upper):
        return upper
    bare = upper.replace("-", "")
    if is_organisation_code(upper):
        check.note(
            "dept_code", "old_organisation_code", "an organisation code of before 2015, no credit code"
        )
        return bare
    if not code:
        check.note("dept_code", "department_code_missing", "the row has no dept_code")
    elif len(bare) in (9, 18):
        check.note("dept_code", "department_check_digit", f"the check digit of {code} is wrong")
    elif bare.isdigit() and len(bare) == 19:
        check.note("dept_code", "internal_id", "an internal id of some system, no organisation's code")
    else:
        check.note("dept_code", "placeholder", f"{code} is no organisation's code")
    return code[:32]
