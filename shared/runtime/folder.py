"""The data folder of an embedded platform: who holds it, its secrets, and what it tells the command line."""

from __future__ import annotations

import fcntl
import json
import os
from datetime import timedelta
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.clock import Clock
from shared.config.environment import SettingError
from shared.personal.masters import new_master_key
from shared.security.actor import Actor
from shared.security.tokens import TokenIssuer

TOKEN_LIFETIME = timedelta(hours=12)
"""Of the operator token in the folder. Whoever can read the folder can read the keys beside it anyway."""


class DataFolder:
    def __init__(self, path: Path) -> None:
        self.path = path.expanduser().resolve()
        self._lock: int | None = None

    @property
    def postgres(self) -> Path:
        return self.path / "pg"

    @property
    def private_key(self) -> Path:
        return self.path / "keys" / "token-private.pem"

    @property
    def public_key(self) -> Path:
        return self.path / "keys" / "token-public.pem"

    @property
    def service_secret(self) -> Path:
        return self.path / "keys" / "service-secret"

    @property
    def seal_key(self) -> Path:
        return self.path / "keys" / "seal-private.pem"

    @property
    def seal_public_keys(self) -> Path:
        """The present key's and every former one's, one after the other."""
        return self.path / "keys" / "seal-public.pem"

    @property
    def erasures(self) -> Path:
        """Outside the database's folder: a copy of that put back must not bring anybody back."""
        return self.path / "erasures.jsonl"

    @property
    def master_keys(self) -> Path:
        """Beside the database and not in it: a copy of `pg` alone opens nothing personal."""
        return self.path / "keys" / "master-keys"

    @property
    def operator_token(self) -> Path:
        return self.path / "operator-token"

    @property
    def platform_file(self) -> Path:
        return self.path / "platform.json"

    @property
    def demo_accounts(self) -> Path:
        return self.path / "demo-accounts.json"

    def prepare(self) -> None:
        """Make the folder if need be; raise `SettingError` if it can't be written."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            probe = self.path / f".probe-{os.getpid()}"
            probe.write_text("")
            probe.unlink()
        except OSError as error:
            cause = f"the folder {self.path} can't be written: {error.strerror}"
            raise SettingError("YIWANG_DATA (--data)", cause) from error

    def lock(self) -> None:
        """Hold the folder until this process ends; the kernel lets go even of a killed one's."""
        handle = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(handle, 32).decode() or "unknown"
            os.close(handle)
            raise SettingError(
                "YIWANG_DATA (--data)", f"process {holder} already uses {self.path}; stop it or name another"
            ) from error
        os.ftruncate(handle, 0)
        os.write(handle, str(os.getpid()).encode())
        self._lock = handle
        self.withdraw()

    def unlock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def ensure_secrets(self) -> None:
        """Make keys and the services' secret on the first start; leave those that are there."""
        self.private_key.parent.mkdir(mode=0o700, exist_ok=True)
        if not self.private_key.exists():
            private, public = new_key_pair()
            write_private(self.public_key, public)
            write_private(self.private_key, private)
        if not self.seal_key.exists():
            private, public = new_key_pair()
            former = self.seal_public_keys.read_text("utf-8") if self.seal_public_keys.exists() else ""
            write_private(self.seal_public_keys, former + public)
            write_private(self.seal_key, private)
        if not self.service_secret.exists():
            write_private(self.service_secret, token_urlsafe(48))
        if not self.master_keys.exists():
            write_private(self.master_keys, new_master_key("1") + "\n")

    def write_operator_token(self, clock: Clock) -> None:
        issuer = TokenIssuer(self.private_key.read_text("utf-8"), clock.now)
        actor = Actor(id="operator:local", roles=frozenset({"operator"}), name="local operator")
        write_private(self.operator_token, issuer.issue(actor, TOKEN_LIFETIME))

    def announce(self, url: str) -> None:
        write_private(self.platform_file, json.dumps({"url": url, "pid": os.getpid()}))

    def withdraw(self) -> None:
        for file in (self.platform_file, self.operator_token):
            file.unlink(missing_ok=True)

    def running(self) -> dict[str, Any] | None:
        """`{url, pid}` of the platform that holds this folder now and is ready, else None."""
        if not self.held_by_other():
            return None
        try:
            found: dict[str, Any] = json.loads(self.platform_file.read_text("utf-8"))
            holder = (self.path / "lock").read_text()
        except (OSError, ValueError):
            return None
        # The file of a killed predecessor stays until its successor has locked the folder.
        return found if str(found["pid"]) == holder else None

    def held_by_other(self) -> bool:
        """Whether some process holds the folder."""
        try:
            handle = os.open(self.path / "lock", os.O_RDWR)
        except OSError:
            return False
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
        finally:
            os.close(handle)
        return False


def new_key_pair() -> tuple[str, str]:
    """Private and public Ed25519 key as PEM."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), public.decode()


def write_private(file: Path, text: str) -> None:
    """Readable by the owner alone from its first moment, and never half written."""
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    aside.unlink(missing_ok=True)
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
    aside.replace(file)
