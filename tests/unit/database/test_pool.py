"""The pool gives back clean connections and says of every passing failure that it may pass."""

from __future__ import annotations

import select
from threading import Event as Flag
from threading import Thread

import psycopg2
import psycopg2.errors
import pytest

from shared.database import pool
from shared.database.pool import Database
from shared.eventstore.errors import StoreUnavailable


@pytest.fixture
def db(database_dsn):
    database = Database(database_dsn, size=2)
    yield database
    database.close()


def one(db):
    return db.fetch("SELECT 1 AS one") == [{"one": 1}]


def test_a_database_that_is_not_there_is_unavailable():
    with pytest.raises(StoreUnavailable):
        one(Database("postgresql://127.0.0.1:1/none"))


def test_a_statement_that_takes_too_long_is_cancelled(db):
    with pytest.raises(StoreUnavailable, match="statement timeout") as caught, db.transaction() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 20")
        cursor.execute("SELECT pg_sleep(5)")
    assert caught.value.context == {"sqlstate": "57014"}
    assert one(db)


def test_every_connection_has_its_limits(db):
    (row,) = db.fetch(
        "SELECT current_setting('statement_timeout') AS statement,"
        " current_setting('idle_in_transaction_session_timeout') AS idle, current_setting('timezone') AS zone"
    )
    assert row == {"statement": "30s", "idle": "1min", "zone": "UTC"}


def test_an_idle_transaction_is_ended_and_its_connection_not_used_again(db):
    with pytest.raises(StoreUnavailable), db.transaction() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 20")
        ended = Flag()
        for _ in range(500):
            if ended.wait(0.01) or _gone(cursor):
                break
        cursor.execute("SELECT 1")
    assert one(db)


def _gone(cursor):
    """Whether the server has said something unasked: that it ended the session."""
    return bool(select.select([cursor.connection], [], [], 0)[0])


def test_a_connection_whose_server_process_ended_is_not_given_back(db):
    with pytest.raises(StoreUnavailable), db.transaction() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    assert one(db)


def test_a_mistake_of_ours_is_raised_as_it_is_and_rolled_back(db):
    with pytest.raises(psycopg2.errors.UndefinedTable), db.transaction() as cursor:
        cursor.execute("CREATE TABLE made (n int)")
        cursor.execute("SELECT * FROM nowhere")
    assert db.fetch("SELECT to_regclass('made') AS made") == [{"made": None}]


def test_who_finds_no_free_connection_is_told_and_does_not_hang(db, monkeypatch):
    monkeypatch.setattr(pool, "CHECKOUT_TIMEOUT", 0.05)
    with db.connection(), db.connection(), pytest.raises(StoreUnavailable, match="no connection"):
        one(db)
    assert one(db)


def test_an_advisory_lock_is_held_by_one_and_freed_at_the_end(db):
    with db.advisory_lock(1, "x") as mine, db.advisory_lock(1, "x") as yours:
        assert (mine, yours) == (True, False)
    with db.advisory_lock(1, "x") as mine:
        assert mine
    assert one(db)


def test_an_advisory_lock_is_freed_after_an_exception(db):
    with pytest.raises(KeyError), db.advisory_lock(1, "x"):
        raise KeyError
    results = []

    def try_it():
        with db.advisory_lock(1, "x") as held:
            results.append(held)

    thread = Thread(target=try_it)
    thread.start()
    thread.join()
    assert results == [True]
