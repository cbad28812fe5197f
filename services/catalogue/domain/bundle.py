"""One-matter bundles 一件事: related items under one form. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.domain.decision import Fact, Refusal

_EXTERNAL = "external:"


@dataclass(frozen=True, slots=True)
class BundleState:
    version: int = 0
    definition: dict[str, Any] | None = None


def state(events: Iterable[tuple[str, Mapping[str, Any]]]) -> BundleState:
    now = BundleState()
    for type, data in events:
        if type != "bundle.defined":
            raise ValueError(f"unknown event type {type!r}")
        now = BundleState(now.version + 1, dict(data["definition"]))
    return now


def resolve(written: Mapping[str, Any], keys: Mapping[str, str]) -> dict[str, Any]:
    """Item keys of the same file replaced by codes, everywhere members are named."""
    definition = dict(written)

    def code(name: str) -> str:
        return keys.get(name, name)

    definition["members"] = [
        member | {"item": code(member["item"]), "after": [code(name) for name in member["after"]]}
        for member in written["members"]
    ]
    definition["produced_inside"] = [
        entry | {"by": code(entry["by"]), "used_by": [code(name) for name in entry["used_by"]]}
        for entry in written["produced_inside"]
    ]
    definition["external_steps"] = [
        step | {"after": [code(name) for name in step.get("after", ())]} for step in written["external_steps"]
    ]
    return definition


def decide(now: BundleState, definition: dict[str, Any], known: set[str]) -> list[Fact]:
    """`known` are the codes that are published. No facts when nothing changed."""
    if definition == now.definition:
        return []
    members = [member["item"] for member in definition["members"]]
    steps = {_EXTERNAL + step["key"] for step in definition["external_steps"]}
    for index, member in enumerate(definition["members"]):
        path = f"members.{index}"
        if member["item"] not in known:
            raise Refusal("unknown_item", f"{member['item']} is not published", field=f"{path}.item")
        for name in member["after"]:
            if name not in members and name not in steps:
                raise Refusal("unknown_member", f"{name} is no part of the bundle", field=f"{path}.after")
    _refuse_circle(definition)
    return [Fact("bundle.defined", {"key": definition["key"], "definition": definition})]


def _refuse_circle(definition: Mapping[str, Any]) -> None:
    """A member that waits for itself would never start."""
    waits = {m["item"]: {n for n in m["after"] if not n.startswith(_EXTERNAL)} for m in definition["members"]}
    while waits:
        ready = [item for item, after in waits.items() if not after & waits.keys()]
        if not ready:
            raise Refusal("circular_order", "members wait for each other", field="members")
        for item in ready:
            del waits[item]
