"""The AsyncAPI document is whole, and what is really published is what it describes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from jsonschema import Draft202012Validator, ValidationError

from services.cases.schemas import publish
from shared.eventstore.event import Event
from shared.messaging.cloudevents import HEAD, head_message, routing_key, to_cloudevent
from shared.messaging.topology import EVENTS
from shared.registry.asyncapi import document
from shared.registry.contracts import OWNERS, published
from shared.registry.export import files

SAMPLES = Path(__file__).parents[1] / "cases_domain/case_events_v1.json"
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return document()


def payload(told: dict[str, Any], name: str) -> Draft202012Validator:
    """Of one message, with the document around it, so that its references lead somewhere."""
    schema = {
        "$ref": f"#/components/messages/{name.replace('/', '~1')}/payload",
        "components": told["components"],
    }
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"]
        for inner in part.values():
            yield from references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from references(inner)


def event(type: str, data: dict[str, Any]) -> Event:
    metadata = {"actor": "acc-1", "correlation_id": "c-1", "causation_id": "k-1"}
    return Event(uuid4(), uuid4(), 1, type, 1, data, metadata, NOON, NOON, "cases", "e-1-1", "e-1-0")


def test_every_reference_leads_somewhere(told: dict[str, Any]) -> None:
    for reference in references(told):
        place: Any = told
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]


def test_the_members_asyncapi_3_asks_for_are_there(told: dict[str, Any]) -> None:
    assert told["asyncapi"] == "3.0.0"
    assert {"title", "version"} <= told["info"].keys()
    for channel in told["channels"].values():
        assert channel["address"] and channel["messages"] and channel["bindings"]["amqp"]["bindingVersion"]
    for operation in told["operations"].values():
        assert operation["action"] == "send" and operation["channel"]["$ref"].startswith("#/channels/")
    led = {
        operation["channel"]["$ref"].removeprefix("#/channels/") for operation in told["operations"].values()
    }
    assert led == told["channels"].keys()


def test_every_published_type_has_channel_message_and_schema(told: dict[str, Any]) -> None:
    for name in published():
        assert told["channels"][name]["messages"] == {name: {"$ref": f"#/components/messages/{name}"}}
        assert {"$ref": f"#/components/schemas/{name}"} in [
            part["properties"]["data"]
            for part in told["components"]["messages"][name]["payload"]["allOf"][1:]
        ]
    assert {f"{category}.head" for category in OWNERS} <= told["channels"].keys()


def test_channels_are_the_routing_keys_of_the_exchange(told: dict[str, Any]) -> None:
    message = to_cloudevent(event("case.accepted", {}), {})
    assert told["channels"]["case.accepted"]["address"] == routing_key(message)
    head = head_message("cases", "case", "e-1-1", NOON)
    assert told["channels"]["case.head"]["address"] == routing_key(head)
    exchange = told["channels"]["case.accepted"]["bindings"]["amqp"]["exchange"]
    assert (exchange["name"], exchange["type"], exchange["durable"]) == (EVENTS.name, "topic", True)


def test_the_envelope_names_every_attribute_there_is(told: dict[str, Any]) -> None:
    envelope = told["components"]["schemas"]["envelope"]["properties"]
    message = to_cloudevent(event("case.accepted", {}), {})
    assert message.keys() | {"replayed"} == envelope.keys()


@pytest.mark.parametrize("sample", json.loads(SAMPLES.read_text("utf-8")), ids=lambda sample: sample["type"])
def test_real_events_are_as_described(told: dict[str, Any], sample: dict[str, Any]) -> None:
    stored = event(sample["type"], sample["data"])
    message = to_cloudevent(stored, publish(stored) or {})
    payload(told, sample["type"]).validate(message)
    with pytest.raises(ValidationError):
        payload(told, sample["type"]).validate({**message, "data": {**message["data"], "status": 1}})
    with pytest.raises(ValidationError):
        payload(told, sample["type"]).validate({**message, "source": "/yiwang/nobody"})


def test_a_head_is_as_described(told: dict[str, Any]) -> None:
    payload(told, HEAD).validate(head_message("cases", "case", "e-1-1", NOON))


def test_what_a_department_gets_is_as_described(told: dict[str, Any]) -> None:
    """Without `previous`, and marked when it is sent again."""
    sample = json.loads(SAMPLES.read_text("utf-8"))[0]
    stored = replace(event(sample["type"], sample["data"]))
    message = to_cloudevent(stored, publish(stored) or {})
    del message["previous"]
    payload(told, sample["type"]).validate({**message, "replayed": True})


def test_every_schema_is_valid_json_schema() -> None:
    for name, text in files().items():
        if name.startswith("schemas/"):
            Draft202012Validator.check_schema(json.loads(text))
