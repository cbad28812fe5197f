"""One item: as it is now, as it was, and as a case pins it."""

from __future__ import annotations

from typing import Any

from services.catalogue.domain.snapshot import snapshot
from services.catalogue.queries.search import card
from services.catalogue.streams import item_state, item_stream
from shared.problems import conflict, not_found
from shared.service.application import Application
from shared.service.call import Answer, Call

_COLUMNS = (
    "code, name, item_version AS version, stream_version, edit_state, use_state, appliable, visits, notes,"
    " published_at, updated_at, definition, draft, review"
)


def item(app: Application, call: Call) -> Answer:
    """Editors also see the draft and what the reviewer said; the public sees published items only."""
    row = row_of(app, call.params["code"])
    editor = call.actor.can("catalogue.edit")
    if not editor:
        for name in ("draft", "review", "edit_state", "notes"):
            row.pop(name)
    if row["definition"] is None and not editor:
        raise not_found(f"item {call.params['code']}")
    version = row.pop("stream_version")
    return Answer(card(row), version=version)


def row_of(app: Application, code: str) -> dict[str, Any]:
    rows = app.db.fetch(f"SELECT {_COLUMNS} FROM rm_items.item WHERE code = %s", (code,))  # noqa: S608
    if not rows:
        raise not_found(f"item {code}")
    return rows[0]


def versions(app: Application, call: Call) -> Answer:
    """Newest first, each with its whole definition: a case pinned to an old one can be explained."""
    rows = app.db.fetch(
        "SELECT item_version AS version, published_at, definition FROM rm_items.version"
        " WHERE code = %s AND (%s::integer IS NULL OR item_version = %s) ORDER BY item_version DESC",
        (call.params["code"], call.params.get("version"), call.params.get("version")),
    )
    if not rows:
        raise not_found(f"item {call.params['code']}")
    return Answer({"items": [card(row) for row in rows], "next": None})


def drafts(app: Application, call: Call) -> Answer:
    """What editors and reviewers have before them."""
    rows = app.db.fetch(
        "SELECT code, name, item_version AS version, edit_state, use_state, review, updated_at"
        " FROM rm_items.item WHERE edit_state <> 'none' ORDER BY updated_at, code LIMIT 200"
    )
    return Answer({"items": [card(row) for row in rows], "next": None})


def item_for_case(app: Application, call: Call) -> Answer:
    """From the stream, not from a read model: a case must never pin a version that is out of force."""
    code = call.params["code"]
    state = item_state(app.store.read_stream(item_stream(code)))
    if state.published is None:
        raise not_found(f"item {code}")
    if state.use_state != "in_use":
        raise conflict("item_not_in_use", f"the item is {state.use_state}", use_state=state.use_state)
    if not state.published.get("application_forms"):
        raise conflict(
            "item_not_appliable", "the item is known by its list entry only; nobody can apply for it"
        )
    return Answer(snapshot(state.published, state.item_version), version=state.version)
