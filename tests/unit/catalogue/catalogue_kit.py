"""A catalogue service on a fresh database, called without a transport."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from services.catalogue import SERVICE
from services.catalogue.bootstrap import bootstrap
from services.catalogue.demo import demo_catalogue
from services.catalogue.service import CatalogueService
from shared.clock import SimulatedClock
from shared.database.migrate import migrate
from shared.database.pool import Database
from shared.eventstore.postgres import PostgresEventStore
from shared.readmodel.projector import catch_up
from shared.security.actor import Actor, service_actor
from shared.service.call import Answer
from shared.testing.invoke import LocalRemote, invoke

EDITOR = Actor(id="editor-1", roles=frozenset({"catalogue_editor"}))
REVIEWER = Actor(id="reviewer-1", roles=frozenset({"catalogue_reviewer"}))
OPERATOR = Actor(id="operator-1", roles=frozenset({"operator"}))
CITIZEN = Actor(id="citizen-1", roles=frozenset({"citizen"}))
CASES = service_actor("cases")


class Catalogue:
    """Calls an operation, with the read models brought up to date before and after."""

    def __init__(self, dsn: str) -> None:
        self.clock = SimulatedClock(datetime(2026, 3, 2, 1, 0, tzinfo=UTC))
        self.db = Database(dsn)
        migrate(self.db, SERVICE)
        store = PostgresEventStore(self.db, "catalogue", self.clock)
        self.service = CatalogueService()
        self.service.app = bootstrap(clock=self.clock, db=self.db, store=store, remote=LocalRemote())
        self.service.app.parts["item_lease"] = 0.0  # nobody holds one here

    def __call__(
        self, operation: str, actor: Actor, body: dict[str, Any] | None = None, **more: Any
    ) -> Answer:
        answer = invoke(self.service, operation, actor=actor, body=body, **more)
        self.project()
        return answer

    def close(self) -> None:
        self.db.close()

    def project(self) -> None:
        self.service.app.store.tick()
        for model in SERVICE.read_models:
            catch_up(self.service.app, model)

    def events(self) -> int:
        return int(self.db.fetch("SELECT count(*) AS n FROM events")[0]["n"])


def demo_item(key: str) -> dict[str, Any]:
    found: dict[str, Any] = next(item for item in demo_catalogue()["items"] if item["key"] == key)
    return found
