"""Rows by binary COPY: the events that text would give, and no half of a page when something ends it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta, timezone
from uuid import uuid4

import psycopg2.errors
import pytest
from psycopg2.extensions import get_wait_callback, set_wait_callback
from psycopg2.extras import wait_select

from shared.eventstore import copying
from shared.eventstore.copying import CopiedEvent, CopiedEvents, copy_out
from shared.eventstore.errors import StoreUnavailable
from shared.eventstore.event import Metadata, NewEvent
from shared.personal.errors import NoVault

MOMENTS = [
    datetime(1949, 10, 1, 15, 0, tzinfo=timezone(timedelta(hours=8))),
    datetime(1999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(2000, 1, 1, tzinfo=UTC),
    datetime(2026, 11, 22, 9, 30, 1, 120, tzinfo=UTC),
    datetime(9999, 12, 31, tzinfo=UTC),
]
DATA = [
    {},
    {"a": '许可 🏮\x00\n"\\%s'},
    {"n": [2**70, -7, None, True], "long": "x" * 70_000},
    {"~": "~sealed"},
]
LONG = "case." + "noted_" * 40


def fill(store, events):
    stream = uuid4()
    with store.unit_of_work() as unit:
        unit.append(stream, 0, events, Metadata("o'Brien", "clerk"))
    store.tick()
    return stream


def as_text(read):
    set_wait_callback(wait_select)
    try:
        return read()
    finally:
        set_wait_callback(None)


def test_both_forms_give_the_same_events(store):
    for kind in ("case.noted", "fee.paid", LONG):
        fill(store, [NewEvent(kind, data, at) for data in DATA for at in MOMENTS])
    binary, text = store.read_feed().events, as_text(lambda: store.read_feed().events)
    assert len(binary) == 3 * len(DATA) * len(MOMENTS)
    assert {type(event) for event in binary} == {CopiedEvent} != {type(event) for event in text}
    assert [asdict(event) for event in binary] == [asdict(event) for event in text]


@pytest.mark.parametrize("category", ["it's", "100%", "%s", "a;b", "许可", "%(tick)s"])
def test_a_category_is_a_value_whatever_is_in_it(store, category):
    fill(store, [NewEvent(f"{category}.noted", {}, MOMENTS[0]), NewEvent("case.noted", {}, MOMENTS[0])])
    assert [event.type for event in store.read_feed(category=category).events] == [f"{category}.noted"]


def test_a_session_of_another_encoding_reads_text(store, db):
    fill(store, [NewEvent("case.noted", {"a": "é"}, MOMENTS[0])])
    with db.connection() as connection:
        connection.set_client_encoding("LATIN1")
    [event] = store.read_feed().events
    assert get_wait_callback() is None
    assert not isinstance(event, CopiedEvent)
    assert event.data == {"a": "é"}


def test_what_is_sealed_does_not_pass_for_empty_without_a_vault(store, form):
    fill(store, [NewEvent("case.noted", {"~sealed": [{"key": "k"}]}, MOMENTS[0])])
    with pytest.raises(NoVault):
        store.read_feed()


def test_settings_before_a_query_end_with_it_and_errors_are_the_servers(db):
    with db.at_once() as cursor:
        with pytest.raises(psycopg2.errors.DivisionByZero):
            copy_out(cursor, "SET LOCAL enable_seqscan = off; SELECT %(n)s / 0", {"n": 1}, refuse)
        copy_out(cursor, "SET LOCAL enable_seqscan = off; SELECT 1 WHERE false", {}, refuse)
        cursor.execute("SHOW enable_seqscan")
        assert cursor.fetchone() == ("on",)


def refuse(row, head):
    raise AssertionError("there is no row")


def test_a_lost_session_in_the_middle_of_a_page_is_an_unavailable_store(store, db, monkeypatch):
    fill(store, [NewEvent("case.noted", {"text": "x" * 1_000}, MOMENTS[0])] * 1)
    with db.session() as other, pytest.raises(StoreUnavailable), db.at_once() as cursor:
        ending = _Ending(other, cursor.connection.get_backend_pid())
        monkeypatch.setattr(copying, "_Stream", lambda take: ending)
        copy_out(cursor, "SELECT repeat('x', 1000) FROM generate_series(1, 100000)", {}, refuse)
    monkeypatch.undo()
    assert len(store.read_feed().events) == 1


class _Ending:
    """Ends the session that writes to it."""

    def __init__(self, other, pid):
        self.other, self.pid = other, pid

    def write(self, part):
        if self.pid is not None:
            with self.other.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s)", (self.pid,))
            self.pid = None


def test_an_interrupted_page_keeps_no_connection(store, monkeypatch):
    def interrupt(row, head):
        raise KeyboardInterrupt

    fill(store, [NewEvent("case.noted", {}, MOMENTS[0])])
    monkeypatch.setattr(copying, "_taker", lambda *of_a_page: interrupt)
    for _ in range(20):  # more often than the pool has connections
        with pytest.raises(KeyboardInterrupt):
            store.read_feed()
    monkeypatch.undo()
    assert len(store.read_feed().events) == 1


@pytest.mark.parametrize("parts", [[], [b""], [copying._HEADER]])
def test_a_copy_without_an_end_is_refused(parts):
    class Cursor:
        mogrify = staticmethod(lambda statement, values: statement)

        def copy_expert(self, statement, stream):
            for part in parts:
                stream.write(part)

    with pytest.raises(ValueError, match="no end"):
        copy_out(Cursor(), "SELECT", {}, refuse)


def test_rows_of_other_columns_are_refused(db):
    found = CopiedEvents("e", "", "cases")
    with db.at_once() as cursor, pytest.raises(ValueError, match="columns"):
        found.read(cursor, "SELECT repeat('x', 200)", {})
    assert found.events == []
