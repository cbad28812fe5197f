"""Verification proves that a read model equals its replay, or shows the rows that don't."""

from __future__ import annotations

import pytest

from shared.readmodel.differences import MASK, ColumnDifference
from shared.readmodel.projector import catch_up
from shared.readmodel.replay import local_reader
from shared.readmodel.verify import verify


@pytest.fixture
def readers(app):
    return {"cases": local_reader(app.store)}


def test_an_untouched_read_model_is_equal_and_nothing_is_left_behind(app, totals, append, readers):
    append(1, 2)
    catch_up(app, totals)
    append(3)
    found = verify(app.db, totals, readers)
    assert found.equal
    assert found.events == 2, "only as far as the serving one has come"
    assert app.db.fetch("SELECT 1 FROM pg_namespace WHERE nspname = 'rm_totals__verify'") == []


def test_a_changed_a_lost_and_an_invented_row_are_all_shown(app, totals, append, readers):
    changed, lost = append(1), append(2)
    catch_up(app, totals)
    with app.db.transaction() as db:
        db.execute("UPDATE rm_totals.total SET last = 7 WHERE stream = %s", (str(changed),))
        db.execute("DELETE FROM rm_totals.total WHERE stream = %s", (str(lost),))
        db.execute("INSERT INTO rm_totals.total VALUES (gen_random_uuid(), 5, 5, '{\"a\": 1}')")
    (table,) = verify(app.db, totals, readers).tables
    assert (table.table, table.serving, table.replayed, table.differing) == ("total", 2, 2, 3)
    found = {row.kind: row for row in table.rows}
    assert found["changed"].key == {"stream": str(changed)}
    assert found["changed"].columns == (ColumnDifference("last", 7, 1),)
    assert found["missing"].key == {"stream": str(lost)}
    assert {column.column: column.serving for column in found["surplus"].columns}["note"] == {"a": 1}


def test_what_is_personal_is_masked_on_both_sides(app, totals, append, readers, monkeypatch):
    monkeypatch.setattr(type(totals), "personal", frozenset({"last"}))
    append(1)
    catch_up(app, totals)
    with app.db.transaction() as db:
        db.execute("UPDATE rm_totals.total SET last = 7, events = 2")
    (table,) = verify(app.db, totals, readers).tables
    assert set(table.rows[0].columns) == {
        ColumnDifference("events", 2, 1),
        ColumnDifference("last", MASK, MASK),
    }


def test_a_table_without_a_key_is_compared_by_whole_rows(app, totals, append, readers, monkeypatch):
    append(1)
    catch_up(app, totals)
    loose = "; CREATE TABLE loose (n integer); INSERT INTO loose VALUES (1)"
    monkeypatch.setattr(type(totals), "ddl", totals.ddl + loose)
    with app.db.transaction() as db:
        db.execute("CREATE TABLE rm_totals.loose (n integer); INSERT INTO rm_totals.loose VALUES (1), (1)")
    found, _ = verify(app.db, totals, readers).tables
    assert [(row.kind, row.key) for row in found.rows] == [("surplus", {"n": 1})]


def test_only_the_first_rows_are_given_and_all_are_counted(app, totals, append, readers):
    for n in range(5):
        append(n, tick=False)
    app.store.tick()
    catch_up(app, totals)
    with app.db.transaction() as db:
        db.execute("DELETE FROM rm_totals.total")
    (table,) = verify(app.db, totals, readers, first=2).tables
    assert (table.differing, len(table.rows)) == (5, 2)


def test_parked_and_skipped_events_are_no_difference(app, totals, append, readers, skip):
    totals.poison = {2}
    append(1, 2, 3)
    skipped = append(1, 2, 3)
    catch_up(app, totals)
    skip(skipped)
    totals.poison = set()
    assert verify(app.db, totals, readers).equal
