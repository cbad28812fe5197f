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

from shared.database.libpq import Libpq, libpq, pointer

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

    @property
    def execute(self) -> str:
        """With the driver's placeholders; for who sends it as text, once it is prepared."""
        return f"EXECUTE {self.name} ({', '.join(['%s'] * len(self.types))})"


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
        fixed = Struct(">" + "".join(codes))
        self._pack, self._buffer = fixed.pack_into, ctypes.create_string_buffer(fixed.size)
        self._values: Any = (ctypes.c_char_p * count)()  # it takes bytes, and addresses
        self._lengths: Any = (ctypes.c_int * count)(*[calcsize(f">{code}") for code in codes])
        self._formats = (ctypes.c_int * count)(*[1] * count)
        place = ctypes.addressof(self._buffer)
        for number in range(self._first):
            self._values[number] = place  # type: ignore[call-overload]
            place += self._lengths[number]
        self._set_lengths = Struct(f"{count - self._first}i").pack_into
        self._from = self._first * ctypes.sizeof(ctypes.c_int)
        self._name = ctypes.create_string_buffer(statement.name.encode())
        self._arguments = (
            pointer(connection.pgconn_ptr), pointer(ctypes.addressof(self._name)), count,
            pointer(ctypes.addressof(self._values)), pointer(ctypes.addressof(self._lengths)),
            pointer(ctypes.addressof(self._formats)), 0,
        )  # fmt: skip

    def execute(self, fixed: tuple[Any, ...], rest: tuple[bytes, ...]) -> None:
        """Raises what the driver would: the class of the SQLSTATE, with `pgcode`, and with the server's
        whole message in `pgerror`; `diag` stays empty. A lost connection is closed."""
        at = self._connection.pgconn_ptr
        if at is None:
            raise psycopg2.InterfaceError("connection already closed")
        self._pack(self._buffer, 0, *fixed)
        self._values[self._first :] = rest
        self._set_lengths(self._lengths, self._from, *map(len, rest))
        library, wait = self._library, extensions.get_wait_callback()
        result = library.exec_prepared(*self._arguments) if wait is None else self._through(wait, at)
        try:
            if library.result_status(result) != _COMMAND_OK:
                raise self._failure(at, result)
        finally:
            library.clear(result)

    def _through(self, wait: Any, at: int) -> int | None:
        """As a green process must. An exception closes the connection, so none is left half read."""
        library, last = self._library, None
        try:
            if not library.send_query_prepared(*self._arguments):
                return None
            while True:
                if library.is_busy(at):
                    wait(_Waiting(self._connection, library, at))
                result = library.get_result(at)
                if result is None:
                    return last
                library.clear(last)
                last = result
        except BaseException:
            library.clear(last)
            self._connection.close()
            raise

    def _failure(self, at: int, result: int | None) -> psycopg2.Error:
        library = self._library
        code = _text(library.result_error_field(result, _SQLSTATE)) or None
        said = _text(library.result_error_message(result)) or _text(library.error_message(at))
        lost = library.status(at) == _CONNECTION_BAD
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
