"""Where a subscriber goes on whose place the owner of the feed has lost: only an operator can say.

Its owner was restored from a backup that lacks the event it applied last, or with numbers that share no
place with the old ones. What it wrote for lost events stays; what it missed nobody knows. `head`: it goes
on with what happens from now, and a read model is rebuilt then. `beginning`: everything again, for a
subscriber that recognises what it has had.
"""

from __future__ import annotations

from functools import partial

import structlog

from shared.eventstore.errors import UnknownCursor
from shared.messaging.following import pull_from
from shared.messaging.published import HEAD as FROM_NOW
from shared.messaging.published import behind, common, feed_page
from shared.messaging.subscription import Pull
from shared.problems import Problem, conflict
from shared.readmodel import checkpoints, stopping
from shared.readmodel.checkpoints import Checkpoint
from shared.readmodel.consumer import Consumer, find_consumer
from shared.readmodel.model import Source
from shared.service.application import Application
from shared.service.spec import ServiceSpec

COMMON, HEAD, BEGINNING = "common", "head", "beginning"
STARTS = (COMMON, HEAD, BEGINNING)

log = structlog.get_logger(__name__)


def place_anew(app: Application, spec: ServiceSpec, subscriber: str, start: str) -> None:
    """Move the places that are lost; those that aren't stay. `start` is `HEAD` or `BEGINNING`.

    Raises `Problem`: 404 for nobody, 409 `not_stopped`, `place_is_known` when nothing is lost that a plain
    resumption wouldn't find, `read_model_is_rebuilt` for the beginning of a read model, or the 503 of an
    owner that can't be asked.
    """
    consumer = find_consumer(app, spec, subscriber)
    if start == BEGINNING and consumer.schema is not None:
        raise conflict(
            "read_model_is_rebuilt",
            f"{subscriber} is a read model: resume it from head, then yiwang rebuild {subscriber}",
        )
    lost = _lost(app, spec, consumer)
    cursors = {
        source: "" if start == BEGINNING else str(pull(source.category, FROM_NOW, 1)["cursor"])
        for source, pull in lost.items()
    }
    with app.db.transaction() as db:
        checkpoints.lock(db, subscriber)
        for source, cursor in cursors.items():
            checkpoints.place(db, subscriber, source, cursor)
    names = [str(source) for source in cursors]
    log.warning("placed_anew", service=app.name, subscriber=subscriber, start=start, sources=names)


def _lost(app: Application, spec: ServiceSpec, consumer: Consumer) -> dict[Source, Pull]:
    stopped = stopping.sources_of(app.db, consumer.name)
    if not stopped:
        raise conflict("not_stopped", f"{consumer.name} has not stopped; a place is moved of nobody who runs")
    found: dict[Source, Pull] = {}
    for source in consumer.sources:
        own = source.service == app.name
        pull = partial(feed_page, app.store, spec) if own else pull_from(app.remote, source.service)
        with app.db.at_once() as db:
            known = checkpoints.load(db, consumer.name, source)
        if source.service in stopped and known is not None and not _is_known(pull, source.category, known):
            found[source] = pull
    if not found:
        raise conflict(
            "place_is_known",
            f"nothing before the place of {consumer.name} is lost: mend why it stopped, and resume it there",
        )
    return found


def _is_known(pull: Pull, category: str, place: Checkpoint) -> bool:
    for after in (place.cursor, behind(*place.last) if place.last else common(place.cursor)):
        try:
            pull(category, after, 1)
        except UnknownCursor:
            continue
        except Problem as problem:
            if problem.code != "unknown_cursor":
                raise
            continue
        return True
    return False
