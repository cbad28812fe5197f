"""libpq as psycopg2 uses it: the functions that the driver has no way to, from the library it is linked with.

Names are looked up in the driver's own module, so it is never another libpq that may lie on the machine.
"""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any

import structlog
from psycopg2 import _psycopg
from psycopg2.extensions import libpq_version

_POINTER, _TEXT, _INT = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int

log = structlog.get_logger(__name__)


class Libpq:
    """libpq's own names and meanings. What may wait for the server lets other threads run meanwhile."""

    def __init__(self, path: str) -> None:
        """Raises `OSError` or `AttributeError` where the library can't be reached."""
        waiting, brief = ctypes.CDLL(path), ctypes.PyDLL(path)
        self.exec_prepared = _as_given(waiting.PQexecPrepared, _POINTER)
        self.send_query_prepared = _as_given(waiting.PQsendQueryPrepared, _INT)
        self.get_result = _function(waiting.PQgetResult, _POINTER, _POINTER)
        self.flush = _function(brief.PQflush, _INT, _POINTER)
        self.consume_input = _function(brief.PQconsumeInput, _INT, _POINTER)
        self.is_busy = _function(brief.PQisBusy, _INT, _POINTER)
        self.status = _function(brief.PQstatus, _INT, _POINTER)
        self.error_message = _function(brief.PQerrorMessage, _TEXT, _POINTER)
        self.result_status = _function(brief.PQresultStatus, _INT, _POINTER)
        self.result_error_message = _function(brief.PQresultErrorMessage, _TEXT, _POINTER)
        self.result_error_field = _function(brief.PQresultErrorField, _TEXT, _POINTER, _INT)
        self.clear = _function(brief.PQclear, None, _POINTER)
        self.version = _function(brief.PQlibVersion, _INT)


def _as_given(found: Any, answer: Any) -> Any:
    """Its arguments are made for C once, by `pointer`, and not for each call: there are seven."""
    found.restype = answer
    return found


def pointer(address: int) -> Any:
    """An argument for C. Keeps nothing alive."""
    return _POINTER.from_param(address)


def _function(found: Any, answer: Any, *arguments: Any) -> Any:
    found.restype, found.argtypes = answer, arguments
    return found


@cache
def libpq(path: str = _psycopg.__file__) -> Libpq | None:
    """None, and a warning, where the driver keeps its libpq to itself: linked into it, its names hidden."""
    try:
        library = Libpq(path)
    except (OSError, AttributeError) as error:
        log.warning("libpq_out_of_reach", reason=str(error))
        return None
    if library.version() != libpq_version():
        log.warning("libpq_out_of_reach", reason="another version than the driver's")
        return None
    return library
