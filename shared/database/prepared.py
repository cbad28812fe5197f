"""A prepared statement with binary parameters, over a psycopg2 connection.

psycopg2 writes every parameter into the statement's text, and the server reads it there again: for one event
that is half of its work. So the one statement that each append sends is handed to libpq, on the driver's own
connection. All else stays the driver's.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from struct import Struct, calcsize
from typing import Any

import psycopg2
import psycopg2.errors
from psycopg2 import extensions

from shared.database.libpq import Libpq, libpq

_ONE_LENGTH = {"uuid": "16s", "int": "i", "smallint": "h", "timestamptz": "q"}
"""Types whose binary form has one length, as `struct` writes it. timestamptz is microseconds since 2000 began
in UTC."""

_AS_IT_IS = {"bytea", "text", "json"}
_UTF8 = "UTF8"
_COMMAND_OK = 1
_CONNECTION_BAD = 1
_SQLSTATE = ord("C")
_SEVERITIES = ("ERROR:  ", "FATAL:  ", "PANIC:  ")


@dataclass(frozen=True)
class Statement:
    """`types` are those of the parameters: first the ones of one length, then those given as bytes.

    It answers no rows, and no parameter is NULL.
    """

    name: str
    types: tuple[str, ...]
    sql: str

    @property
    def prepare(self) -> str:
        return f"PREPARE {self.name} ({', '.join(self.types)}) AS {self.sql}"


def prepare(connection: Any, statement: Statement) -> Prepared | None:
    """Once per connection; a PREPARE is not undone by a rollback.

    None where only EXECUTE can run it: libpq is out of reach, a parameter is of a type that is not written in
    binary here, or the session does not speak UTF-8.
    """
    known: dict[str, Prepared | None] = connection.prepared
    if statement.name not in known:
        with connection.cursor() as cursor:
            cursor.execute(statement.prepare)
        library = libpq()
        fit = connection.encoding == _UTF8 and _ONE_LENGTH.keys() | _AS_IT_IS >= set(statement.types)
        known[statement.name] = Prepared(connection, statement, library) if library and fit else None
    return known[statement.name]


class Prepared:
    """Nobody else may use the connection meanwhile. No transaction is begun, also without autocommit."""

    def __init__(self, connection: Any, statement: Statement, library: Libpq) -> None:
        codes = [_ONE_LENGTH[type] for type in statement.types if type in _ONE_LENGTH]
        count, self._first = len(statement.types), len(codes)
        self._connection, self._library = connection, library
        self._struct = Struct(">" + "".join(codes))
        self._buffer = ctypes.create_string_buffer(self._struct.size)
        self._values: Any = (ctypes.c_char_p * count)()  # it takes bytes, and addresses
        self._lengths: Any = (ctypes.c_int * count)(*[calcsize(f">{code}") for code in codes])
        self._formats = (ctypes.c_int * count)(*[1] * count)
        place = ctypes.addressof(self._buffer)
        for number in range(self._first):
            self._values[number] = place  # type: ignore[call-overload]
            place += self._lengths[number]
        self._arguments = (
            statement.name.encode(), count, ctypes.addressof(self._values),
            ctypes.addressof(self._lengths), ctypes.addressof(self._formats), 0,
        )  # fmt: skip

    def execute(self, fixed: tuple[Any, ...], rest: tuple[bytes, ...]) -> None:
        """Raises what the driver would: the class of the SQLSTATE, with `pgcode`, and with the server's
        whole message in `pgerror`; `diag` stays empty. A lost connection is closed."""
        pointer = self._connection.pgconn_ptr
        if pointer is None:
            raise psycopg2.InterfaceError("connection already closed")
        self._struct.pack_into(self._buffer, 0, *fixed)
        self._values[self._first :] = rest
        self._lengths[self._first :] = [len(value) for value in rest]
        wait = extensions.get_wait_callback()
        if wait is None:
            result = self._library.exec_prepared(pointer, *self._arguments)
        else:
            result = self._through(wait, pointer)
        try:
            if self._library.result_status(result) != _COMMAND_OK:
                raise self._failure(pointer, result)
        finally:
            self._library.clear(result)

    def _through(self, wait: Any, pointer: int) -> int | None:
        """As a green process must. An exception closes the connection, so none is left half read."""
        library, last = self._library, None
        try:
            if not library.send_query_prepared(pointer, *self._arguments):
                return None
            while True:
                if library.is_busy(pointer):
                    wait(_Waiting(self._connection, library, pointer))
                result = library.get_result(pointer)
                if result is None:
                    return last
                library.clear(last)
                last = result
        except BaseException:
            library.clear(last)
            self._connection.close()
            raise

    def _failure(self, pointer: int, result: int | None) -> psycopg2.Error:
        library = self._library
        code = _text(library.result_error_field(result, _SQLSTATE)) or None
        said = _text(library.result_error_message(result)) or _text(library.error_message(pointer))
        lost = library.status(pointer) == _CONNECTION_BAD
        if lost:
            self._connection.close()
        return _error(code, said, lost=lost)


class _Waiting:
    """What a wait callback is given in place of the connection, whose own `poll` would take the answer."""

    def __init__(self, connection: Any, library: Libpq, pointer: int) -> None:
        self.status = connection.status
        self.fileno = connection.fileno
        self.cancel = connection.cancel
        self._library, self._pointer = library, pointer
        self._listened = False

    def poll(self) -> int:
        library, pointer = self._library, self._pointer
        left = library.flush(pointer)
        if left < 0 or (self._listened and not library.consume_input(pointer)):
            raise psycopg2.OperationalError(_text(library.error_message(pointer)))
        self._listened = True
        if left:
            return extensions.POLL_WRITE
        return extensions.POLL_READ if library.is_busy(pointer) else extensions.POLL_OK


def _error(code: str | None, said: str, *, lost: bool) -> psycopg2.Error:
    message = next((said[len(each) :] for each in _SEVERITIES if said.startswith(each)), said)
    error = _class_of(code, lost=lost)(message)
    error.__setstate__({"pgcode": code, "pgerror": said})  # type: ignore[no-untyped-call]
    return error


def _class_of(code: str | None, *, lost: bool) -> type[psycopg2.Error]:
    """A code that the driver doesn't know counts as the general one of its class."""
    for each in (code, f"{code[:2]}000") if code else ():
        try:
            return psycopg2.errors.lookup(each)
        except KeyError:
            continue
    return psycopg2.OperationalError if lost else psycopg2.DatabaseError


def _text(said: bytes | None) -> str:
    return said.decode("utf-8", "replace") if said else ""
