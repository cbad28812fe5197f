"""Whose fault a failure is, and how to say so without quoting what the event holds."""

from __future__ import annotations

import psycopg2

from shared.eventstore.errors import StoreUnavailable
from shared.problems import Problem


class ReplayFailed(Exception):
    """The history can't be applied; what serves is untouched."""


def is_passing(error: BaseException) -> bool:
    """Whether to try again rather than to blame the event."""
    if isinstance(error, Problem):
        return error.status == 503
    return isinstance(error, StoreUnavailable | psycopg2.OperationalError | psycopg2.InterfaceError)


def describe(error: BaseException | None) -> str | None:
    """The error's kind and the line it came from; its text may hold personal data and stays out."""
    if error is None:
        return None
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    return f"{type(error).__name__} in {trace.tb_frame.f_code.co_qualname}, line {trace.tb_lineno}"
