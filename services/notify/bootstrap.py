"""The composition root."""

from __future__ import annotations

from typing import Any

from services.notify.application import NotifyApplication
from services.notify.gateways.gateway import Gateway
from services.notify.gateways.http import HttpGateway
from services.notify.gateways.sandbox import SandboxGateway
from services.notify.settings import NotifySettings
from shared.clock import Clock
from shared.database.pool import Database
from shared.eventstore.store import EventStore
from shared.service.application import Remote


def bootstrap(
    *,
    clock: Clock,
    db: Database,
    store: EventStore,
    remote: Remote,
    name: str = "notify",
    settings: NotifySettings | None = None,
    gateway: Gateway | None = None,
    parts: dict[str, Any] | None = None,
) -> NotifyApplication:
    settings = settings or NotifySettings()
    return NotifyApplication(
        name=name,
        clock=clock,
        db=db,
        store=store,
        remote=remote,
        settings=settings,
        parts=dict(parts or {}),
        gateway=gateway or _gateway(settings, db, clock),
    )


def _gateway(settings: NotifySettings, db: Database, clock: Clock) -> Gateway:
    if settings.message_gateway_url:
        return HttpGateway(settings.message_gateway_url, settings.message_gateway_token)
    return SandboxGateway(db, clock)
