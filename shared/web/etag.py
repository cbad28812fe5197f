"""Stream versions as entity tags: `ETag: "7"` out, `If-Match: "7"` in."""

from __future__ import annotations

import re

from shared.problems import FieldError, Problem

# A proxy that compresses answers weakens their tags, and clients send back what they got.
_TAG = re.compile(r'^(?:W/)?"(\d{1,15})"$')


def etag(version: int) -> str:
    return f'"{version}"'


def parse_if_match(header: str | None) -> int | None:
    """The version the caller means; None without a header or with `*`, which means any version.

    Anything else is a 400: a condition that can't be read must not be taken for no condition.
    """
    if header is None or header.strip() == "*":
        return None
    matched = _TAG.match(header.strip())
    if matched is None:
        detail = 'If-Match must be one version in quotes, such as "7"'
        raise Problem(400, "malformed_if_match", detail, [FieldError("If-Match", "malformed", detail)])
    return int(matched.group(1))
