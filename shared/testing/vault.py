"""A vault of a test's own."""

from __future__ import annotations

from shared.personal.ciphers import AES_256_GCM, CipherKind
from shared.personal.declaration import Declaration
from shared.personal.keys import Keys
from shared.personal.masters import new_master_key, parse_master_keys
from shared.personal.vault import Vault

MASTER_KEYS = new_master_key("test")
"""Of this run: every vault of it opens what another has sealed."""


def new_vault(
    declaration: Declaration | None, *, cipher: CipherKind = AES_256_GCM, keys: Keys | None = None
) -> Vault | None:
    """None for a service whose events hold nothing personal."""
    if declaration is None:
        return None
    return Vault(parse_master_keys(MASTER_KEYS), declaration, cipher=cipher, keys=keys)
