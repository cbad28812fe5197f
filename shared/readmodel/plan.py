"""How far a copy beside the serving one has come, kept in the database: a killed rebuild goes on from it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any
from uuid import UUID, uuid4

from shared.eventstore.event import Event
from shared.eventstore.until import Until
from shared.readmodel.model import ReadModel, Source

_SPACE = 1 << 128

_RELEASE = version("yiwang")
"""As it was when this program began, as `ReadModel.source` is: on disk there may be another one by now."""


@dataclass
class Plan:
    """`places` is how far each source has been replayed, once all shares are loaded.

    `aside` holds streams of which an event was parked or skipped, with the version from which they are yet
    to be applied: what is left out of them may change until the end, so they come last.
    """

    schema: str
    run: UUID
    places: dict[Source, str]
    aside: dict[UUID, int]
    until: Until | None
    deferred: list[str] = field(default_factory=list)
    loaded: bool = True
    events: int = 0


def fingerprint(model: ReadModel) -> str:
    """Changes with the tables, the read model's module and the release: a copy begun under another one is
    begun anew. What the handler calls elsewhere is not in it; then say so (`--afresh`)."""
    return hashlib.sha256("\0".join([_RELEASE, model.ddl, model.source]).encode()).hexdigest()


def begin(db: Any, plan: Plan, model: ReadModel, shares: int) -> None:
    """Write a new plan down, with the ranges of stream ids that are loaded one by one.

    Stream ids are hashes or random, so ranges of equal width hold about equally many.
    """
    db.execute(
        "INSERT INTO rebuilds (schema, run, fingerprint, places, aside, upto, deferred, loaded)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        (
            plan.schema, str(plan.run), fingerprint(model), _places(plan), _aside(plan.aside),
            json.dumps(plan.until.as_dict()) if plan.until else None, json.dumps(plan.deferred), plan.loaded,
        ),
    )  # fmt: skip
    for share in range(shares):
        low, high = _SPACE * share // shares, _SPACE * (share + 1) // shares - 1
        db.execute(
            "INSERT INTO rebuild_shares (schema, share, low, high) VALUES (%s, %s, %s, %s)",
            (plan.schema, share, str(UUID(int=low)), str(UUID(int=high))),
        )


def find(db: Any, model: ReadModel, schema: str) -> Plan | None:
    """The plan of a copy that was begun with the same tables and the same handler."""
    db.execute(
        "SELECT run::text, places, aside, upto, deferred, loaded, events FROM rebuilds"
        " WHERE schema = %s AND fingerprint = %s AND to_regnamespace(schema) IS NOT NULL",
        (schema, fingerprint(model)),
    )
    row = db.fetchone()
    if row is None:
        return None
    run, places, aside, upto, deferred, loaded, events = row
    return Plan(
        schema,
        UUID(run),
        {source: places.get(f"{source.service}/{source.category}", "") for source in model.sources},
        {UUID(stream): first for stream, first in aside.items()},
        Until.from_dict(upto) if upto else None,
        deferred,
        loaded,
        events,
    )


def unfit(db: Any, model: ReadModel, schema: str) -> str | None:
    """Why a copy that was begun is not gone on with; None where there is none."""
    db.execute(
        "SELECT fingerprint = %s, to_regnamespace(schema) IS NOT NULL FROM rebuilds WHERE schema = %s",
        (fingerprint(model), schema),
    )
    row = db.fetchone()
    if row is None:
        return None
    same, there = row
    if not there:
        return "its schema is gone"
    return None if same else "it was begun with other tables, another handler or another release"


def new(schema: str, sources: Sequence[Source]) -> Plan:
    return Plan(schema, uuid4(), dict.fromkeys(sources, ""), {}, None)


def save(db: Any, plan: Plan) -> None:
    """In the transaction that wrote the rows. Raises `LookupError` when somebody began the copy anew."""
    db.execute(
        "UPDATE rebuilds SET places = %s, aside = %s, loaded = %s, events = %s"
        " WHERE schema = %s AND run = %s",
        (_places(plan), _aside(plan.aside), plan.loaded, plan.events, plan.schema, str(plan.run)),
    )
    if db.rowcount != 1:
        raise LookupError(f"{plan.schema} was begun anew by somebody else")


def forget(db: Any, schema: str) -> None:
    db.execute("DELETE FROM rebuilds WHERE schema = %s", (schema,))


def set_aside(plan: Plan, event: Event, left_out: bool) -> bool:
    """Whether an event waits with its stream for the end."""
    if left_out:
        plan.aside.setdefault(event.stream, event.version)
    return event.version >= plan.aside.get(event.stream, event.version + 1)


def _places(plan: Plan) -> str:
    return json.dumps({f"{at.service}/{at.category}": place for at, place in plan.places.items()})


def _aside(aside: dict[UUID, int]) -> str:
    return json.dumps({str(stream): first for stream, first in aside.items()})
