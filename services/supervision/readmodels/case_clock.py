"""Every case's clock: facts folded, levels computed, and when it has to be looked at next.

Two feeds meet here: the cases' events and supervision's own cards. Both only ever set columns from
facts, so whichever is replayed first, the rows end up the same. `next_check_at` is the first level
passed (now or later) that no standing card tells of; `-infinity` when a standing card is one the
facts don't bear any more. The scanner finds its work by that column alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from services.supervision.domain.card import card_key
from services.supervision.settings import read_settings
from shared.contracts.card_events import CARD_CANCELLED, CARD_ISSUED, CARD_REINSTATED, CARD_REVOKED
from shared.domain.legal_clock import (
    EMPTY,
    ClockFacts,
    Crossing,
    RuleSet,
    Thresholds,
    evolve_clock,
    thresholds,
)
from shared.domain.working_calendar import WorkingCalendar
from shared.eventstore.event import Event
from shared.readmodel.model import ReadModel, Source
from shared.readmodel.writing import upsert
from shared.service.calendar import seeded_calendar

AT_ONCE = "-infinity"
STANDS = "stands"
CANCELLED = "cancelled"
REVOKED = "revoked"
_CARD_STATES = {
    CARD_ISSUED: STANDS,
    CARD_REINSTATED: STANDS,
    CARD_CANCELLED: CANCELLED,
    CARD_REVOKED: REVOKED,
}
_HEADER = ("case_no", "item_code", "item_name", "department_code", "department_name", "region_code", "source")
_COLUMNS = (
    "stream", "version", *_HEADER, "external_id", "status", "received_at", "recorded_at", "facts",
    "crossings", "state", "closed_colour", "completed", "provisional", "statutory_due_at",
    "promised_due_at", "warning_at", "yellow_at", "red_at", "next_check_at", "basis",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Carded:
    """A card the case has had. One that stands since `since` is judged again when facts change; one that
    was cancelled may come back; one that people revoked is left alone.
    """

    state: str
    since: datetime


@dataclass
class Row:
    """One case as it is folded."""

    stream: UUID
    version: int = 0
    header: dict[str, Any] = field(default_factory=dict)
    external_id: str | None = None
    status: str = ""
    facts: ClockFacts = EMPTY
    recorded_at: datetime | None = None
    """When the newest event was recorded; a level passed before that is told of by old facts."""
    carded: dict[str, Carded] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        if event.version <= self.version:
            return
        self.version = event.version
        self.recorded_at = event.recorded_at
        self.header |= {k: v for k, v in (event.data.get("case") or {}).items() if k in _HEADER}
        self.external_id = event.data.get("external_id") or self.external_id
        self.status = str(event.data.get("status") or self.status)
        self.facts = evolve_clock(self.facts, event.type, event.data, event.occurred_at)


class CaseClock(ReadModel):
    """`calendar` and `rules` default to the platform's; a row says with which it was computed (`basis`)."""

    name: ClassVar[str] = "case_clock"
    service: ClassVar[str] = "supervision"
    sources: ClassVar[tuple[Source, ...]] = (Source("cases", "case"), Source("supervision", "card"))
    ddl: ClassVar[str] = """
        CREATE TABLE case_clock (
            stream uuid PRIMARY KEY,
            version integer NOT NULL,
            case_no text,
            item_code text,
            item_name text,
            department_code text,
            department_name text,
            region_code text,
            source text,
            external_id text,
            status text NOT NULL,
            received_at timestamptz,
            recorded_at timestamptz,
            facts json NOT NULL,
            crossings json NOT NULL,
            state text NOT NULL,
            closed_colour text,
            completed boolean NOT NULL,
            provisional boolean NOT NULL,
            statutory_due_at timestamptz,
            promised_due_at timestamptz,
            warning_at timestamptz,
            yellow_at timestamptz,
            red_at timestamptz,
            next_check_at timestamptz,
            basis text NOT NULL
        );
        CREATE INDEX case_clock_due ON case_clock (next_check_at) WHERE next_check_at IS NOT NULL;
        CREATE INDEX case_clock_basis ON case_clock (basis);
        CREATE INDEX case_clock_open ON case_clock (state) WHERE state <> 'closed';
        CREATE TABLE carded (
            stream uuid NOT NULL,
            key text NOT NULL,
            state text NOT NULL,
            since timestamptz NOT NULL,
            PRIMARY KEY (stream, key)
        );
        COMMENT ON TABLE carded IS 'cards a case has had: stands, cancelled or revoked';
    """

    def __init__(self, calendar: WorkingCalendar | None = None, rules: RuleSet | None = None) -> None:
        self._calendar = calendar
        self._rules = rules

    @property
    def calendar(self) -> WorkingCalendar:
        return self._calendar or seeded_calendar()

    @property
    def rules(self) -> RuleSet:
        if self._rules is None:
            self._rules = read_settings().rule_set
        return self._rules

    @property
    def basis(self) -> str:
        """What thresholds depend on beside the facts; a row of another basis is computed again."""
        return f"{self.calendar.version}|{self.rules.id}/{self.rules.version}"

    def apply(self, db: Any, events: Sequence[Event]) -> None:
        touched = _note_cards(db, [event for event in events if event.category == "card"])
        cases = [event for event in events if event.category == "case"]
        rows = load_rows(db, touched | {event.stream for event in cases})
        for event in cases:
            rows.setdefault(event.stream, Row(event.stream)).take(event)
        self.store(db, rows.values())

    def store(self, db: Any, rows: Iterable[Row]) -> None:
        """Compute and write; also used when a row's basis is no longer the present one."""
        written = [self._columns(row, thresholds(row.facts, self.calendar, self.rules)) for row in rows]
        upsert(db, "case_clock", _COLUMNS, ("stream",), written)

    def _columns(self, row: Row, at: Thresholds) -> tuple[Any, ...]:
        facts = row.facts
        return (
            str(row.stream), row.version, *(row.header.get(name) for name in _HEADER), row.external_id,
            row.status, facts.received_at, row.recorded_at,
            json.dumps(facts.as_dict(), ensure_ascii=False, sort_keys=True),
            json.dumps([crossing_as_dict(each) for each in at.crossings]), at.state, at.closed_colour,
            facts.completed_at is not None, at.provisional, at.statutory_due_at, at.promised_due_at,
            at.warning_at, at.yellow_at, at.red_at, next_check(at.crossings, row.carded), self.basis,
        )  # fmt: skip


