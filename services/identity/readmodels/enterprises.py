"""Enterprises, and who acts for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from shared.eventstore.event import Event
from shared.readmodel.model import ReadModel, Source


class Enterprises(ReadModel):
    name: ClassVar[str] = "enterprises"
    service: ClassVar[str] = "identity"
    sources: ClassVar[tuple[Source, ...]] = (Source("identity", "enterprise"),)
    ddl: ClassVar[str] = """
        CREATE TABLE enterprise (
            enterprise_id text PRIMARY KEY,
            name text NOT NULL,
            credit_code text NOT NULL,
            kind text NOT NULL,
            registered_at timestamptz NOT NULL
        );
        CREATE TABLE mandate (
            enterprise_id text,
            account_id text,
            role text NOT NULL,
            since timestamptz NOT NULL,
            PRIMARY KEY (enterprise_id, account_id)
        );
        CREATE INDEX mandate_by_account ON mandate (account_id);
    """

    def apply(self, db: Any, events: Sequence[Event]) -> None:
        for event in events:
            _apply(db, event)


def _apply(db: Any, event: Event) -> None:
    data = event.data
    match event.type:
        case "enterprise.registered":
            db.execute(
                "INSERT INTO enterprise (enterprise_id, name, credit_code, kind, registered_at)"
                " VALUES (%s, %s, %s, %s, %s)",
                (data["enterprise_id"], data["name"], data["credit_code"], data["kind"], event.occurred_at),
            )
        case "enterprise.mandate_granted":
            db.execute(
                "INSERT INTO mandate (enterprise_id, account_id, role, since) VALUES (%s, %s, %s, %s)"
                " ON CONFLICT (enterprise_id, account_id) DO UPDATE SET role = excluded.role,"
                " since = excluded.since",
                (data["enterprise_id"], data["account_id"], data["role"], event.occurred_at),
            )
        case "enterprise.mandate_revoked":
            db.execute(
                "DELETE FROM mandate WHERE enterprise_id = %s AND account_id = %s",
                (data["enterprise_id"], data["account_id"]),
            )
