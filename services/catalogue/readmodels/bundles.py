"""One-matter bundles as they are shown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, ClassVar

from shared.eventstore.event import Event
from shared.readmodel.model import ReadModel, Source


class Bundles(ReadModel):
    name: ClassVar[str] = "bundles"
    service: ClassVar[str] = "catalogue"
    sources: ClassVar[tuple[Source, ...]] = (Source("catalogue", "bundle"),)
    ddl: ClassVar[str] = """
        CREATE TABLE bundle (
            key text PRIMARY KEY,
            version integer NOT NULL,
            definition jsonb NOT NULL,
            updated_at timestamptz NOT NULL
        );
    """

    def apply(self, db: Any, events: Sequence[Event]) -> None:
        for event in events:
            db.execute(
                "INSERT INTO bundle (key, version, definition, updated_at) VALUES (%s, %s, %s, %s)"
                " ON CONFLICT (key) DO UPDATE SET version = excluded.version,"
                " definition = excluded.definition, updated_at = excluded.updated_at",
                (event.data["key"], event.version, json.dumps(event.data["definition"]), event.occurred_at),
            )
