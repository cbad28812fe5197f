"""The operations every service has: what it is, how it fares, its feed, its parked cases."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, ClassVar

from marshmallow import Schema, fields, validate

from shared.contracts.operations import PARKED_STATES, ResumeSubscriber, SkipParked
from shared.eventstore.store import UnitOfWork
from shared.messaging.placing import COMMON, place_anew
from shared.messaging.published import feed_page, shown
from shared.messaging.rebuilds import RebuildOperations
from shared.problems import FieldError, invalid
from shared.readmodel import parking, stopping
from shared.seals.shelf import newest_first
from shared.seals.taking import seal_now
from shared.service.application import Application
from shared.service.call import Answer, Call
from shared.service.execute import execute
from shared.service.operation import Operation, operation
from shared.service.spec import ServiceSpec

FEED_LIMIT = 1000


def operations_of(service_class: type) -> dict[str, Operation]:
    """All operations of a class by name, whether marked there or inherited."""
    found = {}
    for name, method in inspect.getmembers(service_class, inspect.isfunction):
        marked: Operation | None = getattr(method, "__operation__", None)
        if marked is not None:
            found[name] = marked
    return found


class FeedQuery(Schema):
    category = fields.String(required=True)
    after = fields.String(load_default="")
    limit = fields.Integer(load_default=500, validate=validate.Range(1, FEED_LIMIT))


class SealsQuery(Schema):
    limit = fields.Integer(load_default=100, validate=validate.Range(1, 200))
    after = fields.Integer(load_default=None)


class ParkedListQuery(Schema):
    subscriber = fields.String(load_default=None)
    state = fields.String(load_default="parked", validate=validate.OneOf(PARKED_STATES))
    limit = fields.Integer(load_default=200, validate=validate.Range(1, 200))
    after = fields.String(load_default=None)


class SubscriberQuery(Schema):
    subscriber = fields.String(required=True)


class ParkedQuery(Schema):
    subscriber = fields.String(required=True)
    stream = fields.UUID(required=True)


class CommonOperations:
    """For services without facts too (the gateway). `app` and `spec` are set by `rpc.expose`."""

    app: ClassVar[Application]
    spec: ClassVar[ServiceSpec]

    @operation(permission="operations.read")
    def describe(self, call: Call) -> Answer:
        """What the service offers and follows: for the operator page and the route walk."""
        marked = operations_of(type(self)).values()
        return Answer(
            {
                "service": self.spec.name,
                "categories": list(self.spec.categories),
                "operations": [
                    {"name": one.name, "permission": one.permission, "needs_key": one.needs_key}
                    for one in marked
                ],
                "read_models": [model.name for model in self.spec.read_models],
                "subscriptions": [one.name for one in self.spec.subscriptions],
                "timers": [timer.name for timer in self.spec.timers],
            }
        )

    @operation(permission="operations.read")
    def status(self, call: Call) -> Answer:
        return Answer({"service": self.spec.name, "now": self.app.clock.now().isoformat()})


class OwnerOperations(CommonOperations, RebuildOperations):
    """For services that own events."""

    @operation(permission="operations.read")
    def status(self, call: Call) -> Answer:
        """Positions and lag. `behind_seconds`: everything older than that has been applied. The relay saves
        its place each second when it has published all there is, so its age is its lag."""
        checkpoints = self.app.db.fetch(
            "SELECT subscriber, source, category, cursor, head_at,"
            # head_at is the platform's time, which may be simulated; updated_at is the database's.
            " extract(epoch FROM coalesce(%s - head_at, clock_timestamp() - updated_at))::float8"
            " AS behind_seconds"
            " FROM checkpoints WHERE subscriber <> 'relay' OR category = '*'"
            " ORDER BY subscriber, source, category",
            (self.app.clock.now(),),
        )
        parked = self.app.db.fetch(
            "SELECT subscriber, count(*)::int AS events, count(DISTINCT stream)::int AS streams"
            " FROM parked WHERE skipped_at IS NULL GROUP BY subscriber ORDER BY subscriber"
        )
        size = self.app.db.fetch("SELECT pg_database_size(current_database())::bigint AS bytes")[0]["bytes"]
        last = self.app.db.fetch(
            "SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence('events', 'position')), 0)"
            " AS position"
        )
        return Answer(
            {
                "service": self.spec.name,
                "now": self.app.clock.now().isoformat(),
                "head": self.app.store.head(),
                "position": last[0]["position"],
                "checkpoints": [_json(row) for row in checkpoints],
                "parked": parked,
                "database_bytes": size,
                **self._running(),
                "stopped": stopping.all_standing(self.app.db),
            }
        )

    @operation(permission="feeds.read", query=FeedQuery)
    def feed(self, call: Call) -> Answer:
        """The published events of one category after a cursor, in the one order every reader sees."""
        category = call.params["category"]
        if category not in self.spec.categories:
            raise invalid(
                [FieldError("category", "unknown", f"{self.spec.name} has no category {category!r}")]
            )
        after, limit = call.params["after"], call.params["limit"]
        return Answer(feed_page(self.app.store, self.spec, category, after, limit))

    @operation(permission="operations.read", query=SealsQuery)
    def seals(self, call: Call) -> Answer:
        """Exported seals, newest first."""
        with self.app.db.at_once() as cursor:
            found = newest_first(cursor, call.params["after"], call.params["limit"])
        more = len(found) == call.params["limit"]
        return Answer(
            {
                "items": [seal.exported() for seal in found],
                "next": str(found[-1].statement.number) if more else None,
            }
        )

    @operation(permission="operations.act")
    def seal(self, call: Call) -> Answer:
        """Seal everything up to now. Needs no key: a second one covers what came between."""
        made = seal_now(self.app, self.app.parts["sealing"])
        return Answer({"seal": made.exported() if made else None})

    @operation(permission="operations.read", query=ParkedListQuery)
    def parked_list(self, call: Call) -> Answer:
        """Parked streams, oldest first, or skipped events, newest first; at most 200, so `next` is never
        needed: repair these first."""
        listed = parking.list_skipped if call.params["state"] == "skipped" else parking.list_parked
        rows = listed(self.app.db, call.params["subscriber"], call.params["limit"])
        return Answer({"items": [self._parked_row(row) for row in rows], "next": None})

    @operation(permission="operations.read", query=ParkedQuery)
    def parked_show(self, call: Call) -> Answer:
        """The waiting events in their published form, which holds nothing personal."""
        rows = parking.show_parked(self.app.db, call.params["subscriber"], call.params["stream"])
        items = [_json(row) | {"event": shown(self.app, self.spec, row["event"])} for row in rows]
        return Answer({"items": items, "next": None})

    @operation(permission="operations.act", query=ParkedQuery)
    def parked_retry(self, call: Call) -> Answer:
        """Needs no key: applied events are gone from the list, so doing it twice does nothing more."""
        name, stream = call.params["subscriber"], call.params["stream"]
        return Answer(parking.retry_parked(self.app, self.spec, name, stream))

    @operation(permission="operations.act", query=SubscriberQuery)
    def parked_retry_all(self, call: Call) -> Answer:
        return Answer(parking.retry_all(self.app, self.spec, call.params["subscriber"]))

    @operation(permission="operations.act", query=ParkedQuery, body=SkipParked, needs_key=True)
    def parked_skip(self, call: Call) -> Answer:
        """By key, unlike the retry: skipping twice would skip two events."""
        name, stream = call.params["subscriber"], call.params["stream"]
        decision = parking.Skip(call.actor.id, call.body["reason"], call.body.get("version"))

        def work(unit: UnitOfWork) -> Answer:
            done = parking.skip_parked(self.app, self.spec, unit.cursor, name, stream, decision)
            return Answer(done)

        return execute(self.app, call, work)

    @operation(permission="operations.act", query=SubscriberQuery, body=ResumeSubscriber)
    def resume_subscriber(self, call: Call) -> Answer:
        """Lets a subscriber that gave up go on, in every replica, within seconds."""
        name, start = call.params["subscriber"], call.body["start"]
        if start != COMMON:
            place_anew(self.app, self.spec, name, start)
        return Answer(stopping.resume(self.app, self.spec, name, call.actor.id, start))

    def _parked_row(self, row: dict[str, Any]) -> dict[str, Any]:
        message = shown(self.app, self.spec, row.pop("first"))
        return _json(row) | {"type": message["type"], "subject": message["subject"]}

    def _running(self) -> dict[str, Any]:
        """What the runtime knows of this process: `consuming` and `following`."""
        describe: Callable[[], dict[str, Any]] = self.app.parts.get("running", dict)
        return describe()


def _json(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in row.items()}
