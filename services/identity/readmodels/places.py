"""Regions and organisations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from psycopg2.extras import execute_values

from shared.eventstore.event import Event
from shared.readmodel.model import ReadModel, Source


class Regions(ReadModel):
    name: ClassVar[str] = "regions"
    service: ClassVar[str] = "identity"
    sources: ClassVar[tuple[Source, ...]] = (Source("identity", "region"),)
    ddl: ClassVar[str] = """
        CREATE TABLE region (
            region_code text COLLATE "C" PRIMARY KEY,
            name text NOT NULL,
            level text NOT NULL,
            parent_code text
        );
        CREATE INDEX region_by_parent ON region (parent_code, region_code);
    """

    def apply(self, db: Any, events: Sequence[Event]) -> None:
        names = ("region_code", "name", "level", "parent_code")
        newest = {event.data["region_code"]: event.data for event in events}
        execute_values(
            db,
            "INSERT INTO region (region_code, name, level, parent_code) VALUES %s"
            " ON CONFLICT (region_code) DO UPDATE SET name = excluded.name, level = excluded.level,"
            " parent_code = excluded.parent_code",
            [tuple(data[name] for name in names) for data in newest.values()],
        )


class Organisations(ReadModel):
    name: ClassVar[str] = "organisations"
    service: ClassVar[str] = "identity"
    sources: ClassVar[tuple[Source, ...]] = (Source("identity", "organisation"),)
    ddl: ClassVar[str] = """
        CREATE TABLE organisation (
            code text PRIMARY KEY,
            name text COLLATE "C" NOT NULL,
            region_code text COLLATE "C" NOT NULL,
            parent_code text
        );
        CREATE INDEX organisation_in_order ON organisation (region_code, name, code);
    """

    def apply(self, db: Any, events: Sequence[Event]) -> None:
        for event in events:
            data = event.data
            db.execute(
                "INSERT INTO organisation (code, name, region_code, parent_code) VALUES (%s, %s, %s, %s)"
                " ON CONFLICT (code) DO UPDATE SET name = excluded.name,"
                " region_code = excluded.region_code, parent_code = excluded.parent_code",
                (data["code"], data["name"], data["region_code"], data["parent_code"]),
            )
