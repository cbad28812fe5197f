"""Commands on one item: write, review, publish, suspend, cancel."""

from __future__ import annotations

from typing import Any

from services.catalogue.commands.definition import checked
from services.catalogue.commands.leases import Leases
from services.catalogue.domain.item import Change, Command, Create, ItemState, decide, evolve
from services.catalogue.streams import item_stream, load_item
from shared.eventstore.store import UnitOfWork
from shared.problems import not_found, stale_version
from shared.service.application import Application
from shared.service.call import Answer, Call
from shared.service.execute import execute, to_events


def create_item(app: Application, call: Call) -> Answer:
    definition, warnings = checked(call.body)
    found = [warning.as_dict() for warning in warnings]
    return _run(app, call, definition["code"], Create(definition, call.actor.id), new=True, warnings=found)


def change_item(app: Application, call: Call) -> Answer:
    definition, warnings = checked(call.body)
    found = [warning.as_dict() for warning in warnings]
    return _run(app, call, call.params["code"], Change(definition, call.actor.id), warnings=found)


def run_on_item(app: Application, call: Call, command: Command) -> Answer:
    return _run(app, call, call.params["code"], command)


def _run(
    app: Application,
    call: Call,
    code: str,
    command: Command,
    *,
    new: bool = False,
    warnings: list[dict[str, Any]] | None = None,
) -> Answer:
    leases = Leases()

    def work(unit: UnitOfWork) -> Answer:
        leases.begin()
        before = state = load_item(unit, code)
        if not new and not state.exists:
            raise not_found(f"item {code}")
        if call.if_match is not None and call.if_match != state.version:
            raise stale_version(call.if_match, state.version)
        facts = decide(state, command)
        unit.append(item_stream(code), state.version, to_events(facts, app), call.metadata())
        for fact in facts:
            state = evolve(state, fact.type, fact.data)
        leases.changed(before, state)
        return Answer(_shown(state, warnings or []), 201 if new else 200, state.version)

    answer = execute(app, call, work)
    leases.outlast(app)
    return answer


def _shown(state: ItemState, warnings: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "code": state.code,
        "edit_state": state.edit_state,
        "use_state": state.use_state,
        "item_version": state.item_version,
        "warnings": warnings,
    }
