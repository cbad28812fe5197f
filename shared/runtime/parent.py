"""What a process starts ends with it, also when it is killed and can tell nobody."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

VARIABLE = "YIWANG_PARENT_PID"
"""Set for a child by whoever starts it, and read by `end_with_parent` there."""

_PR_SET_PDEATHSIG = 1


def as_parent() -> dict[str, str]:
    """For the environment of a `yiwang` command started from this process's main thread: the kernel tells
    the child when the thread that started it is gone."""
    return {VARIABLE: str(os.getpid())}


def end_with_parent() -> None:
    """To be called early by a command that may be a child. Nothing happens to one that a person started."""
    parent = os.environ.pop(VARIABLE, "")
    if not parent.isdecimal():
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != int(parent):
        sys.exit("whoever started this is gone already")


def start_tethered(
    command: Sequence[str], environment: Mapping[str, str], log: Path
) -> subprocess.Popen[bytes]:
    """Somebody else's program, from any thread, in a session of its own. A small process beside it holds the
    other end of a pipe to us and ends the session's process group when the pipe is closed."""
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - our own commands
            [sys.executable, str(Path(__file__).with_name("tether.py")), *command],
            env=environment, stdin=subprocess.PIPE, stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
