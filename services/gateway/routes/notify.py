"""Messages to people, subscriptions of departments, and the pull of events."""

from __future__ import annotations

from services.gateway.local.replays import replays
from services.gateway.routes.route import API, Condition, Route, command, read
from shared.contracts import notify as contract

_TAG = "notify"

NOTIFY_ROUTES = (
    read(
        "/messages", "notify", "inbox", "消息 Own messages", _TAG,
        query=contract.InboxQuery, answer=contract.Inbox,
    ),
    command("/messages/{id}/read", "notify", "mark_read", "标为已读 Mark as read", _TAG),
    command(
        "/subscriptions",
        "notify",
        "create_subscription",
        "新建订阅 Subscribe to events",
        _TAG,
        body=contract.CreateSubscription,
        answer=contract.SubscriptionAnswer,
        status=201,
        location=f"{API}/subscriptions/{{id}}",
        example={
            "name": "city-hall",
            "filters": {"types": ["case.accepted", "case.completed"], "regions": ["510100000000"]},
            "delivery": {"kind": "webhook", "url": "https://hall.example.gov.cn/events"},
        },
    ),
    read(
        "/subscriptions", "notify", "subscriptions", "订阅列表 Subscriptions", _TAG,
        query=contract.SubscriptionList, answer=contract.Subscriptions,
    ),
    read(
        "/subscriptions/{id}", "notify", "subscription", "订阅 One subscription", _TAG,
        query=contract.SubscriptionId, answer=contract.SubscriptionAnswer,
    ),
    read(
        "/subscriptions/{id}/deliveries", "notify", "deliveries", "投递情况 Its deliveries", _TAG,
        query=contract.SubscriptionId, answer=contract.Deliveries,
    ),
    Route(
        "PATCH", f"{API}/subscriptions/{{id}}", "修改订阅 Change a subscription", _TAG,
        "notify", "change_subscription", body=contract.ChangeSubscription,
        answer=contract.SubscriptionAnswer, key=True, condition=Condition.OPTIONAL,
    ),
    Route(
        "DELETE", f"{API}/subscriptions/{{id}}", "取消订阅 End a subscription", _TAG,
        "notify", "end_subscription", key=True, condition=Condition.OPTIONAL,
    ),
    command(
        "/subscriptions/{id}/replay",
        "notify",
        "replay",
        "重放 Send history again",
        _TAG,
        body=contract.ReplaySubscription,
        answer=contract.Replay,
        condition=Condition.OPTIONAL,
        example={"from": "2026-11-01T00:00:00+08:00", "dry_run": True},
    ),
    read(
        "/events", "notify", "events", "事件拉取 Pull events", _TAG,
        query=contract.EventsQuery, answer=contract.EventPage,
    ),
    Route(
        "POST", f"{API}/operations/replays", "按名称重放 Send history again, by name", "operations",
        body=contract.ReplayByName, answer=contract.Replay, key=True, local=replays,
        permission="operations.act", timeout=60.0,
        example={"subscription": "city-hall", "from": "2026-11-01T00:00:00+08:00", "dry_run": True},
        note="An operator's replay waits for another operator's `release` (202) unless the platform is a"
        " demonstration. A read model is refused: it is rebuilt.",
    ),
    read(
        "/operations/outbox", "notify", "outbox", "发件箱 What was sent", "operations",
        query=contract.OutboxQuery, answer=contract.Outbox,
    ),
)  # fmt: skip
