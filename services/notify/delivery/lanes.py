"""How far a subscription got: its main lane, and the lanes of cases that go at their own pace.

A case that is sent again, or that the receiver refuses, gets a lane of its own; the main lane goes
past its events, and the case's live events wait behind what is sent again. When such a lane has met
the main one it is gone. So order holds per case, and one case never stops the others.

Whoever touches lanes holds the row lock of their `delivery`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.notify.domain.backoff import delay

MAIN = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """`case_no` is "" for the main lane; everything up to `seq` is delivered or not wanted, and what is sent
    up to `replayed_to` is or may be sent again."""

    case_no: str
    seq: int
    failures: int
    next_at: datetime
    last_error: str | None
    replayed_to: int = 0


def lanes(db: Any, subscription: str) -> list[Lane]:
    """The main lane last: what is sent again goes before what is live."""
    db.execute(
        "SELECT case_no, seq, failures, next_at, last_error, replayed_to FROM lane WHERE subscription = %s"
        " ORDER BY case_no = '', next_at, case_no",
        (subscription,),
    )
    return [Lane(*row) for row in db.fetchall()]


def open_lane(
    db: Any, subscription: str, case_no: str, seq: int, now: datetime, *, replayed_to: int = 0
) -> None:
    """From the earlier place, if the case has a lane already: what it has sent is then sent again."""
    db.execute(
        "INSERT INTO lane (subscription, case_no, seq, next_at, replayed_to) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT (subscription, case_no) DO UPDATE"
        " SET seq = least(lane.seq, excluded.seq), failures = 0, next_at = excluded.next_at,"
        " last_error = NULL, replayed_to = greatest(lane.replayed_to, lane.seq)",
        (subscription, case_no, seq, now, replayed_to),
    )


def move(db: Any, subscription: str, case_no: str, seq: int) -> None:
    db.execute(
        "UPDATE lane SET seq = %s, failures = 0, last_error = NULL WHERE subscription = %s AND case_no = %s",
        (seq, subscription, case_no),
    )


def fail(db: Any, subscription: str, lane: Lane, error: str, now: datetime) -> None:
    """Retried for as long as the subscription lives."""
    db.execute(
        "UPDATE lane SET failures = %s, next_at = %s, last_error = %s"
        " WHERE subscription = %s AND case_no = %s",
        (
            lane.failures + 1, now + delay(lane.failures + 1), error, subscription, lane.case_no,
        ),
    )  # fmt: skip


def close_lane(db: Any, subscription: str, case_no: str) -> None:
    db.execute("DELETE FROM lane WHERE subscription = %s AND case_no = %s", (subscription, case_no))


def rewind(db: Any, subscription: str, seq: int, now: datetime) -> None:
    """Everything from `seq` on is sent again, so lanes further on have nothing left to say."""
    db.execute(
        "DELETE FROM lane WHERE subscription = %s AND case_no <> '' AND seq >= %s", (subscription, seq)
    )
    db.execute(
        "UPDATE lane SET seq = least(seq, %s), failures = 0, next_at = %s, last_error = NULL,"
        " replayed_to = greatest(replayed_to, seq)"
        " WHERE subscription = %s AND case_no = ''",
        (seq, now, subscription),
    )
