"""For operators: how the platform fares, what is parked, what was published, what time it is."""

from __future__ import annotations

from services.gateway.local import operations as local
from services.gateway.routes.route import API, Route
from services.gateway.schemas import (
    ClockReading,
    FeedPage,
    FeedQuery,
    ParkedAct,
    ParkedList,
    ParkedQuery,
    PlatformStatus,
    SetClock,
)

_TAG = "operations"
_STREAM = f"{API}/operations/parked/{{service}}/{{subscriber}}/{{stream}}"
_READ, _ACT = "operations.read", "operations.act"

OPERATIONS_ROUTES = (
    Route(
        "GET", f"{API}/operations/status", "平台状态 Status of every service", _TAG,
        answer=PlatformStatus, local=local.status, permission=_READ,
    ),
    Route(
        "GET", f"{API}/operations/parked", "搁置的办件 Parked cases", _TAG,
        query=ParkedQuery, answer=ParkedList, local=local.parked, permission=_READ,
    ),
    Route(
        "GET", _STREAM, "搁置的事件 One parked case", _TAG,
        query=ParkedAct, local=local.parked_show, permission=_READ,
    ),
    Route(
        "POST", f"{_STREAM}/retry", "重试 Try a parked case again", _TAG,
        query=ParkedAct, key=True, local=local.parked_retry, permission=_ACT,
    ),
    Route(
        "POST", f"{_STREAM}/skip", "跳过 Skip what is parked", _TAG,
        query=ParkedAct, key=True, local=local.parked_skip, permission=_ACT,
    ),
    Route(
        "GET", f"{API}/operations/feed", "已发布事件 Published events of a category", _TAG,
        query=FeedQuery, answer=FeedPage, local=local.feed, permission=_READ,
    ),
    Route(
        "GET", f"{API}/operations/clock", "平台时钟 The platform's clock", _TAG,
        answer=ClockReading, local=local.read_clock, permission=_READ,
    ),
    Route(
        "POST", f"{API}/operations/clock", "拨动模拟时钟 Move the simulated clock", _TAG,
        body=SetClock, answer=ClockReading, key=True, local=local.set_clock, permission=_ACT,
        example={"now": "2026-12-01T09:00:00+08:00"},
        note="Only where the platform runs on a simulated clock, else 409.",
    ),
)  # fmt: skip
