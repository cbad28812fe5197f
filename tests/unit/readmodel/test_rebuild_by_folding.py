"""A folded read model is loaded share by share: resumed after a kill, whole at the end, indexes and all."""

from __future__ import annotations

import importlib
import linecache
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep

import pytest
from structlog.testing import capture_logs

from shared.readmodel import loading, plan, shares
from shared.readmodel.failures import ReplayFailed
from shared.readmodel.parking import Skip, retry_parked, skip_parked
from shared.readmodel.projector import ProjectorLoop, catch_up
from shared.readmodel.rebuild import rebuild
from shared.readmodel.replay import local_reader
from shared.readmodel.verify import verify

KILLED = """
import sys
from time import sleep
sys.path.insert(0, sys.argv[2])
from summed_streams import Sums
from shared.clock import SystemClock
from shared.database.pool import Database
from shared.eventstore.postgres import PostgresEventStore
from shared.readmodel.rebuild import rebuild
from shared.readmodel.replay import local_reader
from shared.readmodel.shares import Loader

one_share, done = Loader.one_share, []
def slowly(self, db):
    if sum(done) >= 12:
        sleep(60)
    done.append(one_share(self, db) or 0)
    return done[-1]
Loader.one_share = slowly
db = Database(sys.argv[1])
readers = {"cases": local_reader(PostgresEventStore(db, "cases", SystemClock()))}
rebuild(db, Sums(), readers, per_share=4)
"""


NO_LOCK = """
SELECT 1 WHERE NOT EXISTS (SELECT FROM pg_locks JOIN pg_database d ON d.oid = database
                           WHERE locktype = 'advisory' AND datname = current_database())
"""


@pytest.fixture
def readers(app):
    return {"cases": local_reader(app.store)}


@pytest.fixture
def served(app, folded, append):
    """Forty streams of three events, applied."""
    streams = [append(1, 2, 3, tick=False) for _ in range(40)]
    app.store.tick()
    catch_up(app, folded)
    return streams


def definitions(app):
    found = app.db.fetch(
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'rm_sums' UNION ALL"
        " SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = 'rm_sums'::regnamespace ORDER BY 1",
    )
    return [row["indexdef"] for row in found]


def await_rows(app, query, child=None):
    end = monotonic() + 30
    while monotonic() < end and (child is None or child.poll() is None):
        if app.db.fetch(query):
            return
        sleep(0.02)


def begun(app):
    return app.db.fetch("SELECT schema, share FROM rebuilds LEFT JOIN rebuild_shares USING (schema)")


def test_folded_rows_keys_and_indexes_are_what_they_were(app, folded, served, readers):
    was = definitions(app)
    done = rebuild(app.db, folded, readers, per_share=10)
    assert (done.events, done.changed, done.resumed) == (120, (), False)
    assert done.rows == {"sum": (40, 40), "seen": (120, 120)}
    assert definitions(app) == was
    assert begun(app) == []


@pytest.mark.parametrize("fetched", [1, 2, 3, 4, 60, 119, 120, 121])
def test_it_makes_no_difference_where_a_page_of_events_ends(
    app, folded, served, readers, monkeypatch, fetched
):
    monkeypatch.setattr(shares, "FETCH", fetched)
    done = rebuild(app.db, folded, readers, per_share=1_000)
    assert (done.events, done.changed) == (120, ())
    assert done.rows == {"sum": (40, 40), "seen": (120, 120)}


def test_one_that_was_killed_goes_on_where_it_stopped(app, folded, served, readers, monkeypatch):
    command = [sys.executable, "-c", KILLED, app.db.dsn, str(Path(__file__).parent)]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as child:
        await_rows(app, "SELECT 1 FROM rebuild_shares HAVING sum(events) >= 12", child)
        child.send_signal(signal.SIGKILL)
        said = child.stderr.read().decode()
    await_rows(app, NO_LOCK)
    before = app.db.fetch("SELECT sum(events) AS events FROM rebuild_shares")[0]["events"]
    assert before and before < 120, said
    counted = []
    monkeypatch.setattr(folded, "_refuse", counted.append)
    done = rebuild(app.db, folded, readers)
    assert (done.resumed, done.events, done.changed) == (True, 120, ())
    assert len(counted) == 120 - before


