"""Verification proves that a read model equals its replay, or shows the rows that don't."""

from __future__ import annotations

import pytest

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
    assert (table.table, table.serving, table.replayed) == ("total", 2, 2)
    assert (table.surplus, table.missing) == (2, 2)
    assert {row["stream"] for row in table.missing_rows} == {str(changed), str(lost)}


def test_only_the_first_rows_are_given_and_all_are_counted(app, totals, append, readers):
    for n in range(5):
        append(n, tick=False)
    app.store.tick()
    catch_up(app, totals)
    with app.db.transaction() as db:
        db.execute("DELETE FROM rm_totals.total")
    (table,) = verify(app.db, totals, readers, first=2).tables
    assert (table.missing, len(table.missing_rows)) == (5, 2)


def test_parked_and_skipped_events_are_no_difference(app, totals, append, readers, skip):
    totals.poison = {2}
    append(1, 2, 3)
    skipped = append(1, 2, 3)
    catch_up(app, totals)
    skip(skipped)
    totals.poison = set()
    assert verify(app.db, totals, readers).equal
