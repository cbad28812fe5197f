"""Files that a form carries: kept in the file store as they come, named by their id from then on.

A form that is shown again because something else was wrong names the files it already has, so that
nobody has to pick them a second time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import IO

from services.gateway.pages.page import Page
from shared.files.store import StoredFile
from shared.problems import FieldError, Problem

_CHUNK = 64 * 1024
_BAD_FILE = (413, 415, 422)


def collect(page: Page, codes: list[str], form: dict[str, str]) -> list[FieldError]:
    """Store what was picked under `file-<code>`; puts `kept-<code>` (file id) and `name-<code>` into `form`.

    Answers what is wrong with files, each under the input's name. Raises `Problem` when nothing can be
    stored at all. Blocks for one RPC per file.
    """
    wrong = []
    for code in codes:
        upload = page.request.files.get(f"file-{code}")
        if not upload or not upload.filename:
            continue
        try:
            stored = page.files.put(_chunks(upload.stream), name=upload.filename, limit=page.file_limit)
        except Problem as problem:
            if problem.status not in _BAD_FILE:
                raise
            wrong.append(FieldError(f"file-{code}", _reason(problem), problem.detail))
            continue
        form[f"kept-{code}"] = _register(page, code, stored)
        form[f"name-{code}"] = stored.name
    return wrong


def rows(codes: list[str], form: dict[str, str]) -> list[dict[str, object]]:
    """What is handed in, for the wire: an uploaded file, or how else a material comes."""
    found: list[dict[str, object]] = []
    for code in codes:
        if form.get(f"kept-{code}"):
            found.append({"code": code, "method": "attachment", "file_id": form[f"kept-{code}"]})
        elif form.get(f"method-{code}"):
            found.append({"code": code, "method": form[f"method-{code}"]})
    return found


def _register(page: Page, code: str, stored: StoredFile) -> str:
    key = f"{page.posted_key}-{code}-{stored.sha256[:16]}"
    answer = page.ask("cases", "register_file", body=asdict(stored), key=key)
    return str(answer.value["file_id"])


def _reason(problem: Problem) -> str:
    return problem.errors[0].code if problem.errors else problem.code


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(_CHUNK):
        yield chunk