def test_an_interrupted_one_is_begun_anew_when_the_handler_or_the_operator_says_so(
    app, folded, served, readers, monkeypatch
):
    def stop(*args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(loading.deferring, "make", stop)
        rebuild(app.db, folded, readers)
    assert begun(app) != []
    monkeypatch.setattr(type(folded), "ddl", folded.ddl.replace("seen_n", "seen_by_n"))
    with capture_logs() as said:
        assert rebuild(app.db, folded, readers).resumed is False
    [why] = [each["reason"] for each in said if each["event"] == "copy_begun_anew"]
    assert why == "it was begun with other tables, another handler or another release"
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(loading.deferring, "make", stop)
        rebuild(app.db, folded, readers)
    assert rebuild(app.db, folded, readers, afresh=True).resumed is False


def test_a_program_that_is_replaced_on_disk_while_it_runs_is_still_the_old_one(tmp_path, monkeypatch):
    file = tmp_path / "replaced_sums.py"
    file.write_text("from summed_streams import Sums\n\nclass Mine(Sums):\n    pass\n")
    monkeypatch.syspath_prepend(tmp_path)
    model = importlib.import_module("replaced_sums").Mine()
    was = plan.fingerprint(model)
    file.write_text(file.read_text() + "    more = 1\n")
    linecache.checkcache()
    monkeypatch.setattr(plan, "version", lambda name: "a later release")
    assert plan.fingerprint(model) == was
    monkeypatch.delitem(sys.modules, "replaced_sums")
    assert plan.fingerprint(importlib.import_module("replaced_sums").Mine()) != was


def test_a_failing_history_leaves_nothing_behind(app, folded, served, readers):
    folded.poison = {2}
    with pytest.raises(ReplayFailed, match=r"ValueError") as caught:
        rebuild(app.db, folded, readers)
    assert "张三" not in str(caught.value)
    assert begun(app) == []
    assert app.db.fetch("SELECT 1 FROM pg_namespace WHERE nspname = 'rm_sums__new'") == []


def test_parked_and_skipped_events_are_left_out_of_what_is_folded(app, spec, folded, append, readers):
    spec = replace(spec, read_models=(folded,))
    good = append(1, 2)
    folded.poison = {5}
    parked, skipped, later = append(1, 5, 3), append(5, 1, 1), append(1, 5, 1)
    catch_up(app, folded)
    folded.poison = set()
    with app.db.transaction() as db:
        skip_parked(app, spec, db, "sums", skipped, Skip("operator-1", "agreed"))
    assert rebuild(app.db, folded, readers).changed == ()
    assert verify(app.db, folded, readers).equal
    retry_parked(app, spec, "sums", parked)
    retry_parked(app, spec, "sums", later)
    found = app.db.fetch("SELECT stream::text, n FROM rm_sums.sum")
    assert {row["stream"]: row["n"] for row in found} == {
        str(good): 3, str(parked): 9, str(skipped): 2, str(later): 7,
    }  # fmt: skip
    assert verify(app.db, folded, readers).equal


def test_a_stream_retried_while_it_runs_is_whole_afterwards(app, spec, folded, append, readers, monkeypatch):
    spec = replace(spec, read_models=(folded,))
    folded.poison = {5}
    parked = append(1, 5, 3)
    catch_up(app, folded)
    folded.poison = set()
    make = loading.deferring.make

    def retry_first(cursor, statements):
        retry_parked(app, spec, "sums", parked)
        make(cursor, statements)

    monkeypatch.setattr(loading.deferring, "make", retry_first)
    assert rebuild(app.db, folded, readers).changed == ()
    assert app.db.fetch("SELECT n FROM rm_sums.sum") == [{"n": 9}]


def test_what_came_meanwhile_is_applied_behind_it(app, spec, folded, served, append, readers, monkeypatch):
    loop, make = ProjectorLoop(app, replace(spec, read_models=(folded,))), loading.deferring.make

    def append_first(cursor, statements):
        append(7, stream=served[0], at=3)
        append(8)
        loop.step()
        make(cursor, statements)

    with monkeypatch.context() as patch:
        patch.setattr(loading.deferring, "make", append_first)
        done = rebuild(app.db, folded, readers)
    assert (done.events, done.changed) == (122, ())
    assert verify(app.db, folded, readers).equal
