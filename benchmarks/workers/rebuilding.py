"""Rebuilds a read model of `cases` as `yiwang rebuild` does, and says in one line of JSON what it took.

Arguments: DSN, name, workers. `loading` are the seconds in which events were folded.
"""

from __future__ import annotations

import json
import resource
import sys
from time import monotonic

from services.cases import SERVICE
from shared.clock import SystemClock
from shared.database.pool import Database
from shared.eventstore.postgres import PostgresEventStore
from shared.readmodel.rebuild import rebuild
from shared.readmodel.replay import local_reader
from shared.readmodel.standing import LOADING, Standing


def main(dsn: str, name: str, workers: int) -> None:
    model = next(model for model in SERVICE.read_models if model.name == name)
    db, began, phases = Database(dsn, size=3), monotonic(), {}

    def note(at: Standing) -> None:
        if at.phase == LOADING or at.phase not in phases:
            phases[at.phase] = round(monotonic() - began, 1)

    readers = {"cases": local_reader(PostgresEventStore(db, "cases", SystemClock()))}
    done = rebuild(db, model, readers, note, workers=workers, afresh=True)
    said = {
        "events": done.events,
        "seconds": done.seconds,
        "changed": done.changed,
        "phases": phases,
        "largest_worker_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
        "self_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(said), file=sys.__stdout__)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
