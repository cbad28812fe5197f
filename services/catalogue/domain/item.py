"""A service item and its versions: what may happen to it, and what it then is. Pure.

Two states side by side, as in the national tables: the edit state of the next version (draft,
in_review, approved, rejected, none) and the use state of the published one (none, in_use,
suspended, cancelled). The item version grows by one with every publication; a case pins it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from services.catalogue.domain.legality import errors, findings
from shared.domain.decision import Fact, Refusal


@dataclass(frozen=True, slots=True)
class ItemState:
    """`version` is the stream's version, `item_version` that of the newest publication."""

    version: int = 0
    code: str = ""
    edit_state: str = "none"
    use_state: str = "none"
    item_version: int = 0
    draft: dict[str, Any] | None = None
    published: dict[str, Any] | None = None
    author: str | None = None
    listed_as: str | None = None

    @property
    def exists(self) -> bool:
        return self.version > 0


INITIAL = ItemState()


@dataclass(frozen=True, slots=True)
class Create:
    """`definition` is normalised and complete (`services/catalogue/commands/definition.py`)."""

    definition: dict[str, Any]
    by: str


@dataclass(frozen=True, slots=True)
class Change:
    definition: dict[str, Any]
    by: str


@dataclass(frozen=True, slots=True)
class SubmitForReview:
    by: str


@dataclass(frozen=True, slots=True)
class Approve:
    by: str
    opinion: str | None = None


@dataclass(frozen=True, slots=True)
class Reject:
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Publish:
    by: str


@dataclass(frozen=True, slots=True)
class Suspend:
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Resume:
    by: str


@dataclass(frozen=True, slots=True)
class Cancel:
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Define:
    """An operator's bulk load: created or changed, and published, in one go. Unchanged: no facts."""

    definition: dict[str, Any]
    by: str


@dataclass(frozen=True, slots=True)
class ImportFromList:
    """A row of a published list; guide only until somebody defines the item fully."""

    entry: dict[str, Any]
    fingerprint: str
    notes: list[dict[str, str]]


Command = (
    Create
    | Change
    | SubmitForReview
    | Approve
    | Reject
    | Publish
    | Suspend
    | Resume
    | Cancel
    | Define
    | ImportFromList
)


def decide(state: ItemState, command: Command) -> list[Fact]:  # noqa: PLR0911 - one way out per command
    """The facts a command makes, or `Refusal`. The caller has checked the permission."""
    match command:
        case Create(definition, by):
            _refuse_if(state.exists, "item_exists", f"item {definition['code']} is already there")
            return [_created(definition, by)]
        case Change(definition, by):
            return [_changed(state, definition, by)]
        case Define(definition, by):
            return _define(state, definition, by)
        case ImportFromList():
            return _import(state, command)
        case SubmitForReview(by):
            _require_edit_state(state, "draft", "rejected")
            return [Fact("item.submitted_for_review", {"code": state.code, "by": by})]
        case Approve() | Reject():
            return [_review(state, command)]
        case Publish(by):
            _require_edit_state(state, "approved")
            return [_published(state, state.draft or {}, by)]
        case _:
            return [_use(state, command)]


def _created(definition: dict[str, Any], by: str) -> Fact:
    _require_lawful(definition)
    return Fact("item.created", {"code": definition["code"], "definition": definition, "by": by})


def _changed(state: ItemState, definition: dict[str, Any], by: str) -> Fact:
    _require_existing(state)
    _refuse_if(state.use_state == "cancelled", "item_cancelled", "a cancelled item is not changed any more")
    _refuse_if(
        state.edit_state == "in_review", "in_review", "the item is being reviewed; wait or have it rejected"
    )
    if definition["code"] != state.code:
        raise Refusal("code_changed", "an item keeps its code", field="definition.code")
    _require_lawful(definition)
    return Fact("item.changed", {"code": state.code, "definition": definition, "by": by})


def _define(state: ItemState, definition: dict[str, Any], by: str) -> list[Fact]:
    if state.published == definition and state.use_state == "in_use":
        return []
    first = _changed(state, definition, by) if state.exists else _created(definition, by)
    return [first, _published(state, definition, by)]


