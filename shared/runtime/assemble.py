"""Builds a service's Application from its spec and the settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import structlog

from shared.config.environment import SettingError
from shared.config.settings import Settings
from shared.database.migrate import migrate, rebuilds_due
from shared.database.pool import Database
from shared.eventstore.postgres import PostgresEventStore
from shared.messaging.rpc_client import NamekoRemote, RpcClient
from shared.personal import erasures
from shared.personal.ciphers import CIPHERS, is_offered
from shared.personal.masters import parse_master_keys
from shared.personal.vault import Vault
from shared.seals.signing import PublicKey, load_public_keys, load_signer
from shared.seals.taking import Sealing
from shared.security.tokens import TokenVerifier
from shared.service.application import Application, Remote
from shared.service.spec import ServiceSpec

log = structlog.get_logger(__name__)

WORKERS = 16
"""Requests one replica of a service works on at once. A request that waits for another service keeps
its worker, so chains stay free of deadlock only while no service asks back along the chain."""

POOL = WORKERS + 4
"""One connection for every worker, and some for the loops."""


def open_database(settings: Settings, spec: ServiceSpec, *, size: int = POOL) -> Database:
    vault = make_vault(settings, spec)
    return Database(settings.dsn(spec.name), size=size, name=f"yiwang-{spec.name}", vault=vault)


def make_vault(settings: Settings, spec: ServiceSpec) -> Vault | None:
    """None for a service whose events hold nothing personal. Raises `SettingError`."""
    if spec.personal is None:
        return None
    cipher = CIPHERS[settings.personal_cipher]
    if not is_offered(cipher):
        raise SettingError("YIWANG_PERSONAL_CIPHER", f"this machine's OpenSSL does not offer {cipher.name}")
    return Vault(parse_master_keys(settings.require_master_keys()), spec.personal, cipher=cipher)


def make_store(settings: Settings, db: Database, service: str) -> PostgresEventStore:
    return PostgresEventStore(db, service, settings.clock, algorithm=settings.hash)


def make_sealing(settings: Settings) -> Sealing:
    """Raises `SettingError` without a key, and when the key's public half is none of the published ones."""
    if not settings.seal_key:
        raise SettingError("YIWANG_SEAL_KEY", "is not set (nor its _FILE), so seals can't be signed")
    try:
        signer = load_signer(settings.seal_key)
    except ValueError as error:
        raise SettingError("YIWANG_SEAL_KEY", str(error)) from error
    if settings.seal_public_keys and signer.key not in seal_keys(settings):
        cause = "does not hold the public half of YIWANG_SEAL_KEY: nobody could check new seals"
        raise SettingError("YIWANG_SEAL_PUBLIC_KEYS", cause)
    return Sealing(signer, settings.seal_time, settings.hash)


def seal_keys(settings: Settings) -> dict[str, PublicKey]:
    """The keys that seals may be signed with, by id. Raises `SettingError` when none is given."""
    text = settings.seal_public_keys
    if not text:
        raise SettingError("YIWANG_SEAL_PUBLIC_KEYS", "is not set (nor its _FILE), so seals can't be checked")
    try:
        return load_public_keys(text)
    except ValueError as error:
        raise SettingError("YIWANG_SEAL_PUBLIC_KEYS", str(error)) from error


def make_remote(settings: Settings, service: str, client: RpcClient) -> Remote:
    return NamekoRemote(client, service, settings.require_service_secret())


def make_verifier(settings: Settings) -> TokenVerifier:
    return TokenVerifier(settings.require_public_key(), settings.clock.now, settings.require_service_secret())


def build_application(spec: ServiceSpec, settings: Settings, remote: Remote) -> Application:
    """`settings` of the service is what its own factory reads; without one, the platform's."""
    own = spec.settings() if spec.settings else settings
    parts: dict[str, Any] = {"name": spec.name, "clock": settings.clock, "remote": remote, "settings": own}
    if spec.owns_database:
        db = open_database(settings, spec)
        parts |= {"db": db, "store": make_store(settings, db, spec.name)}
    else:
        parts |= {"db": cast(Any, None), "store": cast(Any, None)}
    app = (spec.bootstrap or Application)(**parts)
    if settings.erasures_file:
        keep_erasures(app, spec, settings.erasures_file)
    return app


def keep_erasures(app: Application, spec: ServiceSpec, file: Path) -> None:
    """Before serving: a database that was restored must not bring anybody back. Raises `SettingError`."""
    try:
        again = erasures.keep(app, spec, file)
    except (OSError, ValueError, KeyError) as error:
        raise SettingError("YIWANG_ERASURES", f"{file} is no list of erasures: {error}") from error
    if again:
        log.warning("erased_again", service=spec.name, subjects=len(again))


def bare_application(spec: ServiceSpec, settings: Settings) -> Application:
    """Database, store and clock only: for work beside a service that asks nobody anything."""
    db = open_database(settings, spec, size=4)
    store = make_store(settings, db, spec.name)
    return Application(spec.name, settings.clock, db, store, cast(Any, None))


def bare_database(settings: Settings, spec: ServiceSpec) -> Database:
    """Without a vault: who makes tables or audits rows has no business with what is sealed."""
    return Database(settings.dsn(spec.name), size=1, name=f"yiwang-{spec.name}")


def migrate_service(settings: Settings, spec: ServiceSpec) -> list[str]:
    """Bring the service's database up to date, if it has one; answers what was applied."""
    if not spec.owns_database:
        return []
    db = bare_database(settings, spec)
    try:
        return migrate(db, spec)
    finally:
        db.close()


def due_rebuilds(settings: Settings, spec: ServiceSpec) -> list[str]:
    """Read models of a migrated database whose serving copy has other tables than this release makes."""
    db = bare_database(settings, spec)
    try:
        return rebuilds_due(db, spec)
    finally:
        db.close()
