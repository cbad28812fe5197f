"""Ctrl-C ends a stack and everything it started. Last file of its folder: the others need it up."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.shapes.kit import Stack, command_line


def test_ctrl_c_stops_every_process_and_leaves_no_orphan(stack: Stack) -> None:
    started = stack.processes()
    postmaster = int((stack.folder.postgres / "postmaster.pid").read_text().split()[0])
    shown = stack.output.read_text()
    assert stack.url in shown
    assert "system-market" in shown, "the demo accounts"

    assert stack.interrupt() == 0
    assert stack.output.read_text().rstrip().endswith("the stack has stopped; nothing is lost")
    assert [pid for pid in (*started.values(), postmaster) if command_line(pid)] == []
    left = [
        pid.name for pid in Path("/proc").glob("[0-9]*") if str(stack.folder.path) in " ".join(words(pid))
    ]
    assert left == []
    assert stack.folder.running() is None


def words(process: Path) -> list[str]:
    return command_line(int(process.name))
