"""A case of a log as it comes over the wire, checked field by field."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from shared.contracts.moments import parse_time
from shared.importing.faults import RowFault

_KNOWN = {
    "external_id", "line", "started_at", "deadline", "planned_end", "ended_at", "channel", "department",
    "responsible", "group", "events",
}  # fmt: skip


_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    id: str
    name: str
    at: datetime
    resource: str | None
    group: str | None


@dataclass(frozen=True, slots=True)
class LoggedCase:
    """`deadline` is the statutory deadline as the log states it; `planned_end` is information."""

    external_id: str
    started_at: datetime
    deadline: datetime | None
    planned_end: datetime | None
    ended_at: datetime | None
    channel: str | None
    department: str
    responsible: str | None
    group: str | None
    events: tuple[LoggedEvent, ...]


class Row:
    """Reads fields of one row and collects what is wrong with them."""

    def __init__(self, raw: Any, line: int) -> None:
        self.raw = raw if isinstance(raw, dict) else {}
        self.line = line
        self.faults: list[RowFault] = []

    def fault(self, field: str, code: str, reason: str) -> None:
        self.faults.append(RowFault(self.line, field, code, reason))

    def text(self, field: str, *, required: bool = False, longest: int = 300) -> str | None:
        value = self.raw.get(field)
        if value in (None, ""):
            if required:
                self.fault(field, "required", "this field is missing")
            return None
        if not isinstance(value, str) or len(value) > longest:
            self.fault(field, "wrong_type", f"this is no text of at most {longest} characters")
            return None
        return value

    def moment(self, field: str, *, required: bool = False) -> datetime | None:
        text = self.text(field, required=required)
        if text is None:
            return None
        try:
            return parse_time(text)
        except ValueError:
            self.fault(field, "not_a_time", f"{text!r} is not an ISO 8601 time")
            return None


def read_case(raw: Any, index: int, errors: list[RowFault], warnings: list[RowFault]) -> LoggedCase | None:
    """None for a bad case, with the reasons in `errors`. `line` of the row is shown, else its place."""
    line = raw.get("line") if isinstance(raw, dict) else None
    row = Row(raw, line if isinstance(line, int) else index)
    for unknown in sorted(set(row.raw) - _KNOWN):
        row.fault(str(unknown), "unknown_field", "this field is not known")
    external_id = row.text("external_id", required=True, longest=100)
    started_at = row.moment("started_at", required=True)
    case = LoggedCase(
        external_id=external_id or "",
        started_at=started_at or _NEVER,
        deadline=row.moment("deadline"),
        planned_end=row.moment("planned_end"),
        ended_at=row.moment("ended_at"),
        channel=row.text("channel"),
        department=row.text("department") or "未注明",
        responsible=row.text("responsible"),
        group=row.text("group"),
        events=_events(row),
    )
    if row.faults:
        errors += row.faults
        return None
    warnings += _oddities(case, row.line)
    return case


def _events(row: Row) -> tuple[LoggedEvent, ...]:
    raw_events = row.raw.get("events") or []
    if not isinstance(raw_events, list):
        row.fault("events", "wrong_type", "this is no list")
        return ()
    found = []
    for index, raw in enumerate(raw_events):
        inner = Row(raw, row.line)
        name, at = inner.text("name", required=True), inner.moment("at", required=True)
        rest = [inner.text(field) for field in ("id", "resource", "group")]
        row.faults += [RowFault(f.line, f"events.{index}.{f.field}", f.code, f.reason) for f in inner.faults]
        if name and at:
            found.append(LoggedEvent(rest[0] or f"{index + 1}", name, at, rest[1], rest[2]))
    return tuple(sorted(found, key=lambda event: event.at))


def _oddities(case: LoggedCase, line: int) -> list[RowFault]:
    """True or not, this is what the log says: kept, and pointed at."""
    found = []
    if case.ended_at and case.ended_at < case.started_at:
        found.append(RowFault(line, "ended_at", "ends_before_start", "the case ends before it starts"))
    if case.events and case.events[0].at < case.started_at:
        found.append(RowFault(line, "started_at", "event_before_start", "an event lies before the start"))
    if case.events and case.ended_at and case.events[-1].at > case.ended_at:
        found.append(RowFault(line, "ended_at", "event_after_end", "an event lies after the end"))
    return found
