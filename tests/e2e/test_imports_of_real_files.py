"""`yiwang import` on real files, against a running platform: every row accounted for, and nothing twice."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from shared.cli.throwaway import ThrowAway, throw_away_platform
from tests.e2e.conftest import MONDAY
from tests.e2e.files import item_list, permit_log


@pytest.fixture(scope="module")
def own() -> Iterator[ThrowAway]:
    """A platform of its own: history must not mix with other tests' cases."""
    with throw_away_platform(MONDAY) as running:
        yield running


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


def imported(platform: ThrowAway, *arguments: str) -> dict[str, Any]:
    command = [
        sys.executable,
        "-m",
        "shared.cli",
        "import",
        *arguments,
        "--data",
        str(platform.data),
        "--json",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def test_every_row_of_the_item_list_is_accounted_for_and_a_second_run_adds_nothing(
    own: ThrowAway, folder: Path
) -> None:
    file = item_list(folder)
    lines = len(rows_of(file))
    dry = imported(own, "items", str(file), "--dry-run")
    assert (dry["total"], dry["dry_run"]) == (lines, True)
    first = imported(own, "items", str(file))
    assert first["total"] == lines == first["imported"] + first["unchanged"] + first["rejected"]
    assert first["imported"] == dry["imported"] > 0, "a dry run must have stored nothing"
    for finding in (*first["errors"], *first["warnings"]):
        assert 2 <= finding["line"] <= lines + 1
        assert finding["field"]
        assert finding["reason"]
    assert first["warnings"], "an untidy list without a finding is a check that does not look"
    second = imported(own, "items", str(file))
    assert (second["imported"], second["unchanged"]) == (0, first["imported"])
    name = rows_of(file)[0]["item_name"]
    assert [row["name"] for row in own.operator().get("/items", q=name)["items"]] == [name]


def deadlines_missed(file: Path) -> tuple[set[str], set[str], int]:
    """Counted from the file alone: (closed after their deadline, open, all cases)."""
    ends: dict[str, tuple[datetime, datetime | None]] = {}
    for row in rows_of(file):
        end = row["case:enddate"]
        ends[row["case:concept:name"]] = (
            datetime.fromisoformat(row["case:deadline"]),
            datetime.fromisoformat(end) if end else None,
        )
    late = {case for case, (deadline, end) in ends.items() if end is not None and end > deadline}
    return late, {case for case, (_, end) in ends.items() if end is None}, len(ends)


def test_supervision_names_exactly_the_overdue_cases_of_the_log(own: ThrowAway, folder: Path) -> None:
    file = permit_log(folder)
    late, still_open, cases = deadlines_missed(file)
    first = imported(own, "log", str(file))
    assert (first["total"], first["imported"]) == (cases, cases)
    assert first["notes"]["log events"] == len(rows_of(file))
    assert imported(own, "log", str(file))["imported"] == 0

    operator = own.operator()
    history = {row["case_no"]: row for row in operator.pages("/cases", source="import", limit=200)}
    assert len(history) == cases
    assert {row["external_id"] for row in history.values() if row["status"] == "in_process"} == still_open
    assert {row["status"] for row in history.values()} == {"in_process", "completed"}
    expected = late | still_open  # every deadline of the log lies years before the platform's present
    until = monotonic() + 60
    while True:
        cards = [
            card for card in operator.pages("/supervision/cards", limit=200) if card["case_no"] in history
        ]
        named = {history[card["case_no"]]["external_id"] for card in cards}
        if named >= expected or monotonic() > until:
            break
        sleep(0.2)
    assert {history[card["case_no"]]["external_id"] for card in cards if card["level"] == "red"} == expected
    assert named == expected, "nobody else is named"
    assert late
    assert still_open


def test_every_log_event_is_an_event_of_its_case(own: ThrowAway, folder: Path) -> None:
    operator = own.operator()
    counted, cursor = 0, None
    while True:
        page = operator.get("/events", types="case.step_recorded", after=cursor, limit=200)
        counted += len(page["items"])
        cursor = page["next"]
        if not page["more"]:
            break
    assert counted == len(rows_of(permit_log(folder)))


def test_nobody_is_told_about_history(own: ThrowAway) -> None:
    assert own.operator().get("/operations/outbox")["items"] == []


def test_read_models_of_history_equal_a_replay(own: ThrowAway) -> None:
    command = [sys.executable, "-m", "shared.cli", "verify", "--data", str(own.data)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
