"""A backup of a running platform, restored into an empty folder, goes on where the first one was."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from shared.cli.throwaway import ThrowAway, throw_away_platform
from shared.client import ApiAnswer
from shared.database.pool import Database
from shared.eventstore.postgres import PostgresEventStore
from shared.runtime.postgres import OwnPostgres
from shared.simulation.city import City
from tests.e2e.test_killed_while_submitting import body

KEY = "submitted-before-the-backup"


def yiwang(*arguments: Any) -> str:
    line = [sys.executable, "-m", "shared.cli", *map(str, arguments)]
    done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def submit(city: City, key: str) -> str:
    return str(submitted(city, key)["case_no"])


def submitted(city: City, key: str) -> ApiAnswer:
    found = city.operator.get("/items", q="食品经营许可")["items"][0]
    definition = city.operator.get(f"/items/{found['code']}")["definition"]
    citizen = city.person("citizen")
    return citizen.post("/cases", body(definition, citizen.get("/me").body), key=key)


def sequence(case_no: str) -> int:
    return int(case_no.rpartition("-")[2]) if "-" in case_no else int(case_no[-4:])


@pytest.fixture(scope="module")
def backup(platform: ThrowAway, city: City, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Taken while the platform runs, in both ways; and the number of the last case before it."""
    folder = tmp_path_factory.mktemp("backups")
    case_no = submit(city, KEY)
    yiwang("backup", folder / "logical", "--data", platform.data)
    yiwang("backup", folder / "physical", "--physical", "--data", platform.data)
    return folder, case_no


def test_numbers_answers_and_proofs_go_on_after_a_logical_restore(
    backup: tuple[Path, str], city: City, tmp_path: Path
) -> None:
    folder, before = backup
    now = datetime.fromisoformat(city.operator.get("/operations/clock")["now"])
    yiwang("restore", folder / "logical", "--data", tmp_path / "data")
    with throw_away_platform(now, keep=tmp_path / "data") as restored:
        again = City(restored.url, restored.accounts(), restored.operator())
        assert submit(again, KEY) == before, "a retry gets the answer it got before"
        last = submitted(again, "after")
        after = str(last["case_no"])
        assert sequence(after) == sequence(before) + 1, "numbers go on without a gap"
        shown = again.person("citizen").get(f"/cases/{before}", after_token=last.token)
        assert (
            shown["applicant"]["name"] == city.person("citizen").get(f"/cases/{before}")["applicant"]["name"]
        )
        ours = [case["case_no"] for case in again.operator.pages("/cases", after_token=last.token)]
        assert {before, after} <= set(ours), "the work list was filled again"
        yiwang("verify", "work_list", "timeline", "--data", restored.data)
        yiwang("seal", "--data", restored.data)
        report = json.loads(yiwang("audit", "--json", "--data", restored.data))
        assert all(one["clean"] and one["sealed"] == one["events"] for one in report)


def test_a_physical_restore_is_the_same_server_again(backup: tuple[Path, str], tmp_path: Path) -> None:
    folder, before = backup
    yiwang("restore", folder / "physical", "--data", tmp_path / "data")
    report = json.loads(yiwang("audit", before, "--json", "--data", tmp_path / "data"))
    assert [(one["service"], one["clean"], one["events"] > 0) for one in report] == [("cases", True, True)]
    old = json.loads((folder / "logical/cases/manifest.json").read_text())["facts"]["epoch"]
    assert epoch_of(tmp_path / "data") != old, "who has read on from the backup must not be believed"


def epoch_of(data: Path) -> str:
    """After the first look of the store's own ticker."""
    postgres = OwnPostgres(data / "pg")
    postgres.start()
    try:
        with closing(Database(postgres.database("cases"), size=2)) as db:
            PostgresEventStore(db, "cases").tick()
            return str(db.fetch("SELECT epoch FROM feed_epoch")[0]["epoch"])
    finally:
        postgres.stop()
