"""Items as they are searched and shown, with every version that was ever published."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from services.catalogue.domain.snapshot import visits
from shared.eventstore.event import Event
from shared.readmodel.model import ReadModel, Source


class Items(ReadModel):
    """`item`: one row per item, what is in force and what is being edited. `version`: all publications."""

    name: ClassVar[str] = "items"
    service: ClassVar[str] = "catalogue"
    sources: ClassVar[tuple[Source, ...]] = (Source("catalogue", "item"),)
    ddl: ClassVar[str] = """
        CREATE TABLE item (
            code text PRIMARY KEY,
            stream_version integer NOT NULL,
            item_version integer NOT NULL DEFAULT 0,
            edit_state text NOT NULL DEFAULT 'none',
            use_state text NOT NULL DEFAULT 'none',
            name text COLLATE "C",
            department_code text,
            department_name text COLLATE "C",
            region_code text,
            item_type text,
            level smallint,
            theme text,
            case_type text,
            service_object text[] NOT NULL DEFAULT '{}',
            application_forms text[] NOT NULL DEFAULT '{}',
            appliable boolean NOT NULL DEFAULT false,
            visits smallint,
            searched text NOT NULL DEFAULT '',
            definition jsonb,
            draft jsonb,
            review jsonb,
            notes jsonb NOT NULL DEFAULT '[]',
            published_at timestamptz,
            updated_at timestamptz NOT NULL
        );
        CREATE INDEX item_by_name ON item (name, code) WHERE use_state = 'in_use';
        CREATE INDEX item_by_department ON item (department_name, name, code) WHERE use_state = 'in_use';
        CREATE INDEX item_by_update ON item (updated_at, code) WHERE use_state = 'in_use';
        CREATE INDEX item_in_edit ON item (edit_state, code) WHERE edit_state <> 'none';
        CREATE TABLE version (
            code text,
            item_version integer,
            definition jsonb NOT NULL,
            published_at timestamptz NOT NULL,
            published_by text,
            PRIMARY KEY (code, item_version)
        );
    """

    def apply(self, db: Any, events: Sequence[Event]) -> None:
        for event in events:
            code = event.data["code"]
            db.execute(
                "INSERT INTO item (code, stream_version, updated_at) VALUES (%s, %s, %s)"
                " ON CONFLICT (code) DO UPDATE SET stream_version = excluded.stream_version,"
                " updated_at = excluded.updated_at",
                (code, event.version, event.occurred_at),
            )
            _HANDLERS[event.type](db, event)


def _imported(db: Any, event: Event) -> None:
    db.execute(
        "UPDATE item SET notes = %s WHERE code = %s", (json.dumps(event.data["notes"]), event.data["code"])
    )


def _drafted(db: Any, event: Event) -> None:
    """The list's notes end here: the item is now defined by somebody who answers for it."""
    data = event.data
    db.execute(
        "UPDATE item SET draft = %s, edit_state = 'draft', review = NULL, notes = '[]',"
        " name = coalesce(name, %s) WHERE code = %s",
        (json.dumps(data["definition"]), data["definition"]["name"], data["code"]),
    )


def _edit_state(state: str) -> Callable[[Any, Event], None]:
    def handler(db: Any, event: Event) -> None:
        review = {name: event.data.get(name) for name in ("opinion", "reason", "by") if event.data.get(name)}
        db.execute(
            "UPDATE item SET edit_state = %s, review = %s WHERE code = %s",
            (state, json.dumps(review), event.data["code"]),
        )

    return handler


def _use_state(state: str) -> Callable[[Any, Event], None]:
    def handler(db: Any, event: Event) -> None:
        db.execute("UPDATE item SET use_state = %s WHERE code = %s", (state, event.data["code"]))

    return handler


def _cancelled(db: Any, event: Event) -> None:
    db.execute(
        "UPDATE item SET use_state = 'cancelled', edit_state = 'none', draft = NULL WHERE code = %s",
        (event.data["code"],),
    )


def _published(db: Any, event: Event) -> None:
    data, item = event.data, event.data["definition"]
    body = json.dumps(item)
    db.execute(
        "INSERT INTO version (code, item_version, definition, published_at, published_by)"
        " VALUES (%s, %s, %s, %s, %s)",
        (data["code"], data["version"], body, event.occurred_at, data["by"]),
    )
    db.execute(
        "UPDATE item SET item_version = %s, use_state = 'in_use', edit_state = 'none', draft = NULL,"
        " review = NULL, published_at = %s, definition = %s, name = %s, department_code = %s,"
        " department_name = %s, region_code = %s, item_type = %s, level = %s, theme = %s, case_type = %s,"
        " service_object = %s, application_forms = %s, appliable = %s, visits = %s, searched = %s"
        " WHERE code = %s",
        (
            data["version"], event.occurred_at, body, item["name"], item["department_code"],
            item["department"], item["region_code"], item["item_type"], item["level"], item["theme"],
            item["case_type"], item["service_object"], item["application_forms"],
            bool(item["application_forms"]), visits(item["application_forms"]), _searched(item), data["code"],
        ),
    )  # fmt: skip


def _searched(item: dict[str, Any]) -> str:
    """All words an item is looked for by; lower case, so that a plain LIKE finds them."""
    situations = [situation["name"] for situation in item.get("situations", ())]
    result = (item.get("result") or {}).get("name", "")
    words = [item["name"], item["department"], item["theme"] or "", result, *situations, item["code"]]
    return "\n".join(words).lower()


_HANDLERS: dict[str, Callable[[Any, Event], None]] = {
    "item.imported": _imported,
    "item.created": _drafted,
    "item.changed": _drafted,
    "item.submitted_for_review": _edit_state("in_review"),
    "item.approved": _edit_state("approved"),
    "item.rejected": _edit_state("rejected"),
    "item.published": _published,
    "item.suspended": _use_state("suspended"),
    "item.resumed": _use_state("in_use"),
    "item.cancelled": _cancelled,
}
