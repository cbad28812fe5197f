"""Where catalogue events lie, and how a state is loaded from them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import NAMESPACE_URL, UUID, uuid5

from services.catalogue.domain.item import INITIAL, ItemState, evolve
from shared.eventstore.event import Event
from shared.eventstore.rows import COLUMNS, to_events
from shared.eventstore.store import UnitOfWork


def item_stream(code: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"yiwang:item:{code}")


def bundle_stream(key: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"yiwang:bundle:{key}")


def item_state(events: Sequence[Event]) -> ItemState:
    state = INITIAL
    for event in events:
        state = evolve(state, event.type, event.data)
    return state


def load_item(unit: UnitOfWork, code: str) -> ItemState:
    return item_state(unit.read_stream(item_stream(code)))


def load_items(unit: UnitOfWork, codes: Sequence[str]) -> dict[str, ItemState]:
    """Many items in one query: an import of a thousand rows must not ask a thousand times."""
    states = dict.fromkeys(codes, INITIAL)
    by_stream = {str(item_stream(code)): code for code in states}
    unit.cursor.execute(
        f"SELECT {COLUMNS} FROM events WHERE stream = ANY(%s::uuid[]) ORDER BY stream, version",  # noqa: S608
        (list(by_stream),),
    )
    for event in to_events(unit.cursor, unit.cursor.fetchall(), "catalogue"):
        code = by_stream[str(event.stream)]
        states[code] = evolve(states[code], event.type, event.data)
    return states
