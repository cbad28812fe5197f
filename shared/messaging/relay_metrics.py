"""Metrics of the relay."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

PUBLISHED = Counter(
    "yiwang_relay_published_total", "Events confirmed by the broker.", ["service", "category"]
)
UNROUTABLE = Counter(
    "yiwang_relay_unroutable_total",
    "Events for which no queue was bound. They stand in the feed: does a subscriber miss its queue?",
    ["service", "category"],
)
FAILED = Counter(
    "yiwang_relay_failures_total",
    "Batches that were not confirmed and are published again. Steady growth: look at the broker.",
    ["service"],
)
LEADING = Gauge("yiwang_relay_leading", "1 in the one process that relays for the service.", ["service"])
HEAD_AT = Gauge(
    "yiwang_relay_head_timestamp_seconds",
    "Everything committed before this moment is confirmed by the broker. Falls behind when the relay lags.",
    ["service"],
)
