"""Schemas of the stored events of `card`, by type and version, and what of them is published."""

from __future__ import annotations

from marshmallow import Schema, fields

from shared.contracts.allow_list import allowed
from shared.contracts.card_events import PUBLISHED

publish = allowed(PUBLISHED)

_FREE_TEXT = {"reason": fields.String(), "attachments": fields.List(fields.String())}

STORED: dict[tuple[str, int], type[Schema]] = {
    (event, 1): type(f"Stored{published.__name__}", (published,), dict(_FREE_TEXT))
    for event, published in PUBLISHED.items()
}
"""(type, schema version) -> schema of `data`."""
