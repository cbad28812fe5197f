"""A run's folder in memory: what a killed run left is cleared away, what another run uses is not."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests import memory


@pytest.fixture(autouse=True)
def nobody_said_where(monkeypatch, tmp_path):
    monkeypatch.setenv("TMPDIR", "put back after the test")
    monkeypatch.delenv("TMPDIR")
    monkeypatch.setattr(memory.tempfile, "tempdir", None)
    monkeypatch.setattr(memory, "ENOUGH", 0)


def places(at: Path) -> set[Path]:
    return {folder for folder in at.iterdir() if folder.is_dir()}


def test_what_a_killed_run_left_goes_with_the_next_one(tmp_path: Path) -> None:
    script = (
        "import sys, signal, pathlib, os; os.environ.pop('TMPDIR', None); from tests import memory;"
        "memory.ENOUGH = 0; place = memory.take_place(pathlib.Path(sys.argv[1]));"
        "(place.folder / 'data').write_text('x'); print(place.folder, flush=True); signal.pause()"
    )
    other = subprocess.Popen([sys.executable, "-c", script, tmp_path], stdout=subprocess.PIPE, text=True)
    left = Path(other.stdout.readline().strip())
    try:
        mine = memory.take_place(tmp_path)
        assert places(tmp_path) == {left, mine.folder}, "the other one is still going on"
        mine.give_up()
        assert (left / "data").exists()
    finally:
        other.send_signal(signal.SIGKILL)
        other.wait()
        other.stdout.close()
    memory.os.environ.pop("TMPDIR")
    mine = memory.take_place(tmp_path)
    assert places(tmp_path) == {mine.folder}
    mine.give_up()
    assert places(tmp_path) == set()


def test_who_is_told_where_takes_no_place(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("TMPDIR", "somewhere")
    assert memory.take_place(tmp_path) is None
    assert places(tmp_path) == set()


def test_without_room_there_is_no_place(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(memory, "ENOUGH", 1 << 60)
    assert memory.take_place(tmp_path) is None
    assert places(tmp_path) == set()
