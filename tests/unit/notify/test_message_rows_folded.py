"""What a rebuild folds of a message's events are the rows that the handlers wrote, whatever the batches."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notify.readmodels.inbox import Inbox
from services.notify.readmodels.outbox import Outbox
from shared.database.migrate import create_schema
from shared.database.pool import Database
from shared.eventstore.event import Event
from shared.readmodel.shares import Batch
from shared.testing.postgres import new_database

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
LATER = st.sampled_from(["message.sent", "message.failed", "message.read"])
MESSAGES = st.lists(st.tuples(st.sampled_from(["inbox", "sms"]), st.lists(LATER, max_size=4)), max_size=4)


@pytest.fixture(scope="module")
def db(postgres_server: str) -> Iterator[Database]:
    database = Database(new_database(postgres_server))
    yield database
    database.close()


def history(channel: str, later: list[str]) -> list[Event]:
    stream, message = uuid4(), str(uuid4())
    queued = {
        "message_id": message, "event_id": str(uuid4()), "case_no": "C-1", "template": "accepted",
        "template_version": 1, "params": {"受理": "\\N\t"}, "name_masked": "王**", "channel": channel,
        "address_masked": None, "account": "a-1",
    }  # fmt: skip
    facts: list[tuple[str, dict[str, Any]]] = [("message.queued", queued)]
    facts += [(type, {"message_id": message, "reference": type, "reason": None}) for type in later]
    return [
        Event(uuid4(), stream, number, type, 1, data, {}, NOON + timedelta(minutes=number), NOON, "notify")
        for number, (type, data) in enumerate(facts, start=1)
    ]


@given(messages=MESSAGES, data=st.data())
@settings(max_examples=25, deadline=None)
@pytest.mark.parametrize("model", [Inbox(), Outbox()], ids=lambda model: model.name)
def test_folded_and_applied_rows_are_the_same(
    db: Database, model: Inbox | Outbox, messages: list[tuple[str, list[str]]], data: st.DataObject
) -> None:
    streams = [history(*message) for message in messages]
    feed = sorted((event for events in streams for event in events), key=lambda event: event.version)
    with db.transaction() as cursor:
        for schema in ("applied", "folded"):
            create_schema(cursor, model, schema)
        cursor.execute("SET LOCAL search_path TO applied")
        while feed:
            size = data.draw(st.integers(1, len(feed)))
            model.apply(cursor, feed[:size])
            feed = feed[size:]
        cursor.execute("SET LOCAL search_path TO folded")
        batch = Batch(model)
        for events in streams:
            batch.add(events)
        batch.write(cursor)
        found = []
        for schema in ("applied", "folded"):
            cursor.execute(f"SELECT t::text FROM {schema}.message t ORDER BY 1")  # noqa: S608
            found.append(cursor.fetchall())
        assert found[0] == found[1]
        cursor.connection.rollback()
