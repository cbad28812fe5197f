"""Every metric of the runtime: what it counts, and what to do when it looks bad.

Each process serves them under `/metrics` on a port of its own, so that the public port shows none.
"""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram, start_http_server

from shared.config.environment import SettingError

CALLS = Counter(
    "yiwang_calls_total",
    "Operations answered, by outcome (ok, refused, failed). Rising 'failed': look for operation_failed"
    " in that service's log; rising 'refused' of one operation: a client sends what the contract forbids.",
    ("service", "operation", "outcome"),
)
CALL_SECONDS = Histogram(
    "yiwang_call_seconds",
    "Seconds to answer an operation, waiting for other services included. Rising for all operations of a"
    " service: its database or its workers are short; for one: look at that query.",
    ("service", "operation"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
EXPIRED_CALLS = Counter(
    "yiwang_expired_calls_total",
    "Requests thrown away because their caller had stopped waiting. More than a few: the service can't keep"
    " up, add replicas.",
    ("service",),
)
REMOTE_TIMEOUTS = Counter(
    "yiwang_remote_timeouts_total",
    "Questions to another service that got no answer in time. Is that service up, is its queue long?",
    ("service", "target"),
)
LOOP_FAILURES = Counter(
    "yiwang_loop_failures_total",
    "Background loops (ticker, projector, timers, relay, subscriber) that ended in an error and were begun"
    " again. Any steady rise: the log's loop_failed says which and why.",
    ("service", "loop"),
)
MALFORMED = Counter(
    "yiwang_malformed_messages_total",
    "Messages that were no event and went to the dead-letter queue. Any: look into that queue, find who"
    " published it; nothing of ours is lost, since events are pulled again from their feed.",
    ("service", "queue"),
)
FOLLOWING_STOPPED = Gauge(
    "yiwang_following_stopped",
    "1 when a subscriber has given up on another service's events: see subscriber_stopped in the log, mend"
    " the fault, then `yiwang resume`.",
    ("service", "subscriber", "source"),
)
READY = Gauge(
    "yiwang_ready",
    "1 while the service consumes its calls and subscriptions. 0 for longer than a start: see /readyz.",
    ("service",),
)


def serve_metrics(port: int, bind: str) -> None:
    """Serve `/metrics` from now on, unless `port` is 0."""
    if port == 0:
        return
    try:
        start_http_server(port, addr=bind)
    except OSError as error:
        raise SettingError("YIWANG_METRICS_PORT", f"port {port} can't be used: {error.strerror}") from error
