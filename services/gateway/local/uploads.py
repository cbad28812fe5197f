"""`POST /files`: the bytes go to the file store as they arrive, their description to the cases service."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Event, File, MultipartDecoder, NeedData
from werkzeug.wrappers import Request, Response

from services.gateway.answers import answer_response
from services.gateway.routes.route import Route
from services.gateway.visit import Visit
from shared.files.store import StoredFile
from shared.problems import FieldError, Problem, invalid
from shared.web.json_body import too_large

if TYPE_CHECKING:
    from services.gateway.desk import Desk

_CHUNK = 64 * 1024
_MULTIPART_OVERHEAD = 16 * 1024
"""Boundaries and part headers, on top of the file itself."""


def post_file(desk: Desk, visit: Visit, route: Route) -> Response:
    """One file, raw (name in `?name=`) or as the only file part of a multipart form."""
    key = visit.idempotency_key(route)
    query = visit.parameters(route)
    limit = desk.settings.file_limit
    request = visit.request
    if request.content_length is not None and request.content_length > limit + _MULTIPART_OVERHEAD:
        raise too_large(limit)
    if request.mimetype == "multipart/form-data":
        stored = _store_part(desk, request, limit)
    else:
        stored = desk.files.put(_chunks(request, limit), name=query.get("name") or "file", limit=limit)
    described = {
        "sha256": stored.sha256,
        "size": stored.size,
        "media_type": stored.media_type,
        "name": stored.name,
    }
    answer = desk.app.remote.call(
        "cases",
        "register_file",
        actor=visit.actor,
        body=described,
        key=key,
        correlation_id=visit.request_id,
        language=visit.language,
    )
    return answer_response(answer, route)


def _chunks(request: Request, limit: int) -> Iterator[bytes]:
    """The body as it arrives. What is in a form beside the file counts as well."""
    size = 0
    try:
        while chunk := request.stream.read(_CHUNK):
            size += len(chunk)
            if size > limit + _MULTIPART_OVERHEAD:
                raise too_large(limit)
            yield chunk
    except (ClientDisconnected, OSError) as error:
        raise Problem(400, "incomplete_body", "the body ended before its announced length") from error


def _store_part(desk: Desk, request: Request, limit: int) -> StoredFile:
    events = _events(request, limit)
    try:
        for event in events:
            if isinstance(event, File):
                return desk.files.put(_part(events), name=event.filename, limit=limit)
    except (ValueError, RequestEntityTooLarge) as error:
        raise Problem(400, "malformed_multipart", f"the multipart body can't be read: {error}") from error
    raise invalid([FieldError("file", "required", "the form has no file part")])


def _part(events: Iterator[Event]) -> Iterator[bytes]:
    """The file's bytes; then insists that the body ends properly and holds no second file."""
    for event in events:
        if not isinstance(event, Data):
            break
        yield event.data
        if not event.more_data:
            break
    for event in events:
        if isinstance(event, File):
            raise invalid([FieldError("file", "duplicate", "send one file at a time")])


def _events(request: Request, limit: int) -> Iterator[Event]:
    _, options = parse_options_header(request.headers.get("Content-Type"))
    boundary = options.get("boundary", "")
    if not boundary:
        raise Problem(400, "malformed_multipart", "the multipart body has no boundary")
    decoder = MultipartDecoder(boundary.encode("latin-1"), max_form_memory_size=4 * _CHUNK, max_parts=8)
    incoming = _chunks(request, limit)
    while not isinstance(event := decoder.next_event(), Epilogue):
        if isinstance(event, NeedData):
            decoder.receive_data(next(incoming, None))
        else:
            yield event
