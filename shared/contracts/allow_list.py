"""Publishing by allow-list: what no contract declares stays inside, so nothing goes out by forgetting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from marshmallow import Schema, fields

from shared.eventstore.event import Event


class Reduced(fields.Field[Any]):
    """A field that publishes less than what is stored: `keep` names the keys that go out.

    `kinds` says the JSON type of a key that is no string. What is kept may be null: it was so stored.
    """

    keep: tuple[str, ...] = ()
    kinds: ClassVar[Mapping[str, str]] = {}

    def shape(self) -> dict[str, Any]:
        """What goes out, as JSON Schema."""
        kept = {key: {"type": [self.kinds.get(key, "string"), "null"]} for key in self.keep}
        return {"type": "object", "properties": kept}

    def reduce(self, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return None
        return {key: value[key] for key in self.keep if key in value}


def allowed(published: Mapping[str, type[Schema]]) -> Callable[[Event], dict[str, Any]]:
    """`publish` of a service: of a stored event the fields that its published schema declares.

    Raises KeyError for a type without a schema: a type nobody decided about must not be published, and
    must not be passed over either, for subscribers count on a stream without gaps.
    """
    declared = {
        event: {field.data_key or name: field for name, field in schema().fields.items()}
        for event, schema in published.items()
    }

    def publish(event: Event) -> dict[str, Any]:
        return {
            name: field.reduce(event.data[name]) if isinstance(field, Reduced) else event.data[name]
            for name, field in declared[event.type].items()
            if name in event.data
        }

    return publish
