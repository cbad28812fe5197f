"""A statement with binary parameters says and leaves behind what the driver's own way does."""

from __future__ import annotations

import _ctypes
import ctypes
from threading import Thread
from uuid import uuid4

import psycopg2.errors
import pytest
from psycopg2.extensions import (
    TRANSACTION_STATUS_IDLE,
    TRANSACTION_STATUS_INERROR,
    set_wait_callback,
)
from psycopg2.extras import wait_select
from structlog.testing import capture_logs

from shared.database.libpq import libpq
from shared.database.pool import Database
from shared.database.prepared import Statement, prepare
from shared.eventstore.errors import StoreUnavailable

TABLE = """CREATE TABLE kept (id uuid PRIMARY KEY, n int CHECK (n > 0), small smallint, at timestamptz,
raw bytea, said text, body json)"""
PUT = Statement(
    "put",
    ("uuid", "int", "smallint", "timestamptz", "bytea", "text", "json"),
    "INSERT INTO kept VALUES ($1, $2, $3, $4, $5, $6, $7)",
)
BY_TEXT = "EXECUTE put (%s, %s, %s, '2000-01-01 00:00:00Z', %s, %s, %s)"
SLEEP = Statement("sleep", ("int",), "UPDATE kept SET n = n FROM pg_sleep($1)")


@pytest.fixture(params=["plain", "green"])
def process(request):
    yield request.param
    set_wait_callback(None)


@pytest.fixture
def db(database_dsn, process):
    """Green from the first connection on: that is what makes them not block."""
    database = Database(database_dsn, size=2)
    with database.transaction() as cursor:
        cursor.execute(TABLE)
    database.close()
    if process == "green":
        set_wait_callback(wait_select)
    yield database
    database.close()


@pytest.fixture
def connection(db):
    with db.connection() as connection:
        yield connection


def put(connection, *, id=None, n=1, at=0, raw=b"", said="", body="{}"):
    values = (raw, said.encode(), body.encode())
    prepare(connection, PUT).execute(((id or uuid4()).bytes, n, -2, at), values)


def asked(connection, sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def raise_at_insert(connection, what):
    connection.cursor().execute(
        f"CREATE FUNCTION say() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE {what}; RETURN NEW; END$$;"
        "CREATE TRIGGER t BEFORE INSERT ON kept FOR EACH ROW EXECUTE FUNCTION say()"
    )


def test_values_arrive_as_they_are(connection):
    id, raw, said = uuid4(), bytes(range(256)), 'it\'s \\ "so" %s 许可 🏮\n\x01'
    put(connection, id=id, n=2**31 - 1, at=-1, raw=raw, said=said, body='{"a":"\\u0000"}')
    ((i, n, small, at, stored, text, body),) = asked(
        connection, "SELECT id::text, n, small, at::text, raw, said, body::text FROM kept"
    )
    assert (i, n, small, at) == (str(id), 2**31 - 1, -2, "1999-12-31 23:59:59.999999+00")
    assert (bytes(stored), text, body) == (raw, said, '{"a":"\\u0000"}')


def test_more_than_a_socket_takes_at_once(connection):
    body = '"' + "许" * 1_000_000 + '"'
    put(connection, body=body)
    assert asked(connection, "SELECT length(body::text), right(body::text, 3) FROM kept") == [
        (len(body), '许许"')
    ]


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        ({"n": 0}, psycopg2.errors.CheckViolation),
        ({"body": "{"}, psycopg2.errors.InvalidTextRepresentation),
        ({"said": "a\0b"}, psycopg2.errors.CharacterNotInRepertoire),
    ],
)
def test_a_refusal_leaves_the_session_as_the_driver_would(connection, wrong, kind):
    with pytest.raises(kind) as refused:
        put(connection, **wrong)
    assert psycopg2.errors.lookup(refused.value.pgcode) is kind
    assert connection.get_transaction_status() == TRANSACTION_STATUS_IDLE
    connection.cursor().execute("BEGIN")
    with pytest.raises(kind):
        put(connection, **wrong)
    assert connection.get_transaction_status() == TRANSACTION_STATUS_INERROR
    with pytest.raises(psycopg2.errors.InFailedSqlTransaction):
        put(connection)
    connection.cursor().execute("ROLLBACK")
    put(connection)
    assert asked(connection, "SELECT count(*) FROM kept") == [(1,)]


