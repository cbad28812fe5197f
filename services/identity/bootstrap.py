"""Composition root of the identity service."""

from __future__ import annotations

from services.identity.application import Identity
from services.identity.registers import HttpRegister, PopulationRegister, SandboxRegister
from services.identity.settings import IdentitySettings, read_settings
from shared.clock import Clock
from shared.database.pool import Database
from shared.eventstore.store import EventStore
from shared.security.keys import public_of
from shared.security.tokens import TokenIssuer
from shared.service.application import Remote


def bootstrap(
    *,
    clock: Clock,
    db: Database,
    store: EventStore,
    remote: Remote,
    name: str = "identity",
    settings: IdentitySettings | None = None,
    register: PopulationRegister | None = None,
) -> Identity:
    settings = settings or read_settings()
    url = settings.population_register_url
    return Identity(
        name=name,
        clock=clock,
        db=db,
        store=store,
        remote=remote,
        settings=settings,
        issuer=TokenIssuer(settings.token_private_key, clock.now),
        public_key=public_of(settings.token_private_key),
        index_key=settings.index_key,
        register=register or (HttpRegister(url) if url else SandboxRegister()),
    )
