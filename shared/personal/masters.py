"""Master keys: they wrap the subjects' keys and touch no event.

Given as lines `id:base64 of 32 bytes`; the last line is the one in force, the ones above it stay until
`yiwang rotate-keys` has wrapped everything anew.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.config.environment import SettingError
from shared.personal.ciphers import AES_256_GCM, Sealer
from shared.personal.errors import MasterKeyUnknown

VARIABLE = "YIWANG_MASTER_KEYS"
_BYTES = 32


@dataclass(frozen=True)
class MasterKeys:
    """`newest` is the id that wraps from now on."""

    newest: str
    sealers: Mapping[str, Sealer] = field(repr=False)
    text: str = field(repr=False)

    def __reduce__(self) -> tuple[Any, ...]:
        """For worker processes that are handed a vault."""
        return parse_master_keys, (self.text,)

    def wrap(self, key: bytes, about: str) -> bytes:
        """Under the newest. `about` says whose key it is, so that rows can't be exchanged."""
        return self.sealers[self.newest].seal(key, about.encode())

    def unwrap(self, wrapped: bytes, master: str, about: str) -> bytes:
        """Raises `MasterKeyUnknown`, or `SealBroken` for a row that was changed."""
        if master not in self.sealers:
            raise MasterKeyUnknown(master)
        return self.sealers[master].open(wrapped, about.encode())


def parse_master_keys(text: str) -> MasterKeys:
    """Raises `SettingError`, which never repeats a key."""
    sealers: dict[str, Sealer] = {}
    newest = ""
    for number, line in enumerate(text.split(), start=1):
        newest, _, encoded = line.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except ValueError:
            key = b""
        if not newest or len(key) != _BYTES:
            raise SettingError(VARIABLE, f"line {number} is not 'id:base64 of {_BYTES} bytes'")
        if newest in sealers:
            raise SettingError(VARIABLE, f"the id {newest!r} stands on two lines")
        sealers[newest] = AES_256_GCM.with_key(key)
    if not sealers:
        raise SettingError(VARIABLE, "holds no key")
    return MasterKeys(newest, sealers, text)


def new_master_key(id: str) -> str:
    """A line for the setting."""
    return f"{id}:{base64.b64encode(os.urandom(_BYTES)).decode()}"