def test_an_error_says_what_the_driver_makes_of_it(connection):
    id = uuid4()
    put(connection, id=id)
    with pytest.raises(psycopg2.errors.UniqueViolation) as ours:
        put(connection, id=id)
    with pytest.raises(psycopg2.errors.UniqueViolation) as drivers:
        connection.cursor().execute(BY_TEXT, (str(id), 1, 1, b"", "", "{}"))
    assert f"Key (id)=({id})" in ours.value.pgerror
    for what in (str, repr, lambda error: error.pgcode, lambda error: error.pgerror):
        assert what(ours.value) == what(drivers.value)


def test_a_code_that_the_driver_does_not_know_counts_as_its_class(connection):
    raise_at_insert(connection, "EXCEPTION 'no' USING ERRCODE = '57X99'")
    with pytest.raises(psycopg2.errors.OperatorIntervention) as refused:
        put(connection)
    assert refused.value.pgcode == "57X99"


def test_a_statement_that_takes_too_long_may_be_tried_again(db):
    with pytest.raises(StoreUnavailable, match="statement timeout") as caught, db.connection() as connection:
        put(connection)
        connection.cursor().execute("SET statement_timeout = 20")
        try:
            prepare(connection, SLEEP).execute((5,), ())
        finally:
            assert connection.get_transaction_status() == TRANSACTION_STATUS_IDLE
            connection.cursor().execute("SET statement_timeout = 30000")
    assert caught.value.context == {"sqlstate": "57014"}
    assert db.fetch("SELECT count(*) AS n FROM kept") == [{"n": 1}]
    assert len(db._free) == 1


def test_a_server_that_is_gone_is_unavailable_and_the_connection_closed(db):
    with pytest.raises(StoreUnavailable), db.connection() as connection:
        put(connection)
        with db.session() as other, other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", (connection.info.backend_pid,))
        put(connection)
    assert connection.closed
    with pytest.raises(psycopg2.InterfaceError, match="closed"):
        put(connection)
    assert db.fetch("SELECT count(*) AS n FROM kept") == [{"n": 1}]


def test_a_server_that_goes_in_the_middle_is_unavailable(db):
    with pytest.raises(StoreUnavailable), db.connection() as connection:
        put(connection)
        statement = prepare(connection, SLEEP)
        with db.session() as other:
            ending = Thread(target=end_when_asleep, args=(other, connection.info.backend_pid))
            ending.start()
            try:
                statement.execute((25,), ())
            finally:
                ending.join()
    assert connection.closed


def end_when_asleep(other, pid):
    """By another thread, which runs only if the one that waits in libpq lets it."""
    for _ in range(10_000):
        if ("PgSleep",) in asked(other, "SELECT wait_event FROM pg_stat_activity"):
            break
    asked(other, f"SELECT pg_terminate_backend({pid})")


def test_an_exception_while_waiting_closes_the_connection(db, process):
    with db.connection() as connection:
        put(connection)
        set_wait_callback(interrupted)
        with pytest.raises(KeyboardInterrupt):
            put(connection)
        set_wait_callback(wait_select if process == "green" else None)
        assert connection.closed
    assert db._free == []


def interrupted(connection):
    connection.poll()
    raise KeyboardInterrupt


def test_notices_reach_the_connection_as_ever(connection):
    raise_at_insert(connection, "NOTICE 'hear'")
    put(connection)
    asked(connection, "SELECT 1")
    assert [each for each in connection.notices if "hear" in each]


def test_only_execute_can_run_it_where_text_or_types_are_others(connection, database_dsn):
    assert prepare(connection, Statement("odd", ("numeric",), "DELETE FROM kept WHERE n = $1")) is None
    connection.set_client_encoding("GBK")
    assert prepare(connection, PUT) is None
    connection.cursor().execute(BY_TEXT, (str(uuid4()), 1, 1, b"", "许可", "{}"))
    assert asked(connection, "SELECT said FROM kept") == [("许可",)]
    connection.set_client_encoding("UTF8")


def test_a_libpq_that_the_driver_hides_is_told_of_once():
    with capture_logs() as logs:
        assert libpq(ctypes.__file__) is None  # no library at all
        assert libpq(_ctypes.__file__) is None  # one without these names
        assert libpq(_ctypes.__file__) is None
    assert [each["event"] for each in logs] == ["libpq_out_of_reach"] * 2
    assert libpq() is not None
