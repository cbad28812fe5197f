"""A list of regions: which rows are good, and what they change. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

LEVELS = ("province", "city", "county", "town", "village")
_CODE = re.compile(r"[1-9][0-9]{11}\Z")


@dataclass(frozen=True, slots=True)
class Region:
    region_code: str
    name: str
    level: str
    parent_code: str

    def as_dict(self) -> dict[str, Any]:
        return {
            "region_code": self.region_code,
            "name": self.name,
            "level": self.level,
            "parent_code": self.parent_code or None,
        }


@dataclass
class RegionList:
    """`total` = len(kept) + repeats + rejected."""

    total: int = 0
    kept: dict[str, Region] = field(default_factory=dict)
    repeats: int = 0
    rejected: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)


def check_rows(rows: Iterable[Mapping[str, Any]], known: set[str]) -> RegionList:
    """`known` are the codes there already: a parent is one of them or stands in the list itself."""
    listed = RegionList()
    lines: dict[str, int] = {}
    for row in rows:
        listed.total += 1
        region, wrong = _read(row)
        if region is not None:
            wrong = _against(listed, region, wrong)
        if wrong:
            listed.rejected += 1
            listed.errors += [{"line": row["line"], **error} for error in wrong]
        elif region is not None and region.region_code in listed.kept:
            listed.repeats += 1
        elif region is not None:
            listed.kept[region.region_code] = region
            lines[region.region_code] = row["line"]
    _drop_orphans(listed, lines, known)
    listed.errors.sort(key=lambda error: error["line"])
    return listed


def _read(row: Mapping[str, Any]) -> tuple[Region | None, list[dict[str, str]]]:
    text = {
        name: str(row.get(name) or "").strip() for name in ("region_code", "name", "level", "parent_code")
    }
    wrong = []
    if not _CODE.match(text["region_code"]):
        wrong.append(_error("region_code", "unusable_code", "a region code has 12 digits"))
    if not text["name"]:
        wrong.append(_error("name", "missing", "the row has no name"))
    if text["level"] not in LEVELS:
        wrong.append(_error("level", "unknown_level", f"a level is one of {', '.join(LEVELS)}"))
    if text["parent_code"] and not _CODE.match(text["parent_code"]):
        wrong.append(_error("parent_code", "unusable_code", "a region code has 12 digits"))
    if not text["parent_code"] and text["level"] in LEVELS[1:]:
        wrong.append(_error("parent_code", "missing", "only a province has no parent"))
    return (None if wrong else Region(**text)), wrong


def _against(listed: RegionList, region: Region, wrong: list[dict[str, str]]) -> list[dict[str, str]]:
    if region.parent_code == region.region_code:
        reason = "the region is its own parent (a city without counties, listed once more as a county)"
        return [*wrong, _error("parent_code", "own_parent", reason)]
    first = listed.kept.get(region.region_code)
    if first is not None and first != region:
        return [
            *wrong,
            _error("region_code", "duplicate_code", "an earlier row has this code with other content"),
        ]
    return wrong


def _drop_orphans(listed: RegionList, lines: dict[str, int], known: set[str]) -> None:
    """Until nothing changes: a row falls with its parent."""
    while True:
        orphans = [
            region
            for region in listed.kept.values()
            if region.parent_code
            and region.parent_code not in listed.kept
            and region.parent_code not in known
        ]
        if not orphans:
            return
        for region in orphans:
            del listed.kept[region.region_code]
            listed.rejected += 1
            reason = f"the parent {region.parent_code} is not known"
            error = _error("parent_code", "unknown_parent", reason)
            listed.errors.append({"line": lines[region.region_code], **error})


def _error(name: str, code: str, reason: str) -> dict[str, str]:
    return {"field": name, "code": code, "reason": reason}
