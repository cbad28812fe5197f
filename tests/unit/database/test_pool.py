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


def test_many_share_few_connections_and_nobody_gets_anothers(db):
    in_use, shared, done = set(), [], []

    def work():
        for _ in range(60):
            with db.connection() as connection:
                if connection in in_use:
                    shared.append(connection)
                in_use.add(connection)
                with connection.cursor() as cursor:
                    cursor.execute("SELECT 1")
                in_use.discard(connection)
        done.append(True)

    threads = [Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(done), shared) == (8, [])
    assert len(db._free) <= 2


def test_the_place_of_a_lost_connection_is_for_another(db):
    for _ in range(5):  # more often than there are places
        with db.connection() as lost, db.connection():
            lost.close()
    with db.connection(), db.connection():
        pass


def test_who_waits_gets_what_is_given_back_or_the_place_of_what_was_lost(db):
    got = []

    def wait():
        with db.connection() as connection:
            got.append(connection)

    for ends in (lambda _: None, lambda connection: connection.close()):
        with db.connection(), db.connection() as other:
            waiting = Thread(target=wait)
            waiting.start()
            while not db._waiting:
                pass
            ends(other)
        waiting.join()
    assert len(got) == 2


@pytest.mark.parametrize("left_open", ["BEGIN", "BEGIN; SELECT 1"])
def test_a_transaction_that_was_left_open_is_rolled_back(db, left_open):
    with db.connection() as connection, connection.cursor() as cursor:
        cursor.execute(f"{left_open}; CREATE TABLE made (n int)")
    with db.transaction() as cursor:
        assert cursor.connection is connection
        cursor.execute("SELECT to_regclass('made')")
        assert cursor.fetchone() == (None,)


def test_a_connection_whose_autocommit_was_switched_off_is_given_back_with_it(db):
    with db.connection() as connection:
        connection.autocommit = False
        connection.cursor().execute("CREATE TABLE made (n int)")
    with db.connection() as connection:
        connection.autocommit = False
    for _ in range(2):
        with db.at_once() as cursor:
            assert cursor.connection is connection
            cursor.execute("CREATE TABLE IF NOT EXISTS made (n int)")
    assert db.fetch("SELECT count(*) AS n FROM made") == [{"n": 0}]


def test_a_transaction_is_one_and_what_follows_is_none(db):
    with pytest.raises(KeyError), db.transaction() as cursor:
        cursor.execute("CREATE TABLE made (n int)")
        raise KeyError
    with db.transaction() as cursor:
        cursor.execute("CREATE TABLE made (n int)")
        with cursor.connection.cursor("named") as rows:
            rows.execute("SELECT 1")
            assert rows.fetchall() == [(1,)]
    with db.at_once() as cursor:
        cursor.execute("INSERT INTO made VALUES (1)")
        assert db.fetch("SELECT n FROM made") == [{"n": 1}]
