"""The toys' service classes: plain, as every service's are."""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from marshmallow import Schema, fields

from shared.domain.decision import Fact, Refusal
from shared.eventstore.store import UnitOfWork
from shared.service.application import Application
from shared.service.call import Answer, Call
from shared.service.execute import execute, to_events
from shared.service.operation import operation

STREAM = uuid5(NAMESPACE_URL, "yiwang:pebble:heap")


class Pebble(Schema):
    colour = fields.String(required=True)
    size = fields.String(load_default="small")


class Keeper:
    name = "keeper"
    app: Application

    @operation(permission="catalogue.read", body=Pebble, needs_key=True)
    def lay(self, call: Call) -> Answer:
        if call.body["colour"] == "red":
            raise Refusal("no_red", "red pebbles are refused")

        def work(unit: UnitOfWork) -> Answer:
            version = len(unit.read_stream(STREAM))
            facts = [Fact("pebble.laid", dict(call.body))]
            version = unit.append(STREAM, version, to_events(facts, self.app), call.metadata())
            return Answer({"laid": version}, 201, version)

        return execute(self.app, call, work)

    @operation(permission="feeds.read")
    def counted(self, call: Call) -> Answer:
        rows: list[dict[str, Any]] = self.app.db.fetch("SELECT colour, number FROM rm_pebble_count.pebbles")
        return Answer({row["colour"]: row["number"] for row in rows})

    @operation(permission="catalogue.read")
    def fail(self, call: Call) -> Answer:
        raise RuntimeError("a secret of the implementation")


class Teller:
    name = "teller"
    app: Application

    @operation(permission="catalogue.read")
    def told(self, call: Call) -> Answer:
        rows = self.app.db.fetch("SELECT colour FROM told ORDER BY place")
        return Answer([row["colour"] for row in rows])

    @operation(permission="catalogue.read")
    def ask(self, call: Call) -> Answer:
        """Asks the keeper as this service, since the caller may not ask itself."""
        return self.app.remote.call("keeper", "counted")


class Front:
    name = "front"
    app: Application

    @operation(permission="catalogue.read")
    def chain(self, call: Call) -> Answer:
        """Two hops: front asks teller, teller asks keeper."""
        return self.app.remote.call("teller", "ask", actor=call.actor)
