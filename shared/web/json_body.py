"""Reads a JSON request body without trusting it.

Refused beyond what the grammar refuses: repeated keys (two readers may see two values), NaN and
infinities, whole numbers that not every JSON reader keeps (RFC 7493), text that PostgreSQL or UTF-8
can't hold, and nesting deeper than any form is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn

from werkzeug.exceptions import ClientDisconnected
from werkzeug.http import parse_options_header
from werkzeug.wrappers import Request

from shared.problems import FieldError, Problem

MIB = 1024 * 1024
DEFAULT_LIMIT = MIB
DEEPEST = 32
_LARGEST_INTEGER = 2**53 - 1
_CHUNK = 64 * 1024
# What may stand for U+0000 or half a surrogate pair; only then is every string looked at.
_SUSPECT_ESCAPE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


def read_json(request: Request, limit: int = DEFAULT_LIMIT) -> dict[str, Any]:
    """The body as an object; without a body an empty one. Raises 400, 413, 415 or 422 problems.

    A body that announces more than `limit` bytes is refused without reading any of it.
    """
    if request.content_length is not None and request.content_length > limit:
        raise too_large(limit)
    announced = request.content_length or request.environ.get("wsgi.input_terminated")
    if announced and request.mimetype:
        _check_media_type(request)
    raw = read_limited(request, limit)
    if not raw:
        return {}
    _check_media_type(request)
    return parse_object(raw)


def read_limited(request: Request, limit: int) -> bytes:
    """The whole body, but never more than `limit` bytes of it in memory."""
    parts: list[bytes] = []
    size = 0
    try:
        while chunk := request.stream.read(_CHUNK):
            size += len(chunk)
            if size > limit:
                raise too_large(limit)
            parts.append(chunk)
    except (ClientDisconnected, OSError) as error:
        raise Problem(400, "incomplete_body", "the body ended before its announced length") from error
    return b"".join(parts)


def too_large(limit: int) -> Problem:
    return Problem(413, "too_large", f"the body is larger than {limit} bytes", extra={"limit": limit})


def parse_object(raw: bytes) -> dict[str, Any]:
    """Parse strictly. Problems name the place: `position`, `line` and `column` where there is one."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _malformed("invalid_utf8", "the body is not valid UTF-8", position=error.start) from error
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_int=_integer,
            parse_float=_fraction,
        )
    except json.JSONDecodeError as error:
        detail = f"the body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        place = {"position": error.pos, "line": error.lineno, "column": error.colno}
        raise _malformed("malformed_json", detail, **place) from error
    except RecursionError as error:
        raise _too_deep() from error
    if not isinstance(value, Mapping):
        raise _malformed("not_an_object", "the body must be a JSON object")
    _check_tree(value, strings=_SUSPECT_ESCAPE.search(text) is not None)
    return dict(value)


def _check_media_type(request: Request) -> None:
    media_type, options = parse_options_header(request.headers.get("Content-Type"))
    is_json = media_type == "application/json" or re.fullmatch(r"application/[\w.-]+\+json", media_type)
    if not is_json or options.get("charset", "utf-8").lower() not in {"utf-8", "utf8"}:
        detail = "send the body as application/json in UTF-8"
        raise Problem(415, "unsupported_media_type", detail, extra={"accepted": ["application/json"]})
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Problem(415, "unsupported_media_type", "send the body without Content-Encoding")


def _malformed(code: str, detail: str, **place: int) -> Problem:
    return Problem(400, code, detail, [FieldError("body", code, detail)], extra=dict(place))


def _too_deep() -> Problem:
    return _malformed("too_deep", f"the body is nested deeper than {DEEPEST} levels")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise _malformed("duplicate_key", f"the key {twice[:100]!r} stands twice in one object")
    return made


def _constant(name: str) -> NoReturn:
    raise _malformed("malformed_json", f"{name} is not a JSON number")


def _integer(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > _LARGEST_INTEGER:
        raise _malformed("number_out_of_range", "a whole number is beyond 2^53 - 1; send it as a string")
    return int(text)


def _fraction(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise _malformed("number_out_of_range", "a number is too large")
    return number


def _check_tree(root: Mapping[str, Any], *, strings: bool) -> None:
    """Level by level, without recursion. Strings only when an escape gave reason to."""
    level: list[tuple[str, Any]] = [("", root)]
    for _ in range(DEEPEST):
        below: list[tuple[str, Any]] = []
        for path, node in level:
            children = list(node.items() if isinstance(node, dict) else enumerate(node))
            if strings:
                _check_strings(path, children)
            below += [(f"{path}{name}.", child) for name, child in children if isinstance(child, dict | list)]
        if not below:
            return
        level = below
    raise _too_deep()


def _check_strings(path: str, children: list[tuple[Any, Any]]) -> None:
    """The JSON is sound, but no text column could hold it: 422, with the field."""
    for name, value in children:
        if isinstance(name, str) and not is_storable(name):
            raise _unstorable(f"{path}?")
        if isinstance(value, str) and not is_storable(value):
            raise _unstorable(f"{path}{name}")


def _unstorable(field: str) -> Problem:
    detail = "a text holds U+0000 or half of a surrogate pair, which can't be stored"
    return Problem(422, "invalid_character", detail, [FieldError(field[:200], "invalid_character", detail)])


def check_storable(values: Mapping[str, Any]) -> None:
    """The same for what came in another way than as JSON. Raises the 422 problem with the field."""
    _check_tree(dict(values), strings=True)


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can hold it: no U+0000, no lone surrogate."""
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
