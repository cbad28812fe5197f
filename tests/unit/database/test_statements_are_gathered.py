"""A gathered transaction is one way to the database and back until a result is looked at."""

from __future__ import annotations

import psycopg2
import pytest
from psycopg2 import sql
from psycopg2.extras import execute_values

from shared.database.gathering import GatheringCursor
from shared.database.pool import Database
from shared.eventstore.errors import StoreUnavailable


@pytest.fixture
def db(database_dsn):
    database = Database(database_dsn)
    with database.at_once() as cursor:
        cursor.execute("CREATE TABLE one (n integer PRIMARY KEY, word text)")
    yield database
    database.close()


@pytest.fixture
def sent(monkeypatch):
    """How many statements wait each time that something goes to the database."""
    ways, send = [], GatheringCursor._send

    def count(cursor):
        if cursor._waiting:
            ways.append(len(cursor._waiting))
        send(cursor)

    monkeypatch.setattr(GatheringCursor, "_send", count)
    return ways


def words(db):
    return [row["word"] for row in db.fetch("SELECT word FROM one ORDER BY n")]


def test_what_nobody_looks_at_goes_with_the_commit(db, sent):
    with db.gathered() as cursor:
        cursor.execute("INSERT INTO one VALUES (%s, %s)", (1, "100 %"))
        insert = sql.SQL("INSERT INTO {} VALUES %s").format(sql.Identifier("one"))
        execute_values(cursor, insert, [(2, "二"), (3, "it's")])
        cursor.executemany("INSERT INTO one VALUES (%s, %s)", [(4, ";"), (5, "\\")])
    assert words(db) == ["100 %", "二", "it's", ";", "\\"]
    assert sent == [6], "BEGIN, four inserts, COMMIT"


def test_a_result_is_that_of_the_statement_before(db, sent):
    with db.gathered() as cursor:
        cursor.execute("INSERT INTO one VALUES (1, 'a'), (2, 'b')")
        assert cursor.rowcount == 2
        cursor.execute("UPDATE one SET word = 'c' WHERE n = 1")
        cursor.execute("SELECT n, word FROM one ORDER BY n")
        assert [column.name for column in cursor.description] == ["n", "word"]
        assert (cursor.fetchone(), cursor.fetchmany(5)) == ((1, "c"), [(2, "b")])
        cursor.execute("SELECT n FROM one ORDER BY n")
        assert [n for (n,) in cursor] == [1, 2]
    assert sent == [2, 2, 1, 1]


def test_it_is_whole_or_not_at_all(db):
    with pytest.raises(ZeroDivisionError), db.gathered() as cursor:
        cursor.execute("INSERT INTO one VALUES (1, 'a')")
        assert cursor.rowcount == 1
        raise ZeroDivisionError
    with pytest.raises(psycopg2.errors.UniqueViolation), db.gathered() as cursor:
        cursor.execute("INSERT INTO one VALUES (1, 'a')")
        cursor.execute("INSERT INTO one VALUES (1, 'b')")
    assert words(db) == []
    with db.connection() as connection:
        assert connection.autocommit is True, "given back as it was"


def test_an_error_that_was_caught_inside_is_not_taken_for_a_commit(db):
    with pytest.raises(RuntimeError), db.gathered() as cursor:
        cursor.execute("INSERT INTO one VALUES (1, 'a')")
        cursor.execute("SELECT 1/0")
        with pytest.raises(psycopg2.errors.DivisionByZero):
            cursor.fetchone()
    assert words(db) == []


def test_nothing_executed_sends_nothing(db, sent):
    with db.gathered():
        pass
    assert sent == []


def test_a_lost_connection_is_a_passing_failure_and_its_place_in_the_pool_is_free(db):
    for _ in range(11):  # one more than the pool has places
        with pytest.raises(StoreUnavailable), db.gathered() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
            cursor.fetchall()
    with db.gathered() as cursor:
        cursor.execute("INSERT INTO one VALUES (1, 'a')")
    assert words(db) == ["a"]
