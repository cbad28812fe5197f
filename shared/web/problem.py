"""Problems as `application/problem+json` (RFC 9457), with titles in the reader's language."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from werkzeug.wrappers import Response

from shared.problems import Problem
from shared.web.language import CHINESE

MEDIA_TYPE = "application/problem+json"

_CHINESE_BY_STATUS = {
    400: "请求格式错误", 401: "请先登录", 403: "没有权限", 404: "未找到", 405: "不支持的请求方法",
    406: "无法提供所要求的格式", 408: "请求超时", 409: "与当前状态冲突", 410: "已不存在",
    412: "版本已过期", 413: "内容过大", 414: "网址过长", 415: "不支持的内容类型", 422: "内容有误",
    423: "已锁定", 428: "缺少版本条件", 429: "请求过于频繁", 500: "服务器内部错误", 501: "尚未实现",
    502: "上游服务异常", 503: "服务暂不可用", 504: "服务响应超时",
}  # fmt: skip
_BY_CODE = {
    "idempotency_key_required": ("缺少幂等键", "Idempotency-Key is missing"),
    "idempotency_key_reused": ("幂等键已用于其他请求", "Idempotency-Key was used for another request"),
    "malformed_json": ("JSON 格式错误", "Malformed JSON"),
    "invalid_utf8": ("不是有效的 UTF-8", "Invalid UTF-8"),
    "duplicate_key": ("JSON 键重复", "Repeated JSON key"),
    "invalid_fields": ("字段有误", "Invalid fields"),
    "stale_version": ("版本已过期", "Stale version"),
    "if_match_required": ("缺少 If-Match 版本条件", "If-Match is missing"),
    "service_unavailable": ("服务暂不可用", "Service unavailable"),
    "not_ready": ("平台未就绪", "Not ready"),
    "rate_limited": ("请求过于频繁", "Too many requests"),
    "not_simulated": ("平台使用真实时钟", "The platform runs on the real clock"),
    "read_model_behind": ("数据尚未更新到位", "The read model is behind"),
}


def title(status: int, code: str, language: str) -> str:
    known = _BY_CODE.get(code)
    if known:
        return known[0] if language == CHINESE else known[1]
    if language == CHINESE:
        return _CHINESE_BY_STATUS.get(status, "请求未能完成")
    return HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "Request failed"


def problem_document(problem: Problem, language: str = CHINESE) -> dict[str, Any]:
    """`extra` members come along, but never in place of a standard one."""
    return dict(problem.extra) | {
        "type": f"urn:yiwang:problem:{problem.code}",
        "title": title(problem.status, problem.code, language),
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
        "errors": [error.as_dict() for error in problem.errors],
    }


RETRY_AFTER = 1
"""Seconds, where a 503 names none: most are over by then, and commands are safe to repeat with their key."""


def problem_response(problem: Problem, language: str = CHINESE) -> Response:
    """The answer to a failed request, with the headers its status asks for.

    `extra` members `retry_after` (seconds) and `allow` (methods) become headers as well; every 503 says
    when to come again.
    """
    body = json.dumps(problem_document(problem, language), ensure_ascii=False)
    response = Response(body, status=problem.status, content_type=MEDIA_TYPE)
    response.headers["Content-Language"] = language
    response.headers["Cache-Control"] = "no-store"
    if problem.status == 401:
        invalid = ', error="invalid_token"' if problem.code == "invalid_token" else ""
        response.headers["WWW-Authenticate"] = f'Bearer realm="yiwang"{invalid}'
    wait = problem.extra.get("retry_after", RETRY_AFTER if problem.status == 503 else None)
    if wait is not None:
        response.headers["Retry-After"] = str(wait)
    if "allow" in problem.extra:
        response.headers["Allow"] = ", ".join(problem.extra["allow"])
    return response
