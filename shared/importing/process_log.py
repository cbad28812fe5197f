"""A process log, CSV or XES, as the body of the cases service's `import_log`.

Columns follow XES: `case:*` are attributes of the case, `concept:name`, `org:resource`, `org:group`,
`concept:instance` and `time:timestamp` of the event. Good rows are kept, bad ones are named.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from shared.clock import LEGAL_ZONE
from shared.importing.encoding import decode
from shared.importing.faults import RowFault
from shared.importing.xes import read_xes

CASE_FIELDS = {
    "started_at": ("case:startdate", "case:start", "startdate"),
    "deadline": ("case:deadline", "deadline"),
    "planned_end": ("case:enddate_planned", "enddate_planned"),
    "ended_at": ("case:enddate", "enddate"),
    "channel": ("case:channel", "channel"),
    "department": ("case:department", "department"),
    "responsible": ("case:responsible", "responsible"),
    "group": ("case:group",),
}
_TIMES = ("started_at", "deadline", "planned_end", "ended_at")
_CASE_ID = "case:concept:name"
_EVENT_NAME, _EVENT_TIME = "concept:name", "time:timestamp"
_NOTHING = {"", "EMPTY", "UNKNOWN", "null", "None"}


@dataclass
class ProcessLog:
    """`cases` in the order of their first row, each with `line`; `total` counts cases, good or bad."""

    cases: list[dict[str, Any]] = field(default_factory=list)
    errors: list[RowFault] = field(default_factory=list)
    warnings: list[RowFault] = field(default_factory=list)
    total: int = 0
    encoding: str = "utf-8"


def read_process_log(path: Path) -> ProcessLog:
    """Read a file by its ending: `.xes` as XES, everything else as CSV. Raises `OSError`, `ValueError`."""
    data = path.read_bytes()
    if path.suffix.lower() == ".xes":
        return parse_rows(read_xes(io.BytesIO(data)), "utf-8")
    text, encoding = decode(data)
    return parse_rows(_csv_rows(text), encoding)


def parse_rows(rows: Iterable[tuple[int, Mapping[str, str]]], encoding: str = "utf-8") -> ProcessLog:
    """Group event rows by case. A case with a bad row is left out whole: half a history misleads."""
    log = ProcessLog(encoding=encoding)
    cases: dict[str, dict[str, Any]] = {}
    bad: set[str] = set()
    for line, row in rows:
        external_id = (row.get(_CASE_ID) or "").strip()
        if not external_id:
            log.errors.append(RowFault(line, _CASE_ID, "required", "the row names no case"))
            continue
        if external_id not in cases:
            cases[external_id] = _case(log, external_id, line, row, bad)
        event = _event(log, line, row)
        if event is None:
            bad.add(external_id)
        else:
            cases[external_id]["events"].append(event)
    log.total = len(cases)
    log.cases = [_finish(case) for external_id, case in cases.items() if external_id not in bad]
    return log


def _case(
    log: ProcessLog, external_id: str, line: int, row: Mapping[str, str], bad: set[str]
) -> dict[str, Any]:
    case: dict[str, Any] = {"external_id": external_id, "line": line, "events": []}
    for name, columns in CASE_FIELDS.items():
        column, value = _first(row, columns)
        if name in _TIMES:
            case[name] = _time(log, line, column, value)
            if value and case[name] is None:
                bad.add(external_id)
        else:
            case[name] = value
    return case


def _event(log: ProcessLog, line: int, row: Mapping[str, str]) -> dict[str, Any] | None:
    name = _clean(row.get(_EVENT_NAME))
    stamp = _clean(row.get(_EVENT_TIME))
    if name is None:
        log.errors.append(RowFault(line, _EVENT_NAME, "required", "the event has no name"))
    if stamp is None:
        log.errors.append(RowFault(line, _EVENT_TIME, "required", "the event has no time"))
    at = _time(log, line, _EVENT_TIME, stamp)
    if name is None or at is None:
        return None
    return {
        "id": _clean(row.get("concept:instance")) or f"line-{line}",
        "name": name,
        "at": at,
        "resource": _clean(row.get("org:resource")),
        "group": _clean(row.get("org:group")),
    }


def _finish(case: dict[str, Any]) -> dict[str, Any]:
    case["events"].sort(key=lambda event: datetime.fromisoformat(event["at"]))
    if case["started_at"] is None and case["events"]:
        case["started_at"] = case["events"][0]["at"]
    return case


def _time(log: ProcessLog, line: int, column: str, value: str | None) -> str | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        log.errors.append(RowFault(line, column, "not_a_time", f"{value!r} is not an ISO 8601 time"))
        return None
    if moment.tzinfo is None:
        log.warnings.append(RowFault(line, column, "assumed_zone", "no offset: read as Asia/Shanghai"))
        moment = moment.replace(tzinfo=LEGAL_ZONE)
    return moment.isoformat()


def _first(row: Mapping[str, str], columns: tuple[str, ...]) -> tuple[str, str | None]:
    for column in columns:
        value = _clean(row.get(column))
        if value is not None:
            return column, value
    return columns[0], None


def _clean(value: str | None) -> str | None:
    stripped = (value or "").strip()
    return None if stripped in _NOTHING else stripped


def _csv_rows(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Rows with the number of the line they end on (a quoted field may hold line breaks)."""
    sample = text[:4096]
    delimiter = max(",;\t", key=sample.split("\n", 1)[0].count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    missing = [name for name in (_CASE_ID, _EVENT_NAME, _EVENT_TIME) if name not in (reader.fieldnames or ())]
    if missing:
        raise ValueError(f"the header has no column {', '.join(missing)}")
    for row in reader:
        yield reader.line_num, row
