"""Who subscribes to what."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, ClassVar

from shared.eventstore.event import Event
from shared.readmodel.model import ReadModel, Source


class Subscriptions(ReadModel):
    name: ClassVar[str] = "subscriptions"
    service: ClassVar[str] = "notify"
    sources: ClassVar[tuple[Source, ...]] = (Source("notify", "subscription"),)
    ddl: ClassVar[str] = """
        CREATE TABLE subscription (
            id uuid PRIMARY KEY,
            name text NOT NULL,
            department_code text,
            filters json NOT NULL,
            kind text NOT NULL,
            url text,
            state text NOT NULL,
            version integer NOT NULL,
            created_at timestamptz NOT NULL
        );
        CREATE INDEX ON subscription (created_at DESC, id DESC);
        CREATE INDEX ON subscription (kind) WHERE state = 'active';
    """

    def apply(self, db: Any, events: Sequence[Event]) -> None:
        for event in events:
            if event.type == "subscription.created":
                _created(db, event)
            elif event.type == "subscription.changed":
                _changed(db, event)
            else:
                db.execute(
                    "UPDATE subscription SET version = %s, state = CASE WHEN %s THEN 'ended' ELSE state END"
                    " WHERE id = %s",
                    (event.version, event.type == "subscription.ended", event.data["subscription_id"]),
                )


def _created(db: Any, event: Event) -> None:
    data = event.data
    db.execute(
        "INSERT INTO subscription (id, name, department_code, filters, kind, url, state, version, created_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, 'active', %s, %s)",
        (
            data["subscription_id"], data["name"], data.get("department_code"),
            json.dumps(data["filters"], ensure_ascii=False), data["kind"], data.get("url"),
            event.version, event.occurred_at,
        ),
    )  # fmt: skip


def _changed(db: Any, event: Event) -> None:
    data = event.data
    db.execute(
        "UPDATE subscription SET filters = %s, url = %s, state = %s, version = %s WHERE id = %s",
        (
            json.dumps(data["filters"], ensure_ascii=False), data.get("url"),
            "paused" if data["paused"] else "active", event.version, data["subscription_id"],
        ),
    )  # fmt: skip
