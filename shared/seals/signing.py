"""Who signs seals, and whose signature a seal carries.

The platform signs with Ed25519. Another signature (SM2, a key in a hardware module, a time-stamping
authority) is a `Signer` and a `PublicKey` with a `signature` name of its own: give the one to
`shared.seals.taking`, and let `load_public_keys` find the other. `docs/proofs.md` says how.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from jwt.algorithms import OKPAlgorithm

from shared.security.keys import jwk, public_of

_PEM = re.compile(r"-----BEGIN PUBLIC KEY-----.+?-----END PUBLIC KEY-----", re.S)


class Signer(Protocol):
    signature: str
    """The name of the kind of signature, as a seal states it."""
    key: str
    """Which key it is: the RFC 7638 thumbprint of the public one."""

    def sign(self, data: bytes) -> bytes: ...


class PublicKey(Protocol):
    signature: str
    key: str

    def verifies(self, signature: bytes, data: bytes) -> bool: ...

    def as_jwk(self) -> dict[str, str]: ...


class Ed25519Signer:
    signature = "Ed25519"

    def __init__(self, private_pem: str) -> None:
        """Raises `ValueError` for what is no Ed25519 key in PEM."""
        self.public_pem = public_of(private_pem)
        self.key = jwk(self.public_pem)["kid"]
        key = serialization.load_pem_private_key(private_pem.encode(), password=None)
        assert isinstance(key, Ed25519PrivateKey)  # noqa: S101 - public_of refuses others
        self._key = key

    def sign(self, data: bytes) -> bytes:
        return self._key.sign(data)


class Ed25519Key:
    signature = "Ed25519"

    def __init__(self, public_pem: str) -> None:
        self._jwk = jwk(public_pem)
        self.key = self._jwk["kid"]
        key = serialization.load_pem_public_key(public_pem.encode())
        assert isinstance(key, Ed25519PublicKey)  # noqa: S101 - jwk refuses others
        self._key = key

    def verifies(self, signature: bytes, data: bytes) -> bool:
        try:
            self._key.verify(signature, data)
        except InvalidSignature:
            return False
        return True

    def as_jwk(self) -> dict[str, str]:
        return dict(self._jwk)


def load_public_keys(text: str) -> dict[str, PublicKey]:
    """Keys by id, from PEM blocks one after the other or from a JSON Web Key Set.

    Raises `ValueError` when there is none, or one that is no Ed25519 key.
    """
    blocks = _PEM.findall(text) if "-----BEGIN" in text else [_pem_of(key) for key in _key_set(text)]
    if not blocks:
        raise ValueError("there is no public key in it")
    keys = [Ed25519Key(block + "\n") for block in blocks]
    return {key.key: key for key in keys}


def _key_set(text: str) -> list[Mapping[str, Any]]:
    found = json.loads(text)
    if not isinstance(found, dict) or not isinstance(found.get("keys"), list):
        raise ValueError("it is neither PEM nor a JSON Web Key Set")
    return found["keys"]


def _pem_of(key: Mapping[str, Any]) -> str:
    public = OKPAlgorithm.from_jwk(dict(key))
    if not isinstance(public, Ed25519PublicKey):
        raise ValueError("it holds a key that is not a public Ed25519 key")
    return public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()