def _import(state: ItemState, row: ImportFromList) -> list[Fact]:
    """A list never overwrites what was defined fully here, and never revives a cancelled item."""
    if state.listed_as == row.fingerprint and state.use_state != "cancelled":
        return []
    _refuse_if(state.use_state == "cancelled", "item_cancelled", "the item was cancelled here")
    _refuse_if(
        state.exists and state.listed_as is None,
        "defined_here",
        "the item is defined fully here; a list with less in it does not replace it",
    )
    data = {"code": row.entry["code"], "fingerprint": row.fingerprint, "notes": row.notes}
    return [Fact("item.imported", data), _published(state, row.entry, "import")]


def _review(state: ItemState, command: Approve | Reject) -> Fact:
    _require_edit_state(state, "in_review")
    _refuse_if(command.by == state.author, "own_work", "whoever wrote the item can't review it")
    if isinstance(command, Reject):
        return Fact("item.rejected", {"code": state.code, "reason": command.reason, "by": command.by})
    return Fact("item.approved", {"code": state.code, "opinion": command.opinion, "by": command.by})


def _use(state: ItemState, command: Command) -> Fact:
    _require_existing(state)
    match command:
        case Suspend(by, reason):
            _require_use_state(state, "in_use")
            return Fact("item.suspended", {"code": state.code, "reason": reason, "by": by})
        case Resume(by):
            _require_use_state(state, "suspended")
            return Fact("item.resumed", {"code": state.code, "by": by})
        case Cancel(by, reason):
            _require_use_state(state, "in_use", "suspended", "none")
            return Fact("item.cancelled", {"code": state.code, "reason": reason, "by": by})
    raise TypeError(f"unknown command {command!r}")


def _published(state: ItemState, definition: dict[str, Any], by: str) -> Fact:
    data = {"code": definition["code"], "version": state.item_version + 1, "definition": definition, "by": by}
    return Fact("item.published", data)


def evolve(  # noqa: PLR0911 - one way out per event
    state: ItemState, type: str, data: Mapping[str, Any]
) -> ItemState:
    state = replace(state, version=state.version + 1, code=data["code"])
    match type:
        case "item.imported":
            return replace(state, listed_as=data["fingerprint"], author=None)
        case "item.created" | "item.changed":
            draft = dict(data["definition"])
            return replace(state, edit_state="draft", draft=draft, author=data["by"], listed_as=None)
        case "item.submitted_for_review":
            return replace(state, edit_state="in_review")
        case "item.approved":
            return replace(state, edit_state="approved")
        case "item.rejected":
            return replace(state, edit_state="rejected")
        case "item.published":
            return replace(
                state, edit_state="none", use_state="in_use", draft=None,
                published=dict(data["definition"]), item_version=data["version"],
            )  # fmt: skip
        case "item.suspended":
            return replace(state, use_state="suspended")
        case "item.resumed":
            return replace(state, use_state="in_use")
        case "item.cancelled":
            return replace(state, use_state="cancelled", edit_state="none", draft=None)
    raise ValueError(f"unknown event type {type!r}")


def _require_lawful(definition: Mapping[str, Any]) -> None:
    for finding in errors(findings(definition)):
        raise Refusal(finding.code, finding.reason, field=finding.field, basis=finding.basis)


def _require_existing(state: ItemState) -> None:
    _refuse_if(not state.exists, "no_such_item", "there is no such item")


def _require_edit_state(state: ItemState, *allowed: str) -> None:
    _require_existing(state)
    detail = f"the item's next version is {state.edit_state}; this needs {' or '.join(allowed)}"
    _refuse_if(state.edit_state not in allowed, "not_in_edit_state", detail)


def _require_use_state(state: ItemState, *allowed: str) -> None:
    detail = f"the item is {state.use_state}; this needs {' or '.join(allowed)}"
    _refuse_if(state.use_state not in allowed, "not_in_use_state", detail)


def _refuse_if(condition: bool, code: str, detail: str) -> None:
    if condition:
        raise Refusal(code, detail)
