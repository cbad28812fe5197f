"""The gateway's own metrics: what they count, and what to do when they look bad."""

from __future__ import annotations

from prometheus_client import Histogram

REQUEST_SECONDS = Histogram(
    "yiwang_http_request_seconds",
    "Seconds to answer an HTTP request, by method, path template and status. 5xx: look for request_failed or"
    " the named service's log; slow for one path: look at yiwang_call_seconds of its operation; rising 429:"
    " somebody tries passwords or query codes.",
    ("method", "route", "status"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
