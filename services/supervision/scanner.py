"""Finds what has passed a limit, by due time, and issues the card: once, and never a false one.

A level counts as passed only when it lies before `head_at`: the moment up to which every event the
cases service committed is known here. A feed that lags therefore delays cards and can't make a false
one. An event that is *recorded* after the limit though it *occurred* before it (a late entry) can: the
facts then no longer bear the card, its row is due at once, and the card is cancelled.

A level that was passed before the case's newest event was even recorded comes from old facts told late:
an imported history, a department's late push. More of the same may be in the rest of that transaction,
so such a case waits until the feed has been applied to its end.

A case with a parked event is left out until the event is repaired: its facts are known to be stale.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from services.supervision.application import SupervisionApplication
from services.supervision.judge import Judge
from services.supervision.readmodels.case_clock import CASE_CLOCK, Row, load_rows
from shared.eventstore.errors import StaleVersion

_SCHEMA = f"{CASE_CLOCK.schema}."

HEAD = (
    "SELECT head_at, current FROM checkpoints"
    " WHERE subscriber = %s AND source = 'cases' AND category = 'case'"
)
CLAIM_DUE = f"""
SELECT stream::text, next_check_at < recorded_at FROM {_SCHEMA}case_clock AS clock
WHERE next_check_at < %(head)s AND (%(current)s OR next_check_at >= recorded_at) AND NOT EXISTS (
    SELECT FROM parked
    WHERE parked.subscriber = %(subscriber)s AND parked.stream = clock.stream AND skipped_at IS NULL
)
ORDER BY next_check_at LIMIT %(limit)s FOR UPDATE OF clock SKIP LOCKED
"""  # noqa: S608
# Two ranges and not `<>`: an index finds what is below or above, not what differs.
CLAIM_OUTDATED = f"""
SELECT stream::text FROM {_SCHEMA}case_clock
WHERE basis < %(basis)s OR basis > %(basis)s LIMIT %(limit)s FOR UPDATE SKIP LOCKED
"""  # noqa: S608


def scan(app: SupervisionApplication) -> int:
    """One bounded batch; answers how many cases were taken up. 0 means there is nothing due."""
    return recompute_outdated(app) or judge_due(app)


def known_head(db: Any) -> tuple[datetime | None, bool]:
    """Until when the cases' events are all known here, by the platform's clock; and whether all are now."""
    db.execute(HEAD, (CASE_CLOCK.name,))
    row = db.fetchone()
    return (row[0], row[1]) if row else (None, False)


def recompute_outdated(app: SupervisionApplication) -> int:
    """Rows of another calendar version or rule set are computed again, whatever their time."""
    with app.db.transaction() as db:
        db.execute(CLAIM_OUTDATED, {"basis": app.model.basis, "limit": app.settings.scan_batch})
        streams = [UUID(row[0]) for row in db.fetchall()]
        if streams:
            rows = load_rows(db, streams, _SCHEMA).values()
            _in_schema(db, lambda: app.model.store(db, rows))
    return len(streams)


def judge_due(app: SupervisionApplication) -> int:
    with app.store.unit_of_work() as unit:
        head, current = known_head(unit.cursor)
        if head is None:
            return 0
        asked = {"head": head, "current": current, "limit": app.settings.scan_batch}
        unit.cursor.execute(CLAIM_DUE, asked | {"subscriber": CASE_CLOCK.name})
        claimed = unit.cursor.fetchall()
        # Again, now that the rows are locked: a batch may have come in between, and it may be a part.
        _, current = known_head(unit.cursor)
        streams = [UUID(stream) for stream, told_late in claimed if current or not told_late]
        rows = load_rows(unit.cursor, streams, _SCHEMA)
        judge = Judge(app, unit, head)
        handled = [stream for stream in streams if _judged(judge, rows[stream])]
    return len(handled)


def _judged(judge: Judge, row: Row) -> bool:
    """False when nothing came of it: another writer was faster, and the case comes up again."""
    db = judge.unit.cursor
    db.execute("SAVEPOINT case_judged")
    try:
        known = judge.cards_of(row)
    except StaleVersion:
        db.execute("ROLLBACK TO SAVEPOINT case_judged")
        return False
    # What the projector would do on its next turn, done now, so that the case isn't claimed again. With
    # nothing known of cards, the projector wrote this row while an earlier scan was issuing: mend it.
    model = judge.app.model
    _in_schema(db, lambda: model.apply(db, known) if known else model.store(db, [row]))
    db.execute("RELEASE SAVEPOINT case_judged")
    return bool(known)


def _in_schema(db: Any, work: Callable[[], None]) -> None:
    """Handlers write unqualified names; the projector's search path makes them the model's."""
    db.execute("SELECT set_config('search_path', %s, true)", (f"{CASE_CLOCK.schema}, public",))
    work()
    db.execute("SET LOCAL search_path TO DEFAULT")
