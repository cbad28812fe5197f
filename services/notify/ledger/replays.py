"""Replays for those who pull: they are led back by the cursors they are given, and return by themselves.

A place inside a replay names the replay and where the reader stood when it began. It is opaque like any
other cursor, so a reader does nothing but hand the last one back. A replay counts as taken when a reader
comes with a place inside it: an answer that got lost begins it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.notify.domain.filters import Filter
from services.notify.ledger.page import Entry, Span, page
from services.notify.ledger.place import decode, encode


@dataclass(frozen=True, slots=True)
class Back:
    """Inside replay `number`, at `seq`, on the way to `goal`: where its reader came from."""

    number: int
    seq: int
    goal: int
    case: str | None


def request(db: Any, subscription: str, seq: int, case: str | None) -> None:
    """The reader's next question is answered from `seq` on, with one case only if one is named."""
    db.execute(
        "INSERT INTO pull_replay (subscription, number, seq, case_no)"
        " SELECT %(id)s, coalesce(max(number), 0) + 1, %(seq)s, %(case)s"
        " FROM pull_replay WHERE subscription = %(id)s",
        {"id": subscription, "seq": seq, "case": case},
    )


def enter(db: Any, era: str, subscription: str, after: str) -> tuple[int, Back | None]:
    """Where a reader who comes with `after` is answered from: a place of the ledger, or inside a replay.

    Raises as `decode` does.
    """
    plain, _, rest = after.partition("~")
    seq = decode(era, plain)
    if rest:
        number, goal = (_hex(part) for part in rest.split("-", 1)) if "-" in rest else (0, 0)
        _take(db, subscription, number)
        case = _case(db, subscription, number)
        if seq < goal:
            return seq, Back(number, seq, goal, case)
    return _next(db, subscription, seq)


def read(db: Any, era: str, wanted: Filter, back: Back, limit: int) -> tuple[list[Entry], str, bool]:
    """A page of a replay, marked; where to go on, and whether there is more of it."""
    found = page(db, wanted, Span(back.seq, back.goal, case=back.case), limit, era)
    full = len(found) == limit
    seq = found[-1].seq if full else back.goal
    return [entry.again() for entry in found], f"{encode(era, seq)}~{back.number:x}-{back.goal:x}", full


def _next(db: Any, subscription: str, seq: int) -> tuple[int, Back | None]:
    """The oldest replay that is still to be taken; one whose start the reader has not reached is none."""
    db.execute(
        "UPDATE pull_replay SET taken = true WHERE subscription = %s AND NOT taken AND seq >= %s",
        (subscription, seq),
    )
    db.execute(
        "SELECT number, seq, case_no FROM pull_replay WHERE subscription = %s AND NOT taken"
        " ORDER BY number LIMIT 1",
        (subscription,),
    )
    row = db.fetchone()
    return (seq, None) if row is None else (seq, Back(row[0], row[1], seq, row[2]))


def _take(db: Any, subscription: str, number: int) -> None:
    db.execute(
        "UPDATE pull_replay SET taken = true WHERE subscription = %s AND number = %s AND NOT taken",
        (subscription, number),
    )


def _case(db: Any, subscription: str, number: int) -> str | None:
    db.execute(
        "SELECT case_no FROM pull_replay WHERE subscription = %s AND number = %s", (subscription, number)
    )
    row = db.fetchone()
    return row[0] if row else None


def _hex(text: str) -> int:
    try:
        return int(text, 16)
    except ValueError:
        return 0
