"""Authenticated encryption, by name. The name is stored with what it sealed, so a setting may change."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers import Cipher as _Cipher
from cryptography.hazmat.primitives.ciphers import algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.personal.errors import SealBroken

_NONCE, _TAG = 12, 16


class Sealer(Protocol):
    """One key at work. What is sealed is nonce, ciphertext and tag in one; `about` is authenticated too."""

    def seal(self, clear: bytes, about: bytes) -> bytes: ...

    def open(self, sealed: bytes, about: bytes) -> bytes:
        """Raises `SealBroken`."""
        ...


class _Aes256Gcm:
    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(key)

    def seal(self, clear: bytes, about: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        return nonce + self._aead.encrypt(nonce, clear, about)

    def open(self, sealed: bytes, about: bytes) -> bytes:
        try:
            return self._aead.decrypt(sealed[:_NONCE], sealed[_NONCE:], about)
        except InvalidTag:
            raise SealBroken("a sealed value was changed or belongs elsewhere") from None


class _Sm4Gcm:
    def __init__(self, key: bytes) -> None:
        self._key = algorithms.SM4(key)

    def seal(self, clear: bytes, about: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        work = _Cipher(self._key, modes.GCM(nonce)).encryptor()
        work.authenticate_additional_data(about)
        return nonce + work.update(clear) + work.finalize() + work.tag

    def open(self, sealed: bytes, about: bytes) -> bytes:
        nonce, text, tag = sealed[:_NONCE], sealed[_NONCE:-_TAG], sealed[-_TAG:]
        try:
            work = _Cipher(self._key, modes.GCM(nonce, tag)).decryptor()
            work.authenticate_additional_data(about)
            return work.update(text) + work.finalize()
        except (InvalidTag, ValueError):
            raise SealBroken("a sealed value was changed or belongs elsewhere") from None


@dataclass(frozen=True, slots=True)
class CipherKind:
    """`key_bytes` is the length of its keys."""

    name: str
    key_bytes: int
    sealer: type[_Aes256Gcm] | type[_Sm4Gcm]

    def new_key(self) -> bytes:
        return os.urandom(self.key_bytes)

    def with_key(self, key: bytes) -> Sealer:
        return self.sealer(key)


AES_256_GCM = CipherKind("aes-256-gcm", 32, _Aes256Gcm)
SM4_GCM = CipherKind("sm4-gcm", 16, _Sm4Gcm)
CIPHERS = {kind.name: kind for kind in (AES_256_GCM, SM4_GCM)}


def is_offered(kind: CipherKind) -> bool:
    """Whether the OpenSSL below knows it: some distributions are built without SM4."""
    try:
        sealer = kind.with_key(kind.new_key())
        return sealer.open(sealer.seal(b"probe", b""), b"") == b"probe"
    except UnsupportedAlgorithm:
        return False
