"""Timer: to each department's own queue, through the publisher the runtime supplies."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from services.notify.application import NotifyApplication
from services.notify.delivery.deliver import Result, Stop, Target, due, step
from services.notify.domain.names import queue_name
from services.notify.ledger.page import Entry

BATCH = 200

log = structlog.get_logger(__name__)


def deliver_queues(app: NotifyApplication) -> int:
    """One batch for each subscription that has something to get. Blocks for the broker's confirms.

    The place is saved after the confirms: a crash in between sends a batch twice, never not at all.
    """
    publisher = app.queue_publisher
    if publisher is None:
        return 0

    def send(target: Target, entries: Sequence[Entry]) -> Result:
        try:
            publisher.publish(queue_name(target.name), [entry.cloudevent for entry in entries])
        except Exception as error:  # noqa: BLE001 - whatever the driver raises, the policy is one: retry(delay)
            log.warning("queue_unavailable", subscription=target.id, error=type(error).__name__)
            return Result(0, Stop.AWAY, f"{type(error).__name__}: {error}"[:300])
        return Result(len(entries))

    return sum(step(app, target, send, BATCH) for target in due(app, "queue"))
