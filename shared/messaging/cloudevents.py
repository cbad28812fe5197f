"""The published form of events: CloudEvents 1.0, structured JSON, with our extensions.

Extensions: `cursor` (its place in the owner's feed), `previous` (the cursor of the published event
before it in the same category, "" for the first), `stream`, `streamversion`, `schemaversion`,
`recordedtime`, and where known `correlationid`, `causationid` and `actorid` (an account id).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from shared.eventstore.event import Event

HEAD = "category.head"
CONTENT_TYPE = "application/cloudevents+json"

_SOURCE = "/yiwang/"
_METADATA = {"actorid": "actor", "correlationid": "correlation_id", "causationid": "causation_id"}


def to_cloudevent(event: Event, data: Mapping[str, Any], subject: str | None = None) -> dict[str, Any]:
    """`data` is the published data, not the stored one. `subject` defaults to `subject_of`."""
    message = {
        "specversion": "1.0",
        "id": str(event.id),
        "source": _SOURCE + event.source,
        "type": event.type,
        "subject": subject or subject_of(event, data),
        "time": event.occurred_at.isoformat(),
        "datacontenttype": "application/json",
        "data": dict(data),
        "cursor": event.cursor,
        "previous": event.previous,
        "stream": str(event.stream),
        "streamversion": event.version,
        "schemaversion": event.schema_version,
        "recordedtime": event.recorded_at.isoformat(),
    }
    for attribute, name in _METADATA.items():
        if event.metadata.get(name):
            message[attribute] = event.metadata[name]
    return message


def from_cloudevent(message: Mapping[str, Any]) -> Event:
    """Raises `ValueError` for what is not a published event of ours."""
    try:
        return Event(
            id=UUID(message["id"]),
            stream=UUID(message["stream"]),
            version=int(message["streamversion"]),
            type=str(message["type"]),
            schema_version=int(message["schemaversion"]),
            data=dict(message["data"]),
            metadata={n: message[a] for a, n in _METADATA.items() if message.get(a)},
            occurred_at=datetime.fromisoformat(message["time"]),
            recorded_at=datetime.fromisoformat(message["recordedtime"]),
            source=service_of(message),
            cursor=str(message.get("cursor", "")),
            previous=str(message.get("previous", "")),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a published event: {error!r}") from error


def subject_of(event: Event, data: Mapping[str, Any]) -> str:
    """The case number when the event is about a case, else `data.subject`, else the stream's id."""
    case = data.get("case")
    if isinstance(case, Mapping) and case.get("case_no"):
        return str(case["case_no"])
    return str(data.get("subject") or event.stream)


def service_of(message: Mapping[str, Any]) -> str:
    """The owning service's name. Raises `ValueError` for a source that is not of this platform."""
    source = str(message.get("source", ""))
    if not source.startswith(_SOURCE):
        raise ValueError(f"not a source of this platform: {source!r}")
    return source[len(_SOURCE) :]


def head_message(service: str, category: str, cursor: str, tick_at: datetime) -> dict[str, Any]:
    """Says that every event of `category` committed before `tick_at` stands at or before `cursor`.

    So silence and loss can be told apart, and a lost last message is noticed.
    """
    return {
        "specversion": "1.0",
        "id": str(uuid4()),
        "source": _SOURCE + service,
        "type": HEAD,
        "subject": category,
        "time": tick_at.isoformat(),
        "datacontenttype": "application/json",
        "data": {"category": category, "cursor": cursor, "tick_at": tick_at.isoformat()},
    }


def routing_key(message: Mapping[str, Any]) -> str:
    """`<category>.<event>`; a head is `<category>.head`, so that a binding of `<category>.*` gets both."""
    if message["type"] == HEAD:
        return f"{message['data']['category']}.head"
    return str(message["type"])
