"""What a rebuild folds and copies is to the byte what the handlers wrote, batch by batch."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from case_scenario import COMPANY, EXAMINER, PERSON, SECOND, papers
from case_walk import FORMS, ITEMS, Walk
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg2 import sql
from test_case_random_walk import COMMANDS, ENDS

from services.cases import SERVICE
from services.cases import domain as d
from shared.database.migrate import create_schema, migrate
from shared.database.pool import Database
from shared.eventstore.event import Event, Metadata, NewEvent
from shared.eventstore.postgres import PostgresEventStore
from shared.readmodel.folding import FoldedReadModel
from shared.readmodel.shares import Batch
from shared.testing.postgres import new_database

HOSTILE = "隐\\言\t\n\r\\N\u2028'\"%s"
"""What breaks a row in COPY's format or in a statement, if it is not written as it should be."""


@st.composite
def walks(draw: st.DrawFn) -> Walk:
    walk = Walk()
    applicant = draw(st.sampled_from([PERSON, {**COMPANY, "name": HOSTILE}]))
    item, form = draw(st.sampled_from(ITEMS)), draw(st.sampled_from(FORMS))
    walk.submit({**item, "name": HOSTILE}, application_form=form, applicant=applicant,
                materials=papers("M1", "M2", "M4"))  # fmt: skip
    anything = st.one_of([*COMMANDS.values(), *COMMANDS.values(), *ENDS.values(), st.none(), st.none()])
    for command in draw(st.lists(anything, max_size=25)):
        walk.now += timedelta(hours=draw(st.integers(0, 99)))
        if command is not None:
            walk.ask(command)
        elif step := walk.state.current_step:
            walk.ask(d.RecordStep(step, "passed", HOSTILE, EXAMINER, co_officer=SECOND))
    return walk


@pytest.fixture(scope="module")
def db(postgres_server: str) -> Iterator[Database]:
    database = Database(new_database(postgres_server))
    migrate(database, SERVICE)
    yield database
    database.close()


def stored(db: Database, walk: Walk) -> list[Event]:
    store, stream = PostgresEventStore(db, "cases"), uuid4()
    number = f"C-{stream}"
    facts = [
        NewEvent(type, {**data, "case": {**data["case"], "case_no": number}}, at)
        for type, data, at in walk.history
    ]
    with store.unit_of_work() as unit:
        unit.append(stream, 0, facts, Metadata())
    return store.read_stream(stream)


def rows(cursor: Any, schema: str, model: FoldedReadModel) -> dict[str, list[str]]:
    found = {}
    for table in model.tables:
        name = sql.Identifier(schema, table.name)
        cursor.execute(sql.SQL('SELECT t::text FROM {} t ORDER BY t::text COLLATE "C"').format(name))
        found[table.name] = [row[0] for row in cursor.fetchall()]
    return found


@given(cases=st.lists(walks(), min_size=1, max_size=4), data=st.data())
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.function_scoped_fixture,
        HealthCheck.data_too_large,
    ],
)
def test_folded_and_applied_rows_are_the_same(db: Database, cases: list[Walk], data: st.DataObject) -> None:
    streams = [stored(db, walk) for walk in cases]
    feed = sorted((event for events in streams for event in events), key=lambda event: event.version)
    for model in SERVICE.read_models:
        assert isinstance(model, FoldedReadModel)
        with db.transaction() as cursor:
            for schema in ("applied", "folded"):
                create_schema(cursor, model, schema)
            place = 0
            while place < len(feed):
                size = data.draw(st.integers(1, len(feed) - place))
                cursor.execute("SET LOCAL search_path TO applied, public")
                model.apply(cursor, feed[place : place + size])
                place += size
            cursor.execute("SET LOCAL search_path TO folded, public")
            batch = Batch(model)
            for events in sorted(streams, key=lambda events: UUID(str(events[0].stream))):
                batch.add(events)
            batch.write(cursor)
            assert rows(cursor, "folded", model) == rows(cursor, "applied", model), model.name
            cursor.connection.rollback()
