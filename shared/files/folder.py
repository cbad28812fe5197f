"""A file store in a folder: `ab/cd/abcd…`, one file per content."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from shared.files.kinds import checked_kind
from shared.files.names import sanitise_name
from shared.files.store import StoredFile, require_address
from shared.problems import FieldError, Problem, invalid, not_found

Scan = Callable[[Path], None]


def no_scan(_: Path) -> None:
    """The default of the virus-scan hook: nothing is installed that could look."""


class FolderFileStore:
    """`scan(path)` may look at each new file before it is kept and refuse it by raising a `Problem`.

    Several processes may share the folder (a network volume): a file is written aside and renamed.
    """

    def __init__(self, folder: Path, scan: Scan = no_scan) -> None:
        self._folder = folder
        self._scan = scan

    def put(self, chunks: Iterable[bytes], *, name: str, limit: int) -> StoredFile:
        incoming = self._folder / "incoming"
        incoming.mkdir(parents=True, exist_ok=True, mode=0o700)
        aside = incoming / uuid4().hex
        try:
            sha256, size = _write(aside, chunks, limit)
            clean = sanitise_name(name)
            kind = checked_kind(aside, clean)
            self._scan(aside)
            self._keep(aside, sha256)
        finally:
            aside.unlink(missing_ok=True)
        return StoredFile(sha256, size, kind.media_type, clean)

    @contextmanager
    def open(self, sha256: str) -> Iterator[BinaryIO]:
        try:
            file = self._path(sha256).open("rb")
        except FileNotFoundError as error:
            raise not_found("file") from error
        with file:
            yield file

    def exists(self, sha256: str) -> bool:
        return self._path(sha256).is_file()

    def delete(self, sha256: str) -> bool:
        path = self._path(sha256)
        existed = path.is_file()
        path.unlink(missing_ok=True)
        return existed

    def _path(self, sha256: str) -> Path:
        address = require_address(sha256)
        return self._folder / address[:2] / address[2:4] / address

    def _keep(self, aside: Path, sha256: str) -> None:
        path = self._path(sha256)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        aside.replace(path)
        # The rename itself must survive a power cut: an event is going to name this file.
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _write(path: Path, chunks: Iterable[bytes], limit: int) -> tuple[str, int]:
    digest = hashlib.sha256()
    size = 0
    with path.open("xb") as file:
        os.fchmod(file.fileno(), 0o600)
        for chunk in chunks:
            size += len(chunk)
            if size > limit:
                detail = f"the file is larger than {limit} bytes"
                raise Problem(413, "too_large", detail, extra={"limit": limit})
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    if size == 0:
        raise invalid([FieldError("file", "empty", "the file is empty")])
    return digest.hexdigest(), size
