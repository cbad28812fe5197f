"""What a process of the platform is told from outside: read once, at start, from the environment."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path

from shared.clock import Clock, SimulatedClock, SystemClock
from shared.config.environment import Environment, SettingError
from shared.eventstore.sealing import ALGORITHMS, SHA256, Algorithm

RELEASES = ("one", "two")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
PERSONAL_CIPHERS = ("aes-256-gcm", "sm4-gcm")
MEMORY_BROKER = "yiwang-memory://platform"


@dataclass(frozen=True, slots=True)
class Settings:
    """One field per variable `YIWANG_<FIELD>`; secrets also as `YIWANG_<FIELD>_FILE`.

    `dsns` holds the databases by service (`YIWANG_CASES_DSN`, ...). `metrics_port` 0 means no
    metrics. `clock` is the process's only clock. The key that signs tokens is not here: identity alone
    reads it. `hash` is what new events and seals are hashed with, `seal_time` a time of day in
    Asia/Shanghai, `seal_public_keys` the present and all former ones. `rebuild_release`: how many operators
    it takes to rebuild a read model over HTTP (rules 10.4).
    """

    dsns: Mapping[str, str] = field(repr=False)
    amqp_url: str = field(repr=False)
    bind: str
    port: int
    token_public_key: str | None = field(repr=False)
    service_secret: str | None = field(repr=False)
    log_level: str
    log_format: str
    metrics_port: int
    clock: Clock
    gateway_url: str
    files_dir: Path
    hash: Algorithm
    seal_time: time
    seal_key: str | None = field(repr=False)
    seal_public_keys: str | None = field(repr=False)
    master_keys: str | None = field(repr=False)
    personal_cipher: str
    erasures_file: Path | None
    rebuild_release: str

    def dsn(self, service: str) -> str:
        if service not in self.dsns:
            raise SettingError(dsn_variable(service), f"is not set, and {service} needs a database")
        return self.dsns[service]

    def require_public_key(self) -> str:
        return _given(self.token_public_key, "YIWANG_TOKEN_PUBLIC_KEY", "tokens can't be checked")

    def require_service_secret(self) -> str:
        return _given(self.service_secret, "YIWANG_SERVICE_SECRET", "services can't trust each other")

    def require_master_keys(self) -> str:
        return _given(self.master_keys, "YIWANG_MASTER_KEYS", "personal data can't be sealed")


def read_settings(services: Iterable[str], values: Mapping[str, str] | None = None) -> Settings:
    """Raises `SettingError`. What only some processes need is checked when they ask for it."""
    env = Environment(values)
    data = env.path("YIWANG_DATA", Path("data")) or Path("data")
    port = env.number("YIWANG_PORT", 8000, most=65535)
    dsns = {name: env.optional(dsn_variable(name)) for name in services}
    return Settings(
        dsns={name: dsn for name, dsn in dsns.items() if dsn},
        amqp_url=env.text("YIWANG_AMQP_URL", MEMORY_BROKER),
        bind=env.text("YIWANG_BIND", "127.0.0.1"),
        port=port,
        token_public_key=env.secret("YIWANG_TOKEN_PUBLIC_KEY"),
        service_secret=env.secret("YIWANG_SERVICE_SECRET"),
        log_level=env.choice("YIWANG_LOG_LEVEL", LOG_LEVELS, "INFO"),
        log_format=env.choice("YIWANG_LOG_FORMAT", ("json", "console"), "json"),
        metrics_port=env.number("YIWANG_METRICS_PORT", 0, most=65535),
        clock=clock_of(env.text("YIWANG_CLOCK", "system")),
        gateway_url=env.text("YIWANG_GATEWAY_URL", f"http://127.0.0.1:{port}"),
        files_dir=env.path("YIWANG_FILES_DIR", data / "files") or data / "files",
        hash=_hash(env.choice("YIWANG_HASH", ALGORITHMS, SHA256.name)),
        seal_time=_time_of_day("YIWANG_SEAL_TIME", env.text("YIWANG_SEAL_TIME", "00:30")),
        seal_key=env.secret("YIWANG_SEAL_KEY"),
        seal_public_keys=env.secret("YIWANG_SEAL_PUBLIC_KEYS"),
        master_keys=env.secret("YIWANG_MASTER_KEYS"),
        erasures_file=env.path("YIWANG_ERASURES"),
        rebuild_release=env.choice("YIWANG_REBUILD_RELEASE", RELEASES, "two"),
        personal_cipher=env.choice("YIWANG_PERSONAL_CIPHER", PERSONAL_CIPHERS, PERSONAL_CIPHERS[0]),
    )


def dsn_variable(service: str) -> str:
    return f"YIWANG_{service.upper()}_DSN"


def clock_variable(clock: Clock) -> dict[str, str]:
    """The environment of a process beside, so that it begins at the present moment of a simulated clock and
    not at its start. It stands still there; the machine's own clock needs no telling."""
    if isinstance(clock, SimulatedClock):
        return {"YIWANG_CLOCK": f"simulated:{clock.now().isoformat()}"}
    return {}


def clock_of(text: str) -> Clock:
    """What `YIWANG_CLOCK` says. Raises `SettingError`."""
    if text == "system":
        return SystemClock()
    kind, _, start = text.partition(":")
    if kind != "simulated":
        raise SettingError("YIWANG_CLOCK", f"{text!r} is neither 'system' nor 'simulated:<ISO 8601 time>'")
    try:
        moment = datetime.fromisoformat(start)
    except ValueError:
        raise SettingError("YIWANG_CLOCK", f"{start!r} is not an ISO 8601 time") from None
    if moment.tzinfo is None:
        raise SettingError("YIWANG_CLOCK", f"{start!r} has no offset (write +08:00)")
    return SimulatedClock(moment)


def _hash(name: str) -> Algorithm:
    """Looked at now, since an OpenSSL without SM3 would refuse the first append."""
    try:
        ALGORITHMS[name].digest(b"")
    except ValueError:
        raise SettingError("YIWANG_HASH", f"this machine's OpenSSL does not offer {name}") from None
    return ALGORITHMS[name]


def _time_of_day(variable: str, text: str) -> time:
    try:
        found = time.fromisoformat(text)
    except ValueError:
        raise SettingError(variable, f"{text!r} is not a time of day (write 00:30)") from None
    if found.tzinfo is not None:
        raise SettingError(variable, f"{text!r} has an offset, and the time is Asia/Shanghai's")
    return found


def _given(value: str | None, variable: str, consequence: str) -> str:
    if not value:
        raise SettingError(variable, f"is not set (nor {variable}_FILE), so {consequence}")
    return value


def level_number(settings: Settings) -> int:
    return logging.getLevelNamesMapping()[settings.log_level]
