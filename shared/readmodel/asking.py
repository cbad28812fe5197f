"""An operator asks for a rebuild, and another one releases it: what is refused, and what is recorded.

Rules 10.4 ask for two persons where history is sent into production read models. Who runs `yiwang rebuild`
holds the database's password and needs nobody; over HTTP an operator holds none.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from shared.domain.decision import Refusal
from shared.eventstore.store import UnitOfWork
from shared.problems import conflict, not_found
from shared.readmodel import runs
from shared.readmodel.beside import being_built
from shared.readmodel.model import ReadModel
from shared.readmodel.recorded import record
from shared.readmodel.runs import Run
from shared.service.application import Application
from shared.service.call import Answer, Call
from shared.service.execute import execute
from shared.service.spec import ServiceSpec

_MAY = """
SELECT has_database_privilege(current_database(), 'CREATE')
    AND coalesce((SELECT pg_has_role(nspowner, 'USAGE') FROM pg_namespace WHERE nspname = %s), true)
"""


def ask(app: Application, spec: ServiceSpec, call: Call, *, persons: str) -> Answer:
    """202 with the run, which a process beside the service then carries out. `persons` is `one` or `two`.

    Raises `Problem`: 404 for a read model that is not there, 409 `rebuild_running` while somebody rebuilds
    it, `second_person_needed`, `nothing_proposed`, or `not_the_owner` where the service's role may not make
    tables.
    """
    model = _model(spec, call.body["read_model"])

    def work(unit: UnitOfWork) -> Answer:
        _refuse_strangers(unit.cursor, model)
        standing = runs.open_run(unit.cursor, model.name)
        if being_built(unit.cursor, model) or (standing and standing.state != "proposed"):
            raise conflict("rebuild_running", f"{model.name} is being rebuilt already")
        if call.body["release"]:
            run, version = _release(app, call, unit, standing)
        else:
            run, version = _new(app, call, unit, standing, persons == "two")
        return Answer(_shown(unit.cursor, run), 202, version)

    return execute(app, call, work)


def _release(app: Application, call: Call, unit: UnitOfWork, standing: Run | None) -> tuple[str, int]:
    if standing is None:
        raise Refusal("nothing_proposed", "no rebuild of this read model waits for a second person")
    if standing.asked_by == call.actor.id:
        raise Refusal("second_person_needed", "somebody else has to release the rebuild")
    runs.release(unit.cursor, standing.id, call.actor.id, app.clock.now())
    return standing.id, _started(app, call, unit, standing, standing.asked_by)


def _new(app: Application, call: Call, unit: UnitOfWork, standing: Run | None, two: bool) -> tuple[str, int]:
    """A later proposal takes the place of an earlier one."""
    now, by = app.clock.now(), call.actor.id
    if standing is not None:
        runs.replace_proposal(unit.cursor, standing.id, now)
    run = Run(
        str(uuid4()), call.body["read_model"], "proposed" if two else "waiting", by, now,
        None if two else by, None if two else now, call.body["workers"], call.body["afresh"],
        0, None, 0, None, None, None, None, None, None,
    )  # fmt: skip
    runs.insert(unit.cursor, run)
    if not two:
        return run.id, _started(app, call, unit, run, None)
    data: dict[str, object] = {"read_model": run.read_model, "proposed_by": by}
    return run.id, record(app, unit, run.id, "rebuild.proposed", data, call.metadata())


def _started(app: Application, call: Call, unit: UnitOfWork, run: Run, proposed_by: str | None) -> int:
    data: dict[str, object] = {
        "read_model": run.read_model, "proposed_by": proposed_by, "workers": run.workers,
        "afresh": run.afresh,
    }  # fmt: skip
    return record(app, unit, run.id, "rebuild.started", data, call.metadata())


def _shown(db: Any, id: str) -> dict[str, Any]:
    run = runs.find(db, id)
    if run is None:
        raise LookupError(f"the run {id} was stored a moment ago")
    return run.shown()


def _model(spec: ServiceSpec, name: str) -> ReadModel:
    for model in spec.read_models:
        if model.name == name:
            return model
    raise not_found(f"read model {name} of {spec.name}")


def _refuse_strangers(db: Any, model: ReadModel) -> None:
    db.execute(_MAY, (model.schema,))
    if not db.fetchone()[0]:
        raise conflict(
            "not_the_owner",
            "this service's database role may not make tables;"
            f" run yiwang rebuild {model.name} as their owner",
        )
