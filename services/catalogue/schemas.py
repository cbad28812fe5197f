"""Schemas of the stored events of `item` and `bundle`, by type and version, and what of them is published.

Items hold nothing personal; only who acted, and what a list's check noted, stays inside.
"""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from shared.contracts.allow_list import allowed
from shared.contracts.item_events import PUBLISHED

publish = allowed(PUBLISHED)

_BY = {"by": fields.String(required=True)}
_INSIDE: dict[str, dict[str, fields.Field[Any]]] = {
    "item.imported": {"notes": fields.Raw()},
    "bundle.defined": {},
}

STORED: dict[tuple[str, int], type[Schema]] = {
    (event, 1): type(f"Stored{published.__name__}", (published,), dict(_INSIDE.get(event, _BY)))
    for event, published in PUBLISHED.items()
}
"""(type, schema version) -> schema of `data`."""
