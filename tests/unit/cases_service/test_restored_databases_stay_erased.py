"""A database restored from before an erasure brings nobody back: the list is applied before serving."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
from cases_world import CLERK, World
from test_case_from_application_to_delivery import run_to_completion
from test_erased_persons import PLANTED, SECOND, erase

from services.cases import SERVICE
from services.cases.settings import CasesSettings
from shared.domain.case_number import case_stream
from shared.eventstore.sealing import verify_chain
from shared.personal import erasures
from shared.readmodel.replay import local_reader
from shared.readmodel.verify import verify


def copied(dsn: str) -> str:
    """The database as it is now, beside itself: what a restored backup is."""
    parts = urlsplit(dsn)
    name = parts.path[1:]
    connection = psycopg2.connect(urlunsplit(parts._replace(path="/postgres")))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}_copy" TEMPLATE "{name}"')
    connection.close()
    return urlunsplit(parts._replace(path=f"/{name}_copy"))


def test_what_was_erased_after_the_backup_stays_erased(database_dsn: str, tmp_path: Path) -> None:
    kept = tmp_path / "kept" / "erasures.jsonl"
    world = World(database_dsn, CasesSettings(erasures_file=kept))
    no = run_to_completion(world)["case_no"]
    world.project()
    world.close()
    backup = copied(database_dsn)
    erase(world)
    assert erase(world, SECOND)["state"] == "erased"
    world.close()

    restored = World(backup, CasesSettings(erasures_file=kept))
    assert restored.call("case", CLERK, no=no).value["applicant"]["name"] == "王小明"
    assert erasures.keep(restored.app, SERVICE, kept) == ["acc-citizen"]
    restored.project()
    asked = ("case", "timeline", "events", "exchange")
    shown = [*(restored.call(name, CLERK, no=no).value for name in asked), restored.call("list", CLERK).value]
    assert [text for text in PLANTED if text in str(shown)] == []
    assert restored.types(no)[-1] == "case.subject_erased"
    assert verify_chain(restored.app.store.read_stream(case_stream(no))) is None
    readers = {"cases": local_reader(restored.app.store)}
    assert all(verify(restored.db, model, readers).equal for model in SERVICE.read_models)
    # Once is enough, and who only this database knows of comes onto the list.
    before = kept.read_text()
    assert erasures.keep(restored.app, SERVICE, kept) == []
    assert kept.read_text() == before
    kept.unlink()
    assert erasures.keep(restored.app, SERVICE, kept) == []
    assert set(erasures.read_list(kept)) == {"acc-citizen"}
    restored.close()


def test_a_list_that_is_none_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "erasures.jsonl"
    file.write_text('{"subject": "u1"}\n')
    with pytest.raises(KeyError):
        erasures.read_list(file)
    assert erasures.read_list(tmp_path / "none") == {}
