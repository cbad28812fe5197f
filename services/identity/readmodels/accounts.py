"""Accounts and posts, for lists of staff. Names and logins are read from the account's event when shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from shared.eventstore.event import Event
from shared.readmodel.model import ReadModel, Source


class Accounts(ReadModel):
    """Two categories, two tables: neither handler needs the other's row, whatever order they come in."""

    name: ClassVar[str] = "accounts"
    service: ClassVar[str] = "identity"
    sources: ClassVar[tuple[Source, ...]] = (Source("identity", "account"), Source("identity", "staff"))
    ddl: ClassVar[str] = """
        CREATE TABLE account (
            account_id text PRIMARY KEY,
            kind text NOT NULL,
            real_name_level smallint NOT NULL,
            closed boolean NOT NULL DEFAULT false,
            registered_at timestamptz NOT NULL
        );
        CREATE TABLE post (
            account_id text PRIMARY KEY,
            roles text[] NOT NULL,
            department_code text,
            department_name text,
            region_code text,
            since timestamptz NOT NULL
        );
        CREATE INDEX post_by_department ON post (department_code);
    """

    def apply(self, db: Any, events: Sequence[Event]) -> None:
        for event in events:
            _apply(db, event)


def _apply(db: Any, event: Event) -> None:
    data = event.data
    match event.type:
        case "account.registered":
            db.execute(
                "INSERT INTO account (account_id, kind, real_name_level, registered_at)"
                " VALUES (%s, %s, %s, %s)",
                (data["account_id"], data["kind"], data["real_name_level"], event.occurred_at),
            )
        case "account.verified":
            db.execute(
                "UPDATE account SET real_name_level = %s WHERE account_id = %s",
                (data["level"], data["account_id"]),
            )
        case "account.closed":
            db.execute("UPDATE account SET closed = true WHERE account_id = %s", (data["account_id"],))
        case "staff.appointed":
            db.execute(
                "INSERT INTO post (account_id, roles, department_code, department_name, region_code, since)"
                " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (account_id) DO UPDATE SET"
                " roles = excluded.roles, department_code = excluded.department_code,"
                " department_name = excluded.department_name, region_code = excluded.region_code,"
                " since = excluded.since",
                (
                    data["account_id"], data["roles"], data["department_code"], data["department_name"],
                    data["region_code"], event.occurred_at,
                ),
            )  # fmt: skip
        case "staff.dismissed":
            db.execute("DELETE FROM post WHERE account_id = %s", (data["account_id"],))
