"""What stands at the root of the gateway, beside the API."""

from __future__ import annotations

from services.gateway.local.documents import asyncapi_json, docs, openapi_json, stylesheet
from services.gateway.local.health import livez, readyz
from services.gateway.local.keys import jwks, seal_keys
from services.gateway.routes.route import Route
from services.gateway.schemas import Alive, KeySet, Ready

_TAG = "platform"

ROOT_ROUTES = (
    Route(
        "GET", "/livez", "存活检查 Is the process alive", _TAG, answer=Alive, public=True, local=livez,
    ),
    Route(
        "GET", "/readyz", "就绪检查 Is the platform ready", _TAG, answer=Ready, public=True, local=readyz,
    ),
    Route(
        "GET", "/jwks.json", "令牌公钥 Public keys of access tokens", _TAG,
        answer=KeySet, public=True, local=jwks,
    ),
    Route(
        "GET", "/.well-known/yiwang-seal-keys.json", "存证公钥 Public keys of seals", _TAG,
        answer=KeySet, public=True, local=seal_keys,
    ),
    Route("GET", "/openapi.json", "接口文档 This document", _TAG, public=True, local=openapi_json),
    Route("GET", "/asyncapi.json", "事件文档 Published events", _TAG, public=True, local=asyncapi_json),
    Route("GET", "/docs", "接口说明 The document for reading", _TAG, public=True, local=docs),
    Route("GET", "/docs/reference.css", "说明页样式 Its style sheet", _TAG, public=True, local=stylesheet),
)  # fmt: skip
