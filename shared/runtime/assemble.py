"""Builds a service's Application from its spec and the settings."""

from __future__ import annotations

from typing import Any, cast

from shared.config.settings import Settings
from shared.database.migrate import migrate, rebuilds_due
from shared.database.pool import Database
from shared.eventstore.postgres import PostgresEventStore
from shared.messaging.rpc_client import NamekoRemote, RpcClient
from shared.security.tokens import TokenVerifier
from shared.service.application import Application, Remote
from shared.service.spec import ServiceSpec

WORKERS = 16
"""Requests one replica of a service works on at once. A request that waits for another service keeps
its worker, so chains stay free of deadlock only while no service asks back along the chain."""

POOL = WORKERS + 4
"""One connection for every worker, and some for the loops."""


def open_database(settings: Settings, service: str, *, size: int = POOL) -> Database:
    return Database(settings.dsn(service), size=size, name=f"yiwang-{service}")


def make_remote(settings: Settings, service: str, client: RpcClient) -> Remote:
    return NamekoRemote(client, service, settings.require_service_secret())


def make_verifier(settings: Settings) -> TokenVerifier:
    return TokenVerifier(settings.require_public_key(), settings.clock.now, settings.require_service_secret())


def build_application(spec: ServiceSpec, settings: Settings, remote: Remote) -> Application:
    """`settings` of the service is what its own factory reads; without one, the platform's."""
    own = spec.settings() if spec.settings else settings
    parts: dict[str, Any] = {"name": spec.name, "clock": settings.clock, "remote": remote, "settings": own}
    if spec.owns_database:
        db = open_database(settings, spec.name)
        parts |= {"db": db, "store": PostgresEventStore(db, spec.name, settings.clock)}
    else:
        parts |= {"db": cast(Any, None), "store": cast(Any, None)}
    return (spec.bootstrap or Application)(**parts)


def bare_application(spec: ServiceSpec, settings: Settings) -> Application:
    """Database, store and clock only: for work beside a service that asks nobody anything."""
    db = open_database(settings, spec.name, size=4)
    store = PostgresEventStore(db, spec.name, settings.clock)
    return Application(spec.name, settings.clock, db, store, cast(Any, None))


def migrate_service(settings: Settings, spec: ServiceSpec) -> list[str]:
    """Bring the service's database up to date, if it has one; answers what was applied."""
    if not spec.owns_database:
        return []
    db = open_database(settings, spec.name, size=1)
    try:
        return migrate(db, spec)
    finally:
        db.close()


def due_rebuilds(settings: Settings, spec: ServiceSpec) -> list[str]:
    """Read models of a migrated database whose serving copy has other tables than this release makes."""
    db = open_database(settings, spec.name, size=1)
    try:
        return rebuilds_due(db, spec)
    finally:
        db.close()
