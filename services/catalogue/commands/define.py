"""`define_items`: full definitions and bundles, created or changed and published in one go."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from services.catalogue.commands.definition import checked
from services.catalogue.commands.leases import Leases
from services.catalogue.domain import bundle as bundles
from services.catalogue.domain.item import Define, ItemState, decide
from services.catalogue.streams import bundle_stream, item_stream, load_items
from shared.eventstore.store import UnitOfWork
from shared.problems import FieldError, invalid
from shared.service.application import Application
from shared.service.call import Answer, Call
from shared.service.execute import execute, to_events


def define_items(app: Application, call: Call) -> Answer:
    """All or nothing; run again with the same definitions it appends nothing."""
    written = call.body["items"]
    items = [checked(item, f"items.{index}.") for index, item in enumerate(written)]
    _refuse_duplicates([definition["code"] for definition, _ in items])

    leases = Leases()

    def work(unit: UnitOfWork) -> Answer:
        leases.begin()
        states = load_items(unit, [definition["code"] for definition, _ in items])
        answers = []
        for definition, warnings in items:
            state = states[definition["code"]]
            version = _define(app, call, unit, state, definition)
            leases.changed(state, replace(state, item_version=version, use_state="in_use"))
            answers.append(
                {
                    "code": definition["code"],
                    "key": definition.get("key"),
                    "item_version": version,
                    "changed": version != state.item_version,
                    "warnings": [warning.as_dict() for warning in warnings],
                }
            )
        keys = {definition["key"]: definition["code"] for definition, _ in items if "key" in definition}
        defined = [_bundle(app, call, unit, bundle, keys) for bundle in call.body["bundles"]]
        return Answer({"items": answers, "bundles": defined}, 200)

    answer = execute(app, call, work)
    leases.outlast(app)
    return answer


def _define(
    app: Application, call: Call, unit: UnitOfWork, state: ItemState, definition: dict[str, Any]
) -> int:
    facts = decide(state, Define(definition, call.actor.id))
    if not facts:
        return state.item_version
    unit.append(item_stream(definition["code"]), state.version, to_events(facts, app), call.metadata())
    return state.item_version + 1


def _bundle(
    app: Application, call: Call, unit: UnitOfWork, written: dict[str, Any], keys: dict[str, str]
) -> dict[str, Any]:
    definition = bundles.resolve(written, keys)
    stream = bundle_stream(definition["key"])
    state = bundles.state([(event.type, event.data) for event in unit.read_stream(stream)])
    codes = [member["item"] for member in definition["members"]]
    known = {code for code, item in load_items(unit, codes).items() if item.published}
    facts = bundles.decide(state, definition, known)
    if facts:
        unit.append(stream, state.version, to_events(facts, app), call.metadata())
    return {"key": definition["key"], "changed": bool(facts)}


def _refuse_duplicates(codes: list[str]) -> None:
    twice = [index for index, code in enumerate(codes) if code in codes[:index]]
    if twice:
        raise invalid(
            [FieldError(f"items.{i}.code", "duplicate_code", f"{codes[i]} came before") for i in twice]
        )
