"""Where things stand: the stream of a message, of a subscription, and the ids that make effects single."""

from __future__ import annotations

from uuid import NAMESPACE_URL, UUID, uuid5


def message_stream(message_id: UUID) -> UUID:
    return uuid5(NAMESPACE_URL, f"yiwang:message:{message_id}")


def subscription_stream(subscription_id: UUID) -> UUID:
    return uuid5(NAMESPACE_URL, f"yiwang:subscription:{subscription_id}")


def intent_id(event_id: UUID, handler: str, recipient: str) -> UUID:
    """The same event handled twice gives the same intent, so it can't be carried out twice."""
    return uuid5(NAMESPACE_URL, f"yiwang:intent:{event_id}:{handler}:{recipient}")


def message_id(intent: UUID, channel: str) -> UUID:
    """Also the idempotency key the provider gets."""
    return uuid5(NAMESPACE_URL, f"yiwang:message-of:{intent}:{channel}")


def queue_name(subscription_name: str) -> str:
    return f"department.{subscription_name}"
