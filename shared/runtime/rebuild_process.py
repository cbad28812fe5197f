"""`python -m shared.runtime.rebuild_process SERVICE RUN`: one rebuild that an operator asked for.

Started by `rebuilding`, with the service's environment. Standard output asks for pages of other services'
feeds, standard input brings them: a line of JSON each. How far it is and how it ended it writes to the
service's database. Exit code 0 when that is written, 75 when it is worth trying again.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from typing import IO, Any

import structlog

from shared.config.settings import level_number, read_settings
from shared.eventstore.errors import UnknownCursor
from shared.observability.logging import configure_logging
from shared.problems import Problem
from shared.readmodel import runs
from shared.readmodel.failures import ReplayFailed, describe, is_passing
from shared.readmodel.model import ReadModel
from shared.readmodel.rebuild import rebuild
from shared.readmodel.replay import FeedReader, local_reader, remote_reader
from shared.readmodel.runs import Run
from shared.runtime.assemble import bare_application
from shared.runtime.parent import end_with_parent
from shared.runtime.rebuilding import AGAIN
from shared.service.application import Application
from shared.service.spec import installed_services

log = structlog.get_logger(__name__)


class Elsewhere:
    """The feeds of other services, through the process that started this one."""

    def __init__(self, asking: IO[str], answers: IO[str]) -> None:
        self._asking = asking
        self._answers = answers

    def reader(self, service: str) -> FeedReader:
        def pull(category: str, after: str, limit: int) -> Mapping[str, Any]:
            return self._ask({"service": service, "category": category, "after": after, "limit": limit})

        return remote_reader(pull)

    def _ask(self, question: dict[str, Any]) -> Mapping[str, Any]:
        """Raises `Problem`, 503 when the other end is gone, or `UnknownCursor`."""
        self._asking.write(json.dumps(question) + "\n")
        self._asking.flush()
        answer = json.loads(self._answers.readline() or "{}")
        if "page" in answer:
            page: Mapping[str, Any] = answer["page"]
            return page
        if "problem" not in answer:
            raise Problem(503, "service_unavailable", "whoever started this rebuild is gone")
        problem = Problem.from_dict(answer["problem"])
        if problem.code == "unknown_cursor":
            raise UnknownCursor(question["after"], problem.detail)
        raise problem


def main(service: str, id: str) -> int:
    end_with_parent()
    asking = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever else is printed is no question
    specs = installed_services()
    settings = read_settings(specs)
    configure_logging(level_number(settings), settings.log_format, f"rebuild {service}")
    app = bare_application(specs[service], settings)
    models = {model.name: model for model in specs[service].read_models}
    try:
        with app.db.at_once() as cursor:
            run = runs.find(cursor, id)
        if run is None or run.state != "running":
            return 0
        return carry_out(app, models[run.read_model], run, Elsewhere(asking, sys.stdin))
    except Exception as error:
        if not is_passing(error):
            raise
        log.warning("rebuild_waits", read_model=id, reason=str(error))
        return AGAIN
    finally:
        app.db.close()


def carry_out(app: Application, model: ReadModel, run: Run, elsewhere: Elsewhere) -> int:
    """Raises what is passing; anything else is how the rebuild ended, and is written down."""
    readers = {
        source.service: local_reader(app.store)
        if source.service == app.name
        else elsewhere.reader(source.service)
        for source in model.sources
    }
    telling = runs.Telling(app.db, run.id)
    try:
        found = rebuild(app.db, model, readers, telling, workers=run.workers, afresh=run.afresh)
    except Problem as problem:
        if problem.code == "rebuild_running":  # from a command line, or of a replica that is about to end
            return AGAIN
        if is_passing(problem):
            raise
        runs.fail(app, run, str(problem))
    except ReplayFailed as error:
        runs.fail(app, run, str(error))
    except Exception as error:
        if is_passing(error):
            raise
        log.exception("rebuild_failed", read_model=model.name)
        runs.fail(app, run, f"{model.name}: {describe(error)}")
    else:
        runs.succeed(app, run, found)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
