"""The cards as people look them up. Cards are facts: a rebuild replays them, it judges nothing again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, ClassVar

from psycopg2.extras import execute_batch

from shared.contracts.card_events import (
    CARD_APPEALED,
    CARD_CONFIRMED,
    CARD_ISSUED,
    CARD_REINSTATED,
    CARD_REVOCATION_PROPOSED,
    CARD_URGED,
)
from shared.eventstore.event import Event
from shared.readmodel.model import ReadModel, Source
from shared.readmodel.writing import insert_new

_NEW = (
    "card_id", "case_stream", "case_no", "item_code", "item_name", "department_code", "department_name",
    "region_code", "source", "stage", "sequence", "level", "state", "rule", "due_at", "passed_at",
    "issued_at", "used_days", "calendar_version", "version",
)  # fmt: skip
_UPDATE = """
UPDATE card SET state = %(state)s, version = %(version)s,
    reason = coalesce(%(reason)s, reason),
    appealed_by = coalesce(%(appealed_by)s, appealed_by),
    appeal_reason = coalesce(%(appeal_reason)s, appeal_reason),
    attachments = coalesce(%(attachments)s, attachments),
    revocation_proposed_by = CASE WHEN %(settled)s THEN NULL
        ELSE coalesce(%(proposed_by)s, revocation_proposed_by) END,
    urged = urged + %(urged)s,
    passed_at = coalesce(%(passed_at)s, passed_at),
    due_at = coalesce(%(due_at)s, due_at)
WHERE card_id = %(card_id)s AND version < %(version)s
"""


class Cards(ReadModel):
    name: ClassVar[str] = "cards"
    service: ClassVar[str] = "supervision"
    sources: ClassVar[tuple[Source, ...]] = (Source("supervision", "card"),)
    ddl: ClassVar[str] = """
        CREATE TABLE card (
            card_id uuid PRIMARY KEY,
            case_stream uuid NOT NULL,
            case_no text NOT NULL,
            item_code text,
            item_name text,
            department_code text,
            department_name text,
            region_code text,
            source text,
            stage text NOT NULL,
            sequence integer NOT NULL,
            level text NOT NULL,
            state text NOT NULL,
            rule text NOT NULL,
            due_at timestamptz NOT NULL,
            passed_at timestamptz NOT NULL,
            issued_at timestamptz NOT NULL,
            used_days integer,
            calendar_version text NOT NULL,
            reason text,
            appealed_by text,
            appeal_reason text,
            attachments json,
            revocation_proposed_by text,
            urged integer NOT NULL DEFAULT 0,
            version integer NOT NULL
        );
        CREATE INDEX card_newest ON card (issued_at DESC, card_id);
        CREATE INDEX card_department ON card (department_code, issued_at DESC, card_id);
        CREATE INDEX card_case ON card (case_no);
        COMMENT ON TABLE card IS 'a warning stands here too: level warning, though it is no card by name';
    """

    def apply(self, db: Any, events: Sequence[Event]) -> None:
        """New cards first: a card is issued before anything happens to it. Changes go in order."""
        issued = [_issued(event) for event in events if event.type == CARD_ISSUED]
        insert_new(db, "card", _NEW, [[row[name] for name in _NEW] for row in issued])
        execute_batch(db, _UPDATE, [_changed(event) for event in events if event.type != CARD_ISSUED])


CARDS = Cards()


def _issued(event: Event) -> dict[str, Any]:
    data = event.data
    names = ("case_no", "item_code", "item_name", "department_code", "department_name", "region_code")
    header = {name: data["case"].get(name) for name in names}
    own = (
        "card_id", "case_stream", "source", "stage", "sequence", "level", "state", "due_at", "passed_at",
        "used_days", "calendar_version",
    )  # fmt: skip
    return {
        **header,
        **{name: data.get(name) for name in own},
        "rule": f"{data['rule']['id']}/{data['rule']['version']}",
        "issued_at": event.occurred_at,
        "version": event.version,
    }


def _changed(event: Event) -> dict[str, Any]:
    data, appeal, again = event.data, event.type == CARD_APPEALED, event.type == CARD_REINSTATED
    attachments = data.get("attachments") if appeal else None
    return {
        "card_id": data["card_id"],
        "state": data["state"],
        "version": event.version,
        "reason": data.get("reason"),
        "appealed_by": data["by"]["id"] if appeal else None,
        "appeal_reason": data.get("reason") if appeal else None,
        "attachments": json.dumps(attachments) if attachments else None,
        "proposed_by": data["by"]["id"] if event.type == CARD_REVOCATION_PROPOSED else None,
        "settled": event.type in (CARD_CONFIRMED, CARD_REINSTATED),
        "urged": int(event.type == CARD_URGED),
        "passed_at": data["passed_at"] if again else None,
        "due_at": data["due_at"] if again else None,
    }
