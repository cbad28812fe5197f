"""A parent that is killed tells nobody; what it had started ends all the same."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from shared.testing.waiting import await_that

CHILD = (
    "from shared.runtime.parent import end_with_parent; end_with_parent();"
    "from shared.runtime.signals import StopSignal; stop = StopSignal(); print('up', flush=True); stop.wait()"
)
COMMAND = f"""
import os, subprocess, sys
from shared.runtime.parent import as_parent
command = [sys.executable, "-c", {CHILD!r}]
child = subprocess.Popen(command, env=os.environ | as_parent(), stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
child.wait()
"""
PROGRAM = """
import os, sys
from pathlib import Path
from threading import Thread
from shared.runtime.parent import start_tethered
def start():
    command = ["sh", "-c", "echo $$ > $0; sleep 1000", sys.argv[1]]
    started.append(start_tethered(command, os.environ, Path(sys.argv[2])))
started = []
thread = Thread(target=start)
thread.start()
thread.join()
started[0].wait()
"""


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_command_started_by_another_ends_when_that_is_killed() -> None:
    parent = subprocess.Popen([sys.executable, "-c", COMMAND], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert alive(child)
    parent.kill()
    parent.wait()
    await_that(lambda: not alive(child))


def test_a_program_of_others_ends_too_whichever_thread_started_it(tmp_path: Path) -> None:
    told, log = tmp_path / "pid", tmp_path / "log"
    parent = subprocess.Popen([sys.executable, "-c", PROGRAM, str(told), str(log)])
    await_that(lambda: told.exists() and told.read_text().strip())
    program = int(told.read_text())
    assert alive(program), "the thread that started it has ended, the process has not"
    parent.kill()
    parent.wait()
    await_that(lambda: not alive(program))


def test_a_child_whose_parent_is_gone_before_it_begins_does_not_begin() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHILD], env=os.environ | {"YIWANG_PARENT_PID": "1"}, capture_output=True,
        text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert "up" not in done.stdout


def test_a_command_that_a_person_starts_is_left_alone() -> None:
    code = CHILD.replace("stop.wait()", "pass")
    environment = {name: value for name, value in os.environ.items() if name != "YIWANG_PARENT_PID"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "up\n"
