"""A command's key and its answer: how they are claimed, stored and found again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.database.pool import Connection
from shared.database.prepared import Statement, prepare
from shared.eventstore.errors import CommandKeyReused
from shared.eventstore.inserting import insertion
from shared.eventstore.rows import Row
from shared.personal.seen import Seen
from shared.personal.vault import open_value, seal_value

CLAIM = """INSERT INTO commands (principal, key, fingerprint) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING
RETURNING pg_current_xact_id()::text"""

ANSWER = "UPDATE commands SET answer = %s WHERE principal = %s AND key = %s"

STORE_ANSWER = Statement(
    "store_answer", ("json", "text", "text"),
    "UPDATE commands SET answer = $1 WHERE principal = $2 AND key = $3",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class First:
    """What a command needs before it decides, asked in the same statement as its key; make one with `asking`.

    The unit that claims the key has the answer as `first`. It then sends what is appended with the commit.
    """

    statement: Statement
    args: Sequence[Any]


def asking(name: str, types: Sequence[str], expression: str) -> Statement:
    """Claim a key and evaluate `expression` once; for a known key not at all, and no row is answered.

    Its parameters begin with $4. It answers a JSON object, whose `keys` are `live_subject_keys`.
    """
    return Statement(
        name,
        ("text", "text", "text", *types),
        "WITH claimed AS (INSERT INTO commands (principal, key, fingerprint) VALUES ($1, $2, $3)"  # noqa: S608 - the expression is a constant of the service's
        " ON CONFLICT DO NOTHING RETURNING pg_current_xact_id()::text AS txid)"
        f" SELECT txid, {expression} FROM claimed",
    )


def ending(
    connection: Connection, rows: Sequence[Row], seen: Seen, answer: tuple[str, str, str] | None
) -> bytes:
    """What was appended, whose it is, the answer and the commit: none of it counts if any of it fails."""
    cursor = connection.cursor()
    parts = [insertion(connection, rows)] if rows else []
    parts += seen.notes(cursor)
    if answer is not None:
        prepare(connection, STORE_ANSWER)
        parts.append(cursor.mogrify(STORE_ANSWER.execute, answer))
    parts.append(b"COMMIT")
    return b";\n".join(parts)


def stored_answer(cursor: Any, principal: str, key: str, fingerprint: str) -> dict[str, Any]:
    """Of a command that succeeded before, opened. Raises `CommandKeyReused` if it was another one."""
    cursor.execute(
        "SELECT fingerprint, answer FROM commands WHERE principal = %s AND key = %s", (principal, key)
    )
    known, answer = cursor.fetchone()
    if known != fingerprint:
        raise CommandKeyReused(key)
    stored: dict[str, Any] = answer
    if "value" in stored:
        stored["value"] = open_value(cursor, _about(principal, key), stored["value"])
    return stored


def sealed_answer(
    cursor: Any, principal: str, key: str, answer: dict[str, Any], seen: Seen | None
) -> dict[str, Any]:
    """With its `value` sealed for the principal."""
    value = seal_value(cursor, principal, _about(principal, key), answer["value"], seen)
    return {**answer, "value": value}


def _about(principal: str, key: str) -> str:
    return f"command:{principal}:{key}"
