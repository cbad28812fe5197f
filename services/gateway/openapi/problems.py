"""How the document tells of failures."""

from __future__ import annotations

from typing import Any

from services.gateway.routes.route import Condition, Route

PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457 problem details. `code` is stable; `detail` is for people and may change.",
    "required": ["type", "title", "status", "detail", "code", "errors"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {
                    "field": {"type": "string", "description": "a path such as `materials.0.code`"},
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                },
            },
        },
    },
}

PROBLEM_EXAMPLE = {
    "type": "urn:yiwang:problem:invalid_fields",
    "title": "字段有误",
    "status": 422,
    "detail": "the body has invalid fields",
    "code": "invalid_fields",
    "errors": [{"field": "applicant.id_no", "code": "required", "message": "Missing data."}],
}

_ALWAYS = {"422": "A field or parameter is wrong; `errors` names each", "500": "Our fault"}
_TEXTS = {
    "400": "Malformed: JSON, headers, or no Idempotency-Key",
    "401": "Not signed in, or the token is not valid",
    "403": "Not permitted",
    "404": "Not there, or not for you to see",
    "409": "The state says no, or the Idempotency-Key was used for another request",
    "412": "Stale version",
    "413": "The body is too large",
    "415": "Not a media type we take",
    "428": "If-Match is missing",
    "429": "Too many requests; see Retry-After",
    "503": "A service can't be asked just now; ask again, with the same key",
}


def problem_responses(route: Route) -> dict[str, Any]:
    """Those that can happen at this route; all have the same shape."""
    statuses = {"400", "503"}
    if not route.public:
        statuses |= {"401", "403"}
    if route.path_parameters:
        statuses.add("404")
    if route.method != "GET":
        statuses |= {"409", "413", "415"}
    if route.condition is not Condition.NONE:
        statuses.add("412")
    if route.condition is Condition.REQUIRED:
        statuses.add("428")
    if route.rate:
        statuses.add("429")
    texts = {status: _TEXTS[status] for status in statuses} | _ALWAYS
    return {status: _response(text) for status, text in sorted(texts.items())}


def _response(text: str) -> dict[str, Any]:
    return {"$ref": "#/components/responses/Problem", "description": text}
