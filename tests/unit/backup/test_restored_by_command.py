"""`yiwang restore` on a stack's databases: the place is switched, and who was erased meanwhile stays so."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from services.identity import SERVICE
from services.identity.erasure import erase
from shared.backup.taking import back_up
from shared.cli.app import root
from shared.clock import SystemClock
from shared.database.migrate import migrate
from shared.database.pool import Database
from shared.eventstore.postgres import PostgresEventStore
from shared.testing.postgres import new_database
from shared.testing.vault import MASTER_KEYS

ACCOUNTS = ["SELECT account FROM credential ORDER BY account", "SELECT account FROM login ORDER BY account"]


@pytest.fixture
def erased_meanwhile(database_dsn: str, tmp_path: Path) -> Path:
    """Two accounts in the backup; of one, by the newest keys, nothing may come back."""
    with closing(Database(database_dsn)) as db:
        migrate(db, SERVICE)
        with db.transaction() as cursor:
            for account in ("kept", "erased"):
                cursor.execute("INSERT INTO login VALUES (%s, %s, 'login')", (account.encode(), account))
                cursor.execute("INSERT INTO credential VALUES (%s, 'hash', now())", (account,))
        stores = {"identity": (db, PostgresEventStore(db, "identity"))}
        back_up(stores, tmp_path / "b", tmp_path / "too-old", SystemClock())
        with db.transaction() as cursor:
            erase(cursor, "erased", datetime.now(UTC))
        back_up(stores, tmp_path / "later", tmp_path / "keys", SystemClock())
    return tmp_path


def restored(folder: Path, dsn: str, monkeypatch: pytest.MonkeyPatch, keys: str = MASTER_KEYS) -> Result:
    monkeypatch.setenv("YIWANG_IDENTITY_DSN", dsn)
    monkeypatch.setenv("YIWANG_MASTER_KEYS", keys)
    return CliRunner().invoke(root, ["restore", str(folder / "b"), "--keys", str(folder / "keys")])


def test_the_databases_that_the_variables_name_are_filled(
    erased_meanwhile: Path, postgres_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = new_database(postgres_server)
    done = restored(erased_meanwhile, target, monkeypatch)
    assert done.exit_code == 0, done.output
    assert "identity: 0 events, 1 persons erased again" in done.output
    with closing(Database(target)) as db:
        assert [db.fetch(ask) for ask in ACCOUNTS] == [[{"account": "kept"}]] * 2
        assert [row["subject"] for row in db.fetch("SELECT subject FROM vault.erased")] == ["erased"]
    again = restored(erased_meanwhile, target, monkeypatch)
    assert again.exit_code == 1
    assert "is not empty" in again.output


def test_without_master_keys_nobody_is_erased_and_so_nothing_is_restored(
    erased_meanwhile: Path, postgres_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = new_database(postgres_server)
    done = restored(erased_meanwhile, target, monkeypatch, keys="")
    assert "YIWANG_MASTER_KEYS" in str(done.exception)
    with closing(Database(target)) as db:
        assert db.fetch("SELECT to_regclass('events') AS there") == [{"there": None}]


def test_what_is_no_backup_is_said(tmp_path: Path) -> None:
    done = CliRunner().invoke(root, ["restore", str(tmp_path)])
    assert done.exit_code == 1
    assert f"{tmp_path} is no backup" in done.output
