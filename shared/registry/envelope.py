"""The envelope: CloudEvents 1.0 as structured JSON, with the extensions of this platform."""

from __future__ import annotations

from shared.messaging.cloudevents import HEAD
from shared.registry.json_schema import Shape

_TIME: Shape = {"type": "string", "format": "date-time"}

ENVELOPE: Shape = {
    "type": "object",
    "description": "CloudEvents 1.0, structured JSON. Extensions: the names without a dot that CloudEvents"
    " does not define.",
    "properties": {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "format": "uuid", "description": "the same at every delivery"},
        "source": {"type": "string", "description": "/yiwang/ and the owning service"},
        "type": {"type": "string", "description": "category.what_happened; the routing key"},
        "subject": {"type": "string", "description": "the case number, or whatever the event is about"},
        "time": {**_TIME, "description": "when it happened"},
        "datacontenttype": {"const": "application/json"},
        "data": {"type": "object"},
        "cursor": {
            "type": "string",
            "description": "extension: its place in the feed it is read from; opaque, to be handed back",
        },
        "previous": {
            "type": "string",
            "description": "extension: the cursor of the published event before it in the same category,"
            " empty for the first; another one than yours means that something is missing. Not there in what"
            " departments get, whose order is the ledger's",
        },
        "stream": {"type": "string", "format": "uuid", "description": "extension: such as a case"},
        "streamversion": {
            "type": "integer",
            "minimum": 1,
            "description": "extension: 1, 2, 3 without gaps in a stream",
        },
        "schemaversion": {"type": "integer", "minimum": 1, "description": "extension: of `data`"},
        "recordedtime": {**_TIME, "description": "extension: when it was stored"},
        "actorid": {"type": "string", "description": "extension: the account that did it"},
        "correlationid": {"type": "string", "description": "extension: what belongs to one request"},
        "causationid": {"type": "string", "description": "extension: the event or command behind it"},
        "replayed": {
            "type": "boolean",
            "description": "extension: it is, or may be, sent again; only in what departments get",
        },
    },
    "required": [
        "cursor", "data", "datacontenttype", "id", "recordedtime", "schemaversion", "source", "specversion",
        "stream", "streamversion", "subject", "time", "type",
    ],
}  # fmt: skip

HEAD_SHAPE: Shape = {
    "type": "object",
    "description": "Said every second: every event of the category that was stored before `tick_at` stands at"
    " or before `cursor`. So silence and loss can be told apart.",
    "properties": {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "format": "uuid"},
        "source": {"type": "string"},
        "type": {"const": HEAD},
        "subject": {"type": "string", "description": "the category"},
        "time": _TIME,
        "datacontenttype": {"const": "application/json"},
        "data": {
            "type": "object",
            "properties": {
                "category": {"type": "string"},
                "cursor": {"type": "string"},
                "tick_at": _TIME,
            },
            "required": ["category", "cursor", "tick_at"],
        },
    },
    "required": ["data", "datacontenttype", "id", "source", "specversion", "subject", "time", "type"],
}
