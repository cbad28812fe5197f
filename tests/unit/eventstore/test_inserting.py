"""How rows reach PostgreSQL: as few statements as promised, the same rows by each way, none half."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from uuid import uuid4

import psycopg2.errors
import pytest
from psycopg2.extensions import set_wait_callback
from psycopg2.extras import wait_select

from shared.database import prepared
from shared.eventstore.errors import StaleVersion, StoreUnavailable
from shared.eventstore.event import Metadata, NewEvent
from shared.eventstore.sealing import verify_chain

BEIJING = timezone(timedelta(hours=8))
AT = datetime(2026, 11, 22, 9, 30, 1, 123456, tzinfo=BEIJING)
META = Metadata("o'Brien", "clerk", correlation_id='c"1\\')
AWKWARD = [
    "it's",
    'say "so"',
    "back\\slash",
    "a\tb\nc\rd\x00\x1f\x7f",
    "许可 🏮",
    "%s %%",
    "\\.",
    "\\N",
    "{1,2}",
    "",
]


@pytest.fixture(params=["plain", "green", "by_text", "green_by_text"])
def process(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """In a green process psycopg2 has a wait callback, and refuses COPY. `by_text`: it hides its libpq."""
    if "by_text" in request.param:
        monkeypatch.setattr(prepared, "libpq", lambda: None)
    if "green" in request.param:
        set_wait_callback(wait_select)
    yield request.param
    set_wait_callback(None)


def events(count, **data):
    return [NewEvent("case.rated", {"n": n, **data}, AT) for n in range(count)]


def append(store, stream, at, new):
    with store.unit_of_work() as unit:
        return unit.append(stream, at, new, META)


def last_statement(db, connection):
    """Seen from a session of its own: the pool would hand out the very connection that is asked about."""
    with db.session() as other, other.cursor() as cursor:
        pid = connection.info.backend_pid
        cursor.execute("SELECT query FROM pg_stat_activity WHERE pid = %s", (pid,))
        return cursor.fetchone()[0]


@pytest.mark.parametrize("count", [1, 2, 100])
def test_whatever_is_in_them_events_come_back_as_they_went(store, process, count):
    stream, texts = uuid4(), {f"t{n}": text for n, text in enumerate(AWKWARD)}
    append(store, stream, 0, events(count, **texts))
    append(store, stream, count, events(count, **texts))
    stored = store.read_stream(stream)
    assert [event.version for event in stored] == list(range(1, 2 * count + 1))
    assert [event.data for event in stored] == [{"n": n, **texts} for n in range(count)] * 2
    assert {event.occurred_at for event in stored} == {AT}
    assert stored[0].metadata == META.as_dict()
    assert verify_chain(stored) is None


def test_a_unit_that_only_appends_is_one_statement(store, db, process):
    stream = uuid4()
    append(store, stream, 0, events(1))
    with store.unit_of_work() as unit:
        unit.append(stream, 1, events(1), META)
        connection = unit._connection
        before = last_statement(db, connection)
        assert "BEGIN" not in before
        assert len(store.read_stream(stream)) == 1
    assert last_statement(db, connection).startswith(
        "EXECUTE append_one" if "by_text" in process else "PREPARE append_one (uuid"
    )
    assert len(store.read_stream(stream)) == 2


def test_a_command_commits_with_its_answer(store, db):
    with store.unit_of_work() as unit:
        assert unit.begin_command("u1", "k1", "f1") is None
        token = unit.txid
        unit.append(uuid4(), 0, events(1), META)
        unit.finish_command({"version": 1})
        connection = unit._connection
    assert last_statement(db, connection).endswith("; COMMIT")
    assert db.fetch("SELECT DISTINCT txid::text FROM events") == [{"txid": str(token)}]


def test_a_new_session_is_prepared_anew(store, db):
    stream = uuid4()
    append(store, stream, 0, events(1))
    (first,) = db._free
    with db.session() as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", (first.info.backend_pid,))
    with pytest.raises(StoreUnavailable):
        append(store, stream, 1, events(1))
    assert append(store, stream, 1, events(1)) == 2
    assert verify_chain(store.read_stream(stream)) is None


def test_somebody_elses_version_between_is_named_when_the_unit_is_left(store, process):
    stream, other = uuid4(), uuid4()
    append(store, stream, 0, events(1))
    with pytest.raises(StaleVersion) as refused, store.unit_of_work() as unit:
        unit.append(other, 0, events(1), META)
        unit.append(stream, 1, events(1), META)
        append(store, stream, 1, events(1))
    assert (refused.value.stream, refused.value.expected) == (stream, 1)
    assert store.read_stream(other) == []


def test_a_failure_that_is_swallowed_is_not_taken_for_a_commit(store):
    stream = uuid4()
    with pytest.raises(RuntimeError, match="failed"), store.unit_of_work() as unit:
        unit.append(stream, 0, events(1), META)
        with pytest.raises(psycopg2.errors.UndefinedTable):
            unit.cursor.execute("SELECT * FROM nowhere")
    assert store.read_stream(stream) == []
    assert append(store, stream, 0, events(1)) == 1


def test_what_it_appended_is_there_for_the_services_own_statements(store):
    stream = uuid4()
    with store.unit_of_work() as unit:
        unit.append(stream, 0, events(2), META)
        unit.cursor.execute("SELECT count(*) FROM events WHERE stream = %s", (str(stream),))
        assert unit.cursor.fetchone() == (2,)


def test_a_unit_that_is_interrupted_keeps_no_connection(store, db):
    for _ in range(12):  # more often than the pool has connections
        with pytest.raises(KeyboardInterrupt), store.unit_of_work() as unit:
            unit.append(uuid4(), 0, events(1), META)
            unit.cursor.execute("SELECT 1")
            raise KeyboardInterrupt
    assert db.fetch("SELECT count(*) AS open FROM events") == [{"open": 0}]
