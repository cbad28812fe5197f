"""Signatures with SM2 over SM3 (GB/T 32918.2, with the default identity of GB/T 35276), by `openssl`.

The library that signs for us otherwise has no SM2, and what else there is in Python is either plain Python,
whose time tells the key, or brings another OpenSSL along. The program is kept, is wherever Debian is, and a
seal is signed once a day. A private key goes to it through a pipe and lies in no file.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Any

NAME = "SM2"

_IDENTITY = "distid:1234567812345678"
_POINT = 64
# SubjectPublicKeyInfo up to the point: id-ecPublicKey, curve 1.2.156.10197.1.301, a BIT STRING, uncompressed.
_BEFORE_POINT = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d03420004")
_CURVE = _BEFORE_POINT[13:23]
_BODY = re.compile(r"-----BEGIN (?:PUBLIC|PRIVATE) KEY-----(.+?)-----END", re.S)
_SECONDS = 30
_ENVIRONMENT = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}


class SM2Signer:
    signature = NAME

    def __init__(self, private_pem: str) -> None:
        """Raises `ValueError` for what is no SM2 key in PKCS 8, or where no `openssl` knows SM2."""
        if _CURVE not in _der(private_pem):
            raise ValueError("the private key is no SM2 key")
        self._private = private_pem
        with _in_a_pipe(private_pem) as (name, end):
            self.public_pem = _openssl(["pkey", "-in", name, "-pubout"], end).decode()
        self.key = SM2Key(self.public_pem).key

    def sign(self, data: bytes) -> bytes:
        with _in_a_pipe(self._private) as (name, end):
            return _openssl(["pkeyutl", "-sign", *_HOW, "-inkey", name], end, data)


class SM2Key:
    signature = NAME

    def __init__(self, public_pem: str) -> None:
        """Raises `ValueError` for what is no SM2 key in PEM."""
        der = _der(public_pem)
        if not der.startswith(_BEFORE_POINT) or len(der) != len(_BEFORE_POINT) + _POINT:
            raise ValueError("the public key is no SM2 key")
        self._pem = public_pem
        self._x, self._y = _base64(der[-64:-32]), _base64(der[-32:])
        named = f'{{"crv":"SM2","kty":"EC","x":"{self._x}","y":"{self._y}"}}'
        self.key = _base64(hashlib.sha256(named.encode()).digest())

    @classmethod
    def of_jwk(cls, key: Mapping[str, Any]) -> SM2Key:
        if key.get("kty") != "EC" or key.get("crv") != NAME:
            raise ValueError("it holds a key that is not a public SM2 key")
        point = b"".join(base64.urlsafe_b64decode(str(key.get(name, "")) + "==") for name in ("x", "y"))
        body = base64.b64encode(_BEFORE_POINT + point).decode()
        return cls(f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n")

    def verifies(self, signature: bytes, data: bytes) -> bool:
        """Raises `OSError` where there is no `openssl`: that says nothing of the signature."""
        with TemporaryDirectory() as folder:
            files = {"key": self._pem.encode(), "signature": signature}
            for name, content in files.items():
                with open(os.path.join(folder, name), "wb") as file:  # noqa: PTH118, PTH123 - as openssl wants it
                    file.write(content)
            command = ["openssl", "pkeyutl", "-verify", *_HOW, "-pubin", "-inkey", f"{folder}/key",
                       "-sigfile", f"{folder}/signature"]  # fmt: skip
            done = subprocess.run(  # noqa: S603 - a fixed program
                command, input=data, capture_output=True, timeout=_SECONDS, env=_ENVIRONMENT, check=False
            )
        return done.returncode == 0 and b"Verified Successfully" in done.stdout

    def as_jwk(self) -> dict[str, str]:
        return {
            "kty": "EC", "crv": NAME, "x": self._x, "y": self._y, "kid": self.key, "use": "sig", "alg": "SM2",
        }  # fmt: skip


_HOW = ("-rawin", "-digest", "sm3", "-pkeyopt", _IDENTITY)


def _openssl(arguments: Sequence[str], end: int, data: bytes = b"") -> bytes:
    """Raises `ValueError` with what the program says, which quotes no key."""
    try:
        return subprocess.run(  # noqa: S603 - a fixed program
            ["openssl", *arguments], input=data, capture_output=True, check=True, timeout=_SECONDS,  # noqa: S607
            pass_fds=(end,), env=_ENVIRONMENT,
        ).stdout  # fmt: skip
    except OSError as error:
        raise ValueError(f"SM2 needs the program openssl, 3.0 or newer: {error.strerror}") from error
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().splitlines()
        raise ValueError(f"openssl refused the SM2 key: {said[-1] if said else error.returncode}") from error


@contextmanager
def _in_a_pipe(text: str) -> Iterator[tuple[str, int]]:
    """A name that a child reads it by, once. A key fits into a pipe, so writing doesn't wait."""
    end, ours = os.pipe()
    try:
        os.write(ours, text.encode())
        os.close(ours)
        yield f"/dev/fd/{end}", end
    finally:
        os.close(end)


def _der(pem: str) -> bytes:
    """Raises `ValueError`, which `binascii.Error` is."""
    found = _BODY.search(pem)
    if found is None:
        raise ValueError("it is no key in PEM")
    return base64.b64decode("".join(found[1].split()), validate=True)


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
