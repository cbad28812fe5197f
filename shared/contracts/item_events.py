"""What the catalogue publishes. A `definition` is the whole item (`shared/contracts/catalogue.py`)."""

from __future__ import annotations

from marshmallow import Schema, fields


class ItemEvent(Schema):
    code = fields.String(required=True)


class ItemImported(ItemEvent):
    fingerprint = fields.String(required=True)


class ItemDrafted(ItemEvent):
    definition = fields.Dict(required=True)


class ItemApproved(ItemEvent):
    opinion = fields.String(allow_none=True)


class ItemReason(ItemEvent):
    reason = fields.String(required=True)


class ItemPublished(ItemEvent):
    version = fields.Integer(required=True)
    definition = fields.Dict(required=True)


class BundleDefined(Schema):
    key = fields.String(required=True)
    definition = fields.Dict(required=True)


PUBLISHED: dict[str, type[Schema]] = {
    "item.imported": ItemImported,
    "item.created": ItemDrafted,
    "item.changed": ItemDrafted,
    "item.submitted_for_review": ItemEvent,
    "item.approved": ItemApproved,
    "item.rejected": ItemReason,
    "item.published": ItemPublished,
    "item.suspended": ItemReason,
    "item.resumed": ItemEvent,
    "item.cancelled": ItemReason,
    "bundle.defined": BundleDefined,
}
"""Every type of the categories `item` and `bundle`, with the schema of its published `data`."""
