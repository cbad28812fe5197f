"""The plain tables: which login belongs to which account, and what proves it. Never in events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shared.problems import conflict

MAX_FAILURES = 5
LOCKED_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Credential:
    account: str
    password_hash: str
    totp_secret: str | None
    totp_last_step: int


def claim(db: Any, account_id: str, digests: Mapping[str, bytes]) -> None:
    """Take the logins for this account. Raises the 409 problem, without saying which one is taken."""
    for kind, digest in digests.items():
        db.execute(
            "INSERT INTO login (digest, account, kind) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            (digest, account_id, kind),
        )
        if db.rowcount != 1:
            raise conflict("already_registered", "somebody is registered with these details already")


def find(db: Any, digest: bytes) -> str | None:
    db.execute("SELECT account FROM login WHERE digest = %s", (digest,))
    row = db.fetchone()
    return row[0] if row else None


def set_password(db: Any, account_id: str, password_hash: str, now: datetime) -> None:
    db.execute(
        "INSERT INTO credential (account, password_hash, changed_at) VALUES (%s, %s, %s)"
        " ON CONFLICT (account) DO UPDATE SET password_hash = excluded.password_hash,"
        " changed_at = excluded.changed_at",
        (account_id, password_hash, now),
    )


def credential(db: Any, account_id: str) -> Credential | None:
    db.execute(
        "SELECT account, password_hash, CASE WHEN totp_confirmed THEN totp_secret END, totp_last_step"
        " FROM credential WHERE account = %s",
        (account_id,),
    )
    row = db.fetchone()
    return Credential(*row) if row else None


def count_attempt(db: Any, subject: str, now: datetime) -> datetime | None:
    """Count an attempt before it is judged; answers until when the subject is locked, if it is.

    The fifth failure locks. Counting first means that a hundred guesses sent at once are five
    guesses. After the lock has ended, counting begins anew.
    """
    db.execute(
        "INSERT INTO attempt AS a (subject, failures) VALUES (%(subject)s, 1)"
        " ON CONFLICT (subject) DO UPDATE SET"
        " failures = CASE WHEN a.locked_until <= %(now)s THEN 1 ELSE a.failures + 1 END,"
        " locked_until = CASE WHEN a.locked_until <= %(now)s THEN NULL"
        "   WHEN a.locked_until IS NULL AND a.failures + 1 >= %(most)s THEN %(until)s"
        "   ELSE a.locked_until END"
        " RETURNING failures, locked_until",
        {"subject": subject, "now": now, "most": MAX_FAILURES, "until": now + LOCKED_FOR},
    )
    failures, until = db.fetchone()
    return until if until is not None and failures > MAX_FAILURES else None


def forget_attempts(db: Any, subject: str) -> None:
    db.execute("DELETE FROM attempt WHERE subject = %s", (subject,))


def log_sign_in(
    db: Any, now: datetime, account_id: str | None, outcome: str, correlation: str | None
) -> None:
    db.execute(
        "INSERT INTO sign_in_log (at, account, outcome, correlation_id) VALUES (%s, %s, %s, %s)",
        (now, account_id, outcome, correlation),
    )
