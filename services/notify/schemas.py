"""Schemas of notify's stored events, by type and version, and what of them is published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields

from shared.contracts.allow_list import allowed
from shared.contracts.notify_events import PUBLISHED, MessageQueued, SubscriptionChanged, SubscriptionCreated
from shared.personal.declaration import PERSONAL, Declaration

publish = allowed(PUBLISHED)


class StoredMessageQueued(MessageQueued):
    """`params` come from published events, which say nothing personal; the text is made when it is sent."""

    params = fields.Dict(required=True)
    name_masked = fields.String(required=True, metadata=PERSONAL)
    address_masked = fields.String(required=True, allow_none=True, metadata=PERSONAL)


class StoredSubscriptionCreated(SubscriptionCreated):
    """The query of a webhook's `url` may hold a key."""

    url = fields.String(required=True, allow_none=True)


class StoredSubscriptionChanged(SubscriptionChanged):
    url = fields.String(required=True, allow_none=True)


_STORED: dict[str, type[Schema]] = {
    "message.queued": StoredMessageQueued,
    "subscription.created": StoredSubscriptionCreated,
    "subscription.changed": StoredSubscriptionChanged,
}
STORED: dict[tuple[str, int], type[Schema]] = {
    (event, 1): _STORED.get(event, published) for event, published in PUBLISHED.items()
}
"""(type, schema version) -> schema of `data`."""


def _subject_of(type: str, data: Mapping[str, Any]) -> str | None:
    """Whose message it is, by the same name as in the cases service."""
    if type != "message.queued":
        return None
    return message_subject(data["account"], data["case_no"])


def message_subject(account: str | None, case_no: str) -> str:
    return account or f"case:{case_no}"


DECLARATION = Declaration(STORED, _subject_of)
