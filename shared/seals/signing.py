"""Who signs seals, and whose signature a seal carries.

`KINDS` has the kinds of signature by name, as a seal states it. Another one (a key in a hardware module,
a time-stamping authority) is a `Signer` and a `PublicKey` of its own and a line there (`docs/proofs.md`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from cryptography.exceptions import UnsupportedAlgorithm

from shared.seals.ed25519 import Ed25519Key, Ed25519Signer
from shared.seals.sm2 import SM2Key, SM2Signer

__all__ = ["KINDS", "Ed25519Signer", "Kind", "PublicKey", "Signer", "load_public_keys", "load_signer"]

Given = TypeVar("Given")
Made = TypeVar("Made")

_PEM = re.compile(r"-----BEGIN PUBLIC KEY-----.+?-----END PUBLIC KEY-----", re.S)


class Signer(Protocol):
    signature: str
    """The name of the kind of signature, as a seal states it."""
    key: str
    """Which key it is: the RFC 7638 thumbprint of the public one."""
    public_pem: str

    def sign(self, data: bytes) -> bytes: ...


class PublicKey(Protocol):
    signature: str
    key: str

    def verifies(self, signature: bytes, data: bytes) -> bool: ...

    def as_jwk(self) -> dict[str, str]: ...


@dataclass(frozen=True)
class Kind:
    """Each raises `ValueError` for a key that is not of this kind."""

    signer: Callable[[str], Signer]
    of_pem: Callable[[str], PublicKey]
    of_jwk: Callable[[Mapping[str, Any]], PublicKey]


KINDS: dict[str, Kind] = {
    "Ed25519": Kind(Ed25519Signer, Ed25519Key, Ed25519Key.of_jwk),
    "SM2": Kind(SM2Signer, SM2Key, SM2Key.of_jwk),
}
"""By the name that seals state."""


def load_signer(private_pem: str) -> Signer:
    """Of the kind that the key is of. Raises `ValueError` when it is of none."""
    return _first([kind.signer for kind in KINDS.values()], private_pem)


def load_public_keys(text: str) -> dict[str, PublicKey]:
    """Keys by id, of any kind, from PEM blocks one after the other or from a JSON Web Key Set.

    Raises `ValueError` when there is none, or one of no kind that is known.
    """
    kinds = KINDS.values()
    if "-----BEGIN" in text:
        found = [_first([kind.of_pem for kind in kinds], block + "\n") for block in _PEM.findall(text)]
    else:
        found = [_first([kind.of_jwk for kind in kinds], key) for key in _key_set(text)]
    if not found:
        raise ValueError("there is no public key in it")
    return {key.key: key for key in found}


def _first(ways: Sequence[Callable[[Given], Made]], given: Given) -> Made:
    """What the first way makes of it that takes it; else why each of them doesn't."""
    refusals = []
    for way in ways:
        try:
            return way(given)
        except (ValueError, TypeError, KeyError, UnsupportedAlgorithm) as error:
            refusals.append(str(error))
    raise ValueError(f"it is a key of none of the kinds {', '.join(KINDS)}: {'; '.join(refusals)}")


def _key_set(text: str) -> list[Mapping[str, Any]]:
    found = json.loads(text)
    if not isinstance(found, dict) or not isinstance(found.get("keys"), list):
        raise ValueError("it is neither PEM nor a JSON Web Key Set")
    return found["keys"]
