"""Signatures with Ed25519 (RFC 8032)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from jwt.algorithms import OKPAlgorithm
from jwt.exceptions import InvalidKeyError

from shared.security.keys import jwk, public_of

NAME = "Ed25519"


class Ed25519Signer:
    signature = NAME

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
    signature = NAME

    def __init__(self, public_pem: str) -> None:
        """Raises `ValueError` for what is no Ed25519 key in PEM."""
        self._jwk = jwk(public_pem)
        self.key = self._jwk["kid"]
        key = serialization.load_pem_public_key(public_pem.encode())
        assert isinstance(key, Ed25519PublicKey)  # noqa: S101 - jwk refuses others
        self._key = key

    @classmethod
    def of_jwk(cls, key: Mapping[str, Any]) -> Ed25519Key:
        try:
            public = OKPAlgorithm.from_jwk(dict(key))
        except InvalidKeyError as error:
            raise ValueError(f"it holds a key that is no Ed25519 key: {error}") from error
        if not isinstance(public, Ed25519PublicKey):
            raise ValueError("it holds a key that is not a public Ed25519 key")
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return cls(public.public_bytes(serialization.Encoding.PEM, form).decode())

    def verifies(self, signature: bytes, data: bytes) -> bool:
        try:
            self._key.verify(signature, data)
        except InvalidSignature:
            return False
        return True

    def as_jwk(self) -> dict[str, str]:
        return dict(self._jwk)
