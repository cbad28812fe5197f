"""For operators: how the platform fares, what is parked, what was published, what time it is."""

from __future__ import annotations

from services.gateway.local import operations as local
from services.gateway.local import rebuilds
from services.gateway.routes.route import API, Route
from services.gateway.schemas import (
    ClockReading,
    FeedPage,
    FeedQuery,
    ParkedAct,
    ParkedDone,
    ParkedEvents,
    ParkedList,
    ParkedQuery,
    PlatformStatus,
    RebuildList,
    RebuildQuery,
    RebuildsQuery,
    Resumed,
    RetriedAll,
    SealList,
    SealQuery,
    SealsQuery,
    SealTaken,
    SetClock,
    SubscriberRef,
)
from shared.contracts.operations import AskRebuild, Rebuild, ResumeSubscriber, SkipParked

_TAG = "operations"
_PARKED = f"{API}/operations/parked/{{service}}/{{subscriber}}"
_REBUILDS = f"{API}/operations/rebuilds"
_STREAM = f"{_PARKED}/{{stream}}"
_REPAIR_SECONDS = 60.0
"""A stream may be long, and a subscriber have many of them; each event is applied anew."""
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
        query=ParkedAct, answer=ParkedEvents, local=local.parked_show, permission=_READ,
    ),
    Route(
        "POST", f"{_STREAM}/retry", "重试 Try a parked case again", _TAG,
        query=ParkedAct, answer=ParkedDone, key=True, local=local.parked_retry, permission=_ACT,
        timeout=_REPAIR_SECONDS,
    ),
    Route(
        "POST", f"{_PARKED}/retry", "全部重试 Try all parked cases of a subscriber again", _TAG,
        query=SubscriberRef, answer=RetriedAll, key=True, local=local.parked_retry_all, permission=_ACT,
        timeout=_REPAIR_SECONDS,
    ),
    Route(
        "POST", f"{_STREAM}/skip", "跳过 Skip what is parked", _TAG,
        query=ParkedAct, body=SkipParked, answer=ParkedDone, key=True, local=local.parked_skip,
        permission=_ACT, timeout=_REPAIR_SECONDS,
        example={"reason": "duplicate of a fact that the department corrected", "version": 4},
    ),
    Route(
        "POST", f"{API}/operations/subscribers/{{service}}/{{subscriber}}/resume",
        "恢复订阅者 Let a stopped subscriber go on", _TAG,
        query=SubscriberRef, body=ResumeSubscriber, answer=Resumed, key=True, local=local.resume,
        permission=_ACT, timeout=_REPAIR_SECONDS, example={"from": "common"},
        note="`head` and `beginning` are for one whose place the owner of its feed has lost in a restore; of"
        " anybody else 409 `place_is_known`.",
    ),
    Route(
        "POST", _REBUILDS, "重建读模型 Build a read model anew", _TAG,
        body=AskRebuild, answer=Rebuild, status=202, key=True, local=rebuilds.ask, permission=_ACT,
        location=f"{_REBUILDS}/{{id}}", example={"read_model": "work_list", "workers": 2},
        note="Beside the serving copy, which serves until both stand at the same event. Another operator has"
        " to `release` it, unless YIWANG_REBUILD_RELEASE is `one`. 409 `rebuild_running` while one runs.",
    ),
    Route(
        "GET", _REBUILDS, "重建列表 Rebuilds, newest first", _TAG,
        query=RebuildsQuery, answer=RebuildList, local=rebuilds.listed, permission=_READ,
    ),
    Route(
        "GET", f"{_REBUILDS}/{{id}}", "重建进度 One rebuild: how far it is, how it ended", _TAG,
        query=RebuildQuery, answer=Rebuild, local=rebuilds.one, permission=_READ,
    ),
    Route(
        "GET", f"{API}/operations/feed", "已发布事件 Published events of a category", _TAG,
        query=FeedQuery, answer=FeedPage, local=local.feed, permission=_READ,
    ),
    Route(
        "GET", f"{API}/operations/seals", "存证 Signed seals of a service, newest first", _TAG,
        query=SealsQuery, answer=SealList, local=local.seals, permission=_READ,
    ),
    Route(
        "POST", f"{API}/operations/seals", "立即存证 Seal what a service holds now", _TAG,
        query=SealQuery, answer=SealTaken, key=True, local=local.seal, permission=_ACT, timeout=120.0,
        note="The day is sealed at a set time anyway; this is for before a repair or a hand-over.",
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
