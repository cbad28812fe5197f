"""What notify is made of at run time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from services.notify.gateways.gateway import Gateway
from shared.service.application import Application

QUEUE_PUBLISHER = "queue_publisher"


class QueuePublisher(Protocol):
    """Supplied by the runtime in `parts` where there is a broker that departments can reach."""

    def publish(self, queue: str, events: Sequence[dict[str, Any]]) -> None:
        """Declare the queue if need be, publish in order, and return when all are confirmed.

        Blocks for the broker. Raises when anything may not have arrived.
        """
        ...


@dataclass(kw_only=True)
class NotifyApplication(Application):
    gateway: Gateway

    @property
    def queue_publisher(self) -> QueuePublisher | None:
        """None in the embedded shape: nobody outside the process could read such a queue."""
        return self.parts.get(QUEUE_PUBLISHER)