CASE_CLOCK = CaseClock()


def next_check(crossings: Iterable[Crossing], carded: Mapping[str, Carded]) -> datetime | str | None:
    """The first moment at which something is to be issued, AT_ONCE if a card is to be cancelled."""
    passes = {key_of(each): each for each in crossings}
    if any(untrue(passes.get(key), card) for key, card in carded.items()):
        return AT_ONCE
    return min((each.at for key, each in passes.items() if wanted(carded.get(key))), default=None)


def untrue(crossing: Crossing | None, card: Carded) -> bool:
    """It stands, but by what is known now the level had not been passed when it was issued."""
    return card.state == STANDS and (crossing is None or crossing.at > card.since)


def wanted(card: Carded | None) -> bool:
    """A level that is passed needs a card where there is none, or only a cancelled one."""
    return card is None or card.state == CANCELLED


def key_of(crossing: Crossing) -> str:
    return card_key(crossing.stage, crossing.level, crossing.sequence)


def crossing_as_dict(each: Crossing) -> dict[str, Any]:
    return {
        "stage": each.stage,
        "level": each.level,
        "at": each.at.isoformat(),
        "due_at": each.due_at.isoformat(),
        "sequence": each.sequence,
    }


def load_rows(db: Any, streams: Iterable[UUID], schema: str = "") -> dict[UUID, Row]:
    """Rows and their cards; `schema` is `rm_case_clock.` outside the handlers."""
    wanted = [str(stream) for stream in streams]
    db.execute(
        "SELECT w.stream::text, carded, version, external_id, status, facts, recorded_at,"  # noqa: S608
        f" {', '.join(_HEADER)} FROM unnest(%s::uuid[]) AS w (stream)"
        f" LEFT JOIN {schema}case_clock c ON c.stream = w.stream"
        f" LEFT JOIN LATERAL (SELECT json_agg(json_build_array(key, state, since)) AS carded"
        f" FROM {schema}carded d WHERE d.stream = w.stream) d ON true",
        (wanted,),
    )
    rows = {}
    for stream, carded, version, external_id, status, facts, recorded_at, *header in db.fetchall():
        if version is None and carded is None:
            continue
        # A card may be replayed before its case: the case's first event finds it then.
        row = rows[UUID(stream)] = Row(UUID(stream))
        row.carded = {key: Carded(state, datetime.fromisoformat(at)) for key, state, at in carded or ()}
        if version is not None:
            row.version, row.external_id, row.status = version, external_id, status
            row.header, row.recorded_at = dict(zip(_HEADER, header, strict=True)), recorded_at
            row.facts = ClockFacts.from_dict(facts)
    return rows


def _note_cards(db: Any, events: Iterable[Event]) -> set[UUID]:
    """The last event of each card in the batch counts."""
    found = {}
    for event in events:
        if event.type in _CARD_STATES:
            stream = event.data["case_stream"]
            key = card_key(event.data["stage"], event.data["level"], int(event.data["sequence"]))
            found[stream, key] = (stream, key, _CARD_STATES[event.type], event.occurred_at)
    upsert(db, "carded", ("stream", "key", "state", "since"), ("stream", "key"), list(found.values()))
    return {UUID(stream) for stream, _ in found}
