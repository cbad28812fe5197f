"""What a service shows of its events to others: by the relay and by its `feed` operation alike."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from shared.eventstore.errors import UnknownCursor
from shared.eventstore.event import Event
from shared.eventstore.store import EventStore
from shared.messaging.cloudevents import from_cloudevent, subject_of, to_cloudevent
from shared.service.application import Application
from shared.service.spec import ServiceSpec

HEAD = "head"
"""As `after`: from now on."""

_EVENT = "event:"
_COMMON = "common:"


def publish(spec: ServiceSpec, event: Event, previous: str) -> dict[str, Any] | None:
    """The event as others see it, or None when it stays inside. A service without `publish` shows nothing."""
    if spec.publish is None or event.category not in spec.categories:
        return None
    data = spec.publish(event)
    return None if data is None else to_cloudevent(replace(event, previous=previous), data)


def shown(app: Application, spec: ServiceSpec, kept: dict[str, Any]) -> dict[str, Any]:
    """A parked message as others may see it. One of the service's own is kept without its data: it is
    read from the store again and published; one that is not published stays as it is."""
    event = from_cloudevent(kept)
    if event.source == app.name:
        stored = app.store.read_stream(event.stream, event.version - 1)[0]
        return publish(spec, replace(stored, cursor=event.cursor), event.previous) or kept
    return {**kept, "subject": subject_of(event, event.data)}


def behind(id: UUID, stream: UUID, version: int) -> str:
    """`after` for who knows the event but no cursor of the present epoch: the place behind that event."""
    return f"{_EVENT}{id}:{stream}:{version}"


def common(cursor: str) -> str:
    """`after` for who knows only a cursor of an earlier epoch: what it stands for in the present one, or the
    last place that both epochs share."""
    return f"{_COMMON}{cursor}"


def feed_page(store: EventStore, spec: ServiceSpec, category: str, after: str, limit: int) -> dict[str, Any]:
    """A page of the published feed: {events, cursor, head_at}; `head_at` null means there is more to read.

    `after` is a cursor, "" for the beginning, "head" for now (answers no events and the cursor to go on
    from), or what `behind` or `common` says. Raises `UnknownCursor`, also for an event that isn't in this
    store.
    """
    if after == HEAD:
        return {"events": [], "cursor": store.head(), "head_at": None}
    start = _start(store, after)
    page = store.read_feed(start, category=category, limit=limit)
    messages, previous = [], start
    for event in page.events:
        message = publish(spec, event, previous)
        if message is not None:
            messages.append(message)
            previous = event.cursor
    head_at = page.head_at.isoformat() if page.head_at else None
    return {"events": messages, "cursor": page.cursor, "head_at": head_at}


def _start(store: EventStore, after: str) -> str:
    if after.startswith(_EVENT):
        return _find(store, after)
    if not after.startswith(_COMMON):
        return after
    found = store.common(after.removeprefix(_COMMON))
    if found is None:
        raise UnknownCursor(after, "nothing is known here of its epoch")
    return found


def _find(store: EventStore, after: str) -> str:
    try:
        id, stream, version = after.removeprefix(_EVENT).split(":")
        found = store.find(UUID(id), UUID(stream), int(version))
    except ValueError as error:
        raise UnknownCursor(after, "it is not a cursor") from error
    if found is None:
        raise UnknownCursor(after, "that event is not in this store")
    return found
