"""Carries out the rebuilds that operators ask for over HTTP: each in a process of its own.

A rebuild is work for a plain process: COPY, several workers, minutes of computing. The service's own is
green and answers people meanwhile. So it starts one beside it, and reads for it the feeds of other services,
which nobody's database password opens.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from threading import Event, Thread
from typing import Any

import structlog

from shared.config.settings import clock_variable
from shared.eventstore.errors import StoreUnavailable
from shared.problems import Problem
from shared.readmodel import runs
from shared.readmodel.beside import being_built
from shared.readmodel.runs import Run
from shared.runtime.parent import as_parent
from shared.service.application import Application
from shared.service.spec import ServiceSpec

LOOK = 1.0
"""Seconds between looks for a rebuild to begin: one short query."""

PAUSE = 5.0
"""Seconds before one that broke off is begun again."""

MOST_STARTS = 20
"""One that was begun so often and never ended is given up: whoever kills it would kill it again."""

AGAIN = 75
"""What the process ends with when it could do nothing for a passing reason."""

ENDING = 10.0
_LOCKS = 7_310_014
_PULL_SECONDS = 30.0

log = structlog.get_logger(__name__)


class Rebuilding:
    """Every replica runs one; the lock's holder carries out one rebuild at a time. One that is interrupted
    goes on where it stopped, here or in another replica."""

    def __init__(self, app: Application, spec: ServiceSpec, command: Sequence[str] | None = None) -> None:
        self._app = app
        self._service = spec.name
        self._models = {model.name: model for model in spec.read_models}
        self._command = command or (sys.executable, "-m", "shared.runtime.rebuild_process", spec.name)

    def run(self, stop: Event) -> None:
        while not stop.is_set():
            try:
                self.step(stop)
            except StoreUnavailable as error:
                log.warning("rebuilding_waits", service=self._service, reason=str(error))
            stop.wait(LOOK)

    def step(self, stop: Event) -> None:
        """Carry out what waits, or what broke off; until `stop`."""
        while not stop.is_set() and self._due() is not None:
            with self._app.db.advisory_lock(_LOCKS, self._service) as held:
                run = self._due() if held else None
                if run is None:
                    return
                if run.read_model not in self._models:
                    runs.fail(self._app, run, f"this release has no read model {run.read_model}")
                    continue
                if run.starts >= MOST_STARTS:
                    runs.fail(self._app, run, f"begun {run.starts} times and never ended; ask again to go on")
                    continue
                code = self._carry_out(run, stop)
            if code and not stop.is_set():
                log.warning("rebuild_broke_off", read_model=run.read_model, code=code, again_in=PAUSE)
                stop.wait(PAUSE)

    def _due(self) -> Run | None:
        with self._app.db.at_once() as cursor:
            return runs.due(cursor)

    def _carry_out(self, run: Run, stop: Event) -> int:
        """Blocks until the process has ended; answers its exit code, not 0 when it is to be tried again."""
        with self._app.db.transaction() as cursor:
            if being_built(cursor, self._models[run.read_model]):
                return AGAIN  # from a command line
            runs.begin(cursor, run.id)
        process = subprocess.Popen(  # noqa: S603 - ourselves
            [*self._command, run.id], env=os.environ | as_parent() | clock_variable(self._app.clock),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        answering = Thread(target=self._answer, args=(process,), daemon=True)
        answering.start()
        while process.poll() is None and not stop.wait(0.1):
            pass
        if process.poll() is None:
            _end(process)
        answering.join()
        return process.wait()

    def _answer(self, process: subprocess.Popen[bytes]) -> None:
        """Pages of others' feeds, for as long as the process asks."""
        assert process.stdin and process.stdout  # noqa: S101 - told to the type checker
        try:
            for line in iter(process.stdout.readline, b""):
                process.stdin.write(json.dumps(self._page(json.loads(line))).encode() + b"\n")
                process.stdin.flush()
        except OSError as error:
            log.warning("rebuild_hung_up", service=self._service, reason=str(error))
        finally:
            process.stdout.close()
            _close(process)

    def _page(self, asked: dict[str, Any]) -> dict[str, Any]:
        service = asked.pop("service")
        try:
            answer = self._app.remote.call(service, "feed", params=asked, timeout=_PULL_SECONDS)
        except Problem as problem:
            return {"problem": problem.as_dict()}
        return {"page": answer.value}


def _end(process: subprocess.Popen[bytes]) -> None:
    """With its workers, which are of its session."""
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(ENDING)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)


def _close(process: subprocess.Popen[bytes]) -> None:
    try:
        if process.stdin:
            process.stdin.close()
    except OSError as error:
        log.debug("rebuild_hung_up", reason=str(error))  # it had gone with something unread
