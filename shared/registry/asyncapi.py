"""The AsyncAPI 3 document: what the platform sends, where, and what it looks like."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from shared.messaging.cloudevents import CONTENT_TYPE, HEAD
from shared.messaging.topology import EVENTS
from shared.registry.contracts import FOR_DEPARTMENTS, OWNERS, category_of, owner_of, published
from shared.registry.envelope import ENVELOPE, HEAD_SHAPE
from shared.registry.json_schema import Shape, schema_of

ASYNCAPI = "3.0.0"
_BINDING = "0.3.0"
_DESCRIPTION = """\
Every state change as an event, once, in one order per category, without personal data.

* **Services** bind a queue of their own to `yiwang.events`, by `category.*`.
* **Departments** subscribe over HTTP (`POST /api/v1/subscriptions`) and get their own queue, a signed
  webhook, or pull with `GET /api/v1/events`.
* Delivery is at least once: drop the ids you have. A member that isn't described here may appear one day.
"""


def document() -> dict[str, Any]:
    """As plain data, in a fixed order."""
    types = published()
    return {
        "asyncapi": ASYNCAPI,
        "info": {
            "title": "Yiwang 一网 events",
            "version": version("yiwang"),
            "description": _DESCRIPTION,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": _channels(types),
        "operations": _operations(types),
        "components": {
            "messages": {name: _message(name) for name in types} | {HEAD: _head_message()},
            "schemas": {name: schema_of(kind) for name, kind in types.items()}
            | {"envelope": ENVELOPE, "head": HEAD_SHAPE},
        },
    }


def _channels(types: dict[str, Any]) -> dict[str, Any]:
    channels = {name: _routed(name, {name: _ref("messages", name)}) for name in types}
    for category in sorted(OWNERS):
        channels[f"{category}.head"] = _routed(f"{category}.head", {HEAD: _ref("messages", HEAD)})
    channels["department"] = _department(types)
    return channels


def _routed(key: str, messages: dict[str, Any]) -> dict[str, Any]:
    """A routing key of the topic exchange."""
    exchange = {"name": EVENTS.name, "type": EVENTS.type, "durable": True, "autoDelete": False, "vhost": "/"}
    return {
        "address": key,
        "messages": messages,
        "bindings": {"amqp": {"is": "routingKey", "exchange": exchange, "bindingVersion": _BINDING}},
    }


def _department(types: dict[str, Any]) -> dict[str, Any]:
    queue = {"durable": True, "exclusive": False, "autoDelete": False, "vhost": "/"}
    return {
        "address": "department.{subscription}",
        "description": "A department's own queue: what passes its filters, in order per case. `cursor` is a"
        " place in the ledger, and there is no `previous`.",
        "parameters": {"subscription": {"description": "the name it was subscribed under"}},
        "messages": {name: _ref("messages", name) for name in types if category_of(name) in FOR_DEPARTMENTS},
        "bindings": {"amqp": {"is": "queue", "queue": queue, "bindingVersion": _BINDING}},
    }


def _operations(types: dict[str, Any]) -> dict[str, Any]:
    made = {
        f"send.{name}": {"action": "send", "channel": _ref("channels", name, of="")}
        for name in [*types, *(f"{category}.head" for category in sorted(OWNERS)), "department"]
    }
    made["send.department"]["summary"] = (
        "To who subscribed to a queue; a replay sends again, marked `replayed`"
    )
    return made


def _message(name: str) -> dict[str, Any]:
    payload: Shape = {
        "allOf": [
            _ref("schemas", "envelope"),
            {
                "type": "object",
                "properties": {
                    "type": {"const": name},
                    "source": {"const": f"/yiwang/{owner_of(name)}"},
                    "data": _ref("schemas", name),
                },
            },
        ]
    }
    return {"name": name, "contentType": CONTENT_TYPE, "payload": payload}


def _head_message() -> dict[str, Any]:
    return {"name": HEAD, "contentType": CONTENT_TYPE, "payload": _ref("schemas", "head")}


def _ref(kind: str, name: str, of: str = "/components") -> dict[str, str]:
    return {"$ref": f"#{of}/{kind}/{name}"}
