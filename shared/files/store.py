"""What a file store can do. Who may read a file is the owning service's question, not the store's."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from shared.problems import not_found


@dataclass(frozen=True, slots=True)
class StoredFile:
    """`sha256` is the address, in lower-case hex. `media_type` is what the content is, not what was said."""

    sha256: str
    size: int
    media_type: str
    name: str


class FileStore(Protocol):
    def put(self, chunks: Iterable[bytes], *, name: str, limit: int) -> StoredFile:
        """Keep the bytes; when it returns they are on the disk.

        Holds one chunk in memory at a time. Raises `Problem`: 413 beyond `limit` bytes, 415 for
        content that is not on the list of kinds, 422 for an empty file. Then nothing is kept.
        """
        ...

    def open(self, sha256: str) -> AbstractContextManager[BinaryIO]:
        """The bytes. Raises the 404 problem."""
        ...

    def exists(self, sha256: str) -> bool: ...

    def delete(self, sha256: str) -> bool:
        """Forget the bytes, for whoever named them; False when there were none."""
        ...


def require_address(sha256: str) -> str:
    """An address becomes part of a path, so nothing else may pass for one."""
    if len(sha256) != 64 or set(sha256) - set("0123456789abcdef"):
        raise not_found("file")
    return sha256
