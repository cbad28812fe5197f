"""Metrics of whoever applies events. Labels are names of subscribers and services, never of people."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

APPLIED = Counter(
    "yiwang_subscriber_events_total", "Events applied, by subscriber.", ["service", "subscriber"]
)
PARKED = Counter(
    "yiwang_subscriber_parked_total",
    "Streams parked because an event failed. Look at `yiwang parked list`, mend the cause, retry.",
    ["service", "subscriber"],
)
STOPPED = Gauge(
    "yiwang_subscriber_stopped",
    "1 while a subscriber is stopped because too much failed: mend the cause, then `yiwang resume`.",
    ["service", "subscriber"],
)
HEAD_AT = Gauge(
    "yiwang_subscriber_head_timestamp_seconds",
    "Everything its source committed before this moment has been applied. Falls behind when it lags.",
    ["service", "subscriber", "source", "category"],
)
PULLED = Counter(
    "yiwang_subscriber_pulls_total",
    "Pages pulled from an owner's feed. Steady growth means that messages are lost on the way.",
    ["service", "subscriber", "source"],
)
