"""What notify publishes: that a message went out and what became of it, never its text or address."""

from __future__ import annotations

from marshmallow import Schema, fields


class MessageEvent(Schema):
    message_id = fields.String(required=True)
    case_no = fields.String(required=True)


class MessageQueued(MessageEvent):
    """`event_id` is the event the message is about, `account` the recipient's account, if there is one."""

    channel = fields.String(required=True)
    event_id = fields.String(required=True)
    handler = fields.String(required=True)
    template = fields.String(required=True)
    template_version = fields.Integer(required=True)
    account = fields.String(allow_none=True)


class MessageSent(MessageEvent):
    channel = fields.String(required=True)
    attempts = fields.Integer(required=True)
    reference = fields.String(allow_none=True)


class MessageFailed(MessageEvent):
    channel = fields.String(required=True)
    attempts = fields.Integer(required=True)
    reason = fields.String(allow_none=True)


class SubscriptionEvent(Schema):
    subscription_id = fields.String(required=True)
    name = fields.String(required=True)


class SubscriptionCreated(SubscriptionEvent):
    department_code = fields.String(allow_none=True)
    filters = fields.Dict(required=True)
    kind = fields.String(required=True)


class SubscriptionChanged(SubscriptionEvent):
    filters = fields.Dict(required=True)
    paused = fields.Boolean(required=True)


class SubscriptionReplayed(SubscriptionEvent):
    """What came after the place `from`, up to `to`, is sent again. `proposed_by` is an account id: the first
    of two persons; the event's actor is the second, or the only one."""

    from_ = fields.String(required=True, data_key="from")
    to = fields.String()
    case_no = fields.String(allow_none=True)
    events = fields.Integer(required=True)
    proposed_by = fields.String(allow_none=True)


class SubscriptionReplayProposed(SubscriptionEvent):
    from_ = fields.String(required=True, data_key="from")
    to = fields.String(required=True)
    case_no = fields.String(allow_none=True)
    events = fields.Integer(required=True)
    proposed_by = fields.String(required=True)


PUBLISHED: dict[str, type[Schema]] = {
    "message.queued": MessageQueued,
    "message.sent": MessageSent,
    "message.failed": MessageFailed,
    "message.read": MessageEvent,
    "subscription.created": SubscriptionCreated,
    "subscription.changed": SubscriptionChanged,
    "subscription.replay_proposed": SubscriptionReplayProposed,
    "subscription.replayed": SubscriptionReplayed,
    "subscription.ended": SubscriptionEvent,
}
"""Every type of notify's categories, with the schema of its published `data`."""
