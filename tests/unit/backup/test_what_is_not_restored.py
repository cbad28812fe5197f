"""A restore refuses what would end half done, and leaves the place as it was when it fails."""

from __future__ import annotations

import json

import psycopg2
import pytest
from backed_up import COUNT, SPEC, STREAMS, Place
from psycopg2.extensions import make_dsn, parse_dsn

from shared.backup import restoring
from shared.backup.errors import BackupError, NotEmpty, NotWhole
from shared.backup.place import database_beside, folder_beside
from shared.backup.restoring import restore
from shared.backup.taking import back_up
from shared.database.migrate import UnknownMigration, migrate
from shared.database.pool import Database
from shared.service.spec import ServiceSpec


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda b: (b.events / "keeper/manifest.json").unlink(), "no manifest.json"),
        (lambda b: (b.events / "keeper/commands.copy.gz").unlink(), "commands.copy.gz is missing"),
        (lambda b: (b.events / "keeper/events.copy.gz").open("ab").write(b"x"), "not as it was written"),
        (lambda b: (b.keys / "keeper/subject_keys.copy.gz").write_bytes(b""), "not as it was written"),
        (lambda b: (b.events / "keeper/manifest.json").write_text("{"), "can't be read"),
    ],
)
def test_a_backup_that_is_not_whole_is_refused(backup, place, tmp_path, damage, reason):
    damaged, target = backup.copied(tmp_path), place()
    damage(damaged)
    with pytest.raises(NotWhole, match=reason):
        restore(target.db, SPEC, damaged.events / "keeper", damaged.keys / "keeper")
    restoring.refuse_full(target.db)


def test_another_service_s_is_refused(backup, place):
    other = ServiceSpec("teller", "none", migrations=SPEC.migrations)
    with pytest.raises(BackupError, match="a backup of keeper, not of teller"):
        restore(place().db, other, backup.events / "keeper", backup.keys / "keeper")


def test_keys_and_events_are_not_confused(backup, place):
    with pytest.raises(BackupError, match="holds keys, and events are wanted"):
        restore(place().db, SPEC, backup.keys / "keeper", backup.keys / "keeper")


def _change(folder, **content):
    file = folder / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | content))


def test_keys_older_than_the_events_are_refused(backup, place, tmp_path):
    copy = backup.copied(tmp_path)
    _change(copy.keys / "keeper", taken_at="2020-01-01T00:00:00+00:00")
    with pytest.raises(BackupError, match="take the newest keys"):
        restore(place().db, SPEC, copy.events / "keeper", copy.keys / "keeper")


def test_what_a_newer_program_has_migrated_is_refused(backup, place, tmp_path):
    copy = backup.copied(tmp_path)
    _change(copy.events / "keeper", migrations=["shared.eventstore.migrations/9999_future.sql"])
    with pytest.raises(UnknownMigration, match="9999_future"):
        restore(place().db, SPEC, copy.events / "keeper", copy.keys / "keeper")


def test_a_place_that_is_not_empty_is_refused(backup, place, tmp_path):
    target = place()
    with target.db.transaction() as cursor:
        cursor.execute("CREATE TABLE somebodys (n integer)")
    with pytest.raises(NotEmpty), database_beside(target.dsn):
        raise AssertionError("it was entered")
    with pytest.raises(NotEmpty):
        restore(target.db, SPEC, backup.events / "keeper", backup.keys / "keeper")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "file").touch()
    with pytest.raises(NotEmpty), folder_beside(tmp_path / "data"):
        raise AssertionError("it was entered")


def test_a_backup_does_not_overwrite_another(backup):
    with pytest.raises(NotEmpty):
        back_up({}, backup.events, backup.keys, backup.source.clock)


def test_a_restore_that_fails_leaves_the_place_empty_and_nothing_beside(backup, place, monkeypatch):
    target = place()
    monkeypatch.setattr(restoring, "renumbered", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError), database_beside(target.dsn) as beside:
        store = Database(beside, size=2)
        try:
            restore(store, SPEC, backup.events / "keeper", backup.keys / "keeper")
        finally:
            store.close()
    restoring.refuse_full(target.db)
    with pytest.raises(psycopg2.OperationalError, match="does not exist"):
        psycopg2.connect(make_dsn(target.dsn, dbname=parse_dsn(target.dsn)["dbname"] + "_restoring"))


def test_a_restore_that_succeeds_takes_the_place(backup, place):
    target = place()
    target.db.close()
    with database_beside(target.dsn) as beside:
        store = Database(beside, size=2)
        try:
            restore(store, SPEC, backup.events / "keeper", backup.keys / "keeper")
        finally:
            store.close()
    assert len(Place(target.dsn).feed()) == 1239


def test_a_backup_of_an_earlier_release_is_migrated_after_it_was_read(place, tmp_path):
    """Its rows are those of its own migrations: later ones run over them, as over a running store."""
    old, target = place(), place()
    migrate(old.db, SPEC)
    with old.db.transaction() as cursor:
        cursor.execute("DELETE FROM migrations WHERE name LIKE '%toy%'")
        cursor.execute("DROP TABLE told")
    old.lay(STREAMS[0], "c1")
    back_up({"keeper": (old.db, old.store)}, tmp_path / "b", tmp_path / "k", old.clock)
    restore(target.db, SPEC, tmp_path / "b/keeper", tmp_path / "k/keeper")
    assert target.db.fetch("SELECT count(*) AS n FROM told") == [{"n": 0}]
    assert target.counted() == {"c1": 1}
    assert COUNT.name in {row["subscriber"] for row in target.db.fetch("SELECT subscriber FROM checkpoints")}
