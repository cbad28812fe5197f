"""The OpenAPI 3.1 document. Nothing in it is written twice: routes say the paths, contracts the shapes."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema, fields

from services.gateway.openapi.problems import PROBLEM_EXAMPLE, PROBLEM_SCHEMA, problem_responses
from services.gateway.routes.route import Condition, Route

_DESCRIPTION = """\
JSON in UTF-8, times in ISO 8601 with offset, money in whole fen.

* **Sign in** with `POST /api/v1/sessions`; send `Authorization: Bearer <access_token>` from then on.
* **Commands** carry an `Idempotency-Key`: the same key with the same body gets the same answer again.
* **Versions**: answers carry `ETag`, `version` and `token`; send `If-Match: "<version>"` to act only on
  what you saw, and `after_token=<token>` on a read to see your own command's effect.
* **Lists** answer `items` and `next`; send `next` back as `after`.
* **Errors** are `application/problem+json` (RFC 9457); `code` is stable, `errors` names fields.
"""
_TAGS = {
    "identity": "登录与账户 Sessions, accounts, organisations, regions",
    "catalogue": "事项 Items, guides and their lists",
    "cases": "办件 Cases from application to delivery",
    "notify": "消息与订阅 Messages and subscriptions",
    "supervision": "电子监察 Electronic supervision",
    "operations": "运维 Operations",
    "platform": "平台 Health, keys, contract",
}


def openapi_document(routes: Sequence[Route], public_url: str) -> dict[str, Any]:
    """The document as plain data; `public_url` becomes its only server."""
    plugin = MarshmallowPlugin(schema_name_resolver=component_name)
    spec = APISpec(
        title="Yiwang 一网 API",
        version=version("yiwang"),
        openapi_version="3.1.0",
        plugins=[plugin],
        info={
            "description": _DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        servers=[{"url": public_url}],
        tags=[{"name": name, "description": text} for name, text in _TAGS.items()],
    )
    spec.components.schema("Problem", PROBLEM_SCHEMA)
    spec.components.response(
        "Problem",
        {
            "description": "What went wrong",
            "content": {
                "application/problem+json": {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                    "example": PROBLEM_EXAMPLE,
                }
            },
        },
    )
    spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})
    with warnings.catch_warnings():
        # Two modifiers of one schema (many, partial) would be two components; we use none of them.
        warnings.simplefilter("error")
        for route in routes:
            spec.path(path=route.path, operations={route.method.lower(): _operation(route, plugin)})
    return spec.to_dict()


def component_name(schema: type[Schema] | Schema | str) -> str:
    """`cases.SubmitCase`: contracts of different services may use the same class name."""
    kind = schema if isinstance(schema, type) else type(schema)
    module = kind.__module__.rpartition(".")[2]
    service = "cases" if module.startswith("case_") else module
    return f"{service}.{kind.__name__}"


def _operation(route: Route, plugin: MarshmallowPlugin) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.title,
        "tags": [route.tag],
        "parameters": [*_path_parameters(route), *_query_parameters(route, plugin), *_headers(route)],
        "responses": {str(route.status): _success(route), **problem_responses(route)},
        "security": [] if route.public else [{"bearer": []}],
    }
    if route.note:
        made["description"] = route.note
    if route.method != "GET" and route.body is not None:
        made["requestBody"] = _body(route)
    elif route.path.endswith("/files"):
        made["requestBody"] = _UPLOAD
    return made


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for name in route.path_parameters
    ]


def _query_parameters(route: Route, plugin: MarshmallowPlugin) -> list[dict[str, Any]]:
    schema = route.query() if route.query else None
    by_name = {each.data_key or name: each for name, each in schema.fields.items()} if schema else {}
    return [
        _query_parameter(name, by_name[name], plugin) if name in by_name else dict(_AFTER_TOKEN)
        for name in route.query_parameters
    ]


def _query_parameter(name: str, field: fields.Field[Any], plugin: MarshmallowPlugin) -> dict[str, Any]:
    assert plugin.converter is not None  # noqa: S101 - set when the spec took the plugin in
    shape = plugin.converter.field2property(field)
    description = shape.pop("description", None)
    made = {"name": name, "in": "query", "required": field.required, "schema": shape}
    return made | ({"description": description} if description else {})


def _headers(route: Route) -> list[dict[str, Any]]:
    found = []
    if route.key:
        found.append(_KEY)
    if route.condition is not Condition.NONE:
        found.append(_IF_MATCH | {"required": route.condition is Condition.REQUIRED})
    return found


def _body(route: Route) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": route.body}
    if route.example is not None:
        content["example"] = dict(route.example)
    must = any(field.required for field in route.body().fields.values()) if route.body else False
    return {"required": must, "content": {"application/json": content}}


def _success(route: Route) -> dict[str, Any]:
    media_type = _OTHER_TYPES.get(route.path, "application/json")
    is_text = media_type.startswith("text/")
    content = {"schema": {"type": "string"} if is_text else route.answer or {"type": "object"}}
    made: dict[str, Any] = {"description": "Done", "content": {media_type: content}}
    if route.method != "GET" and route.operation:
        made["headers"] = {"ETag": {"description": "the new version", "schema": {"type": "string"}}}
    return made


_OTHER_TYPES = {
    "/docs": "text/html",
    "/docs/reference.css": "text/css",
    "/jwks.json": "application/jwk-set+json",
}
_AFTER_TOKEN = {
    "name": "after_token",
    "in": "query",
    "required": False,
    "description": "a command's `token`: wait, for a bounded time, until the answer shows its effect",
    "schema": {"type": "string"},
}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "new for each command; the same again for a retry of it",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "example": "6a1f3c1e-0d5b-4f0e-8a56-3f1f9f7d2f10",
}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "description": "the version the command is meant for; 412 when it has moved on",
    "schema": {"type": "string", "pattern": '^(\\*|(W/)?"\\d+")$'},
    "example": '"7"',
}
_UPLOAD = {
    "required": True,
    "content": {
        "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {"file": {"type": "string", "format": "binary"}},
            }
        },
    },
}
