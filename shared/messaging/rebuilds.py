"""The operations by which operators rebuild the read models of a service."""

from __future__ import annotations

from typing import ClassVar

from marshmallow import Schema, fields, validate

from shared.contracts.operations import AskRebuild
from shared.problems import not_found
from shared.readmodel import runs
from shared.readmodel.asking import ask
from shared.service.application import Application
from shared.service.call import Answer, Call
from shared.service.operation import operation
from shared.service.spec import ServiceSpec


class RebuildsQuery(Schema):
    read_model = fields.String(load_default=None)
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class RebuildQuery(Schema):
    id = fields.UUID(required=True)


class RebuildOperations:
    app: ClassVar[Application]
    spec: ClassVar[ServiceSpec]

    @operation(permission="operations.act", body=AskRebuild, needs_key=True)
    def rebuild(self, call: Call) -> Answer:
        """Where the platform says nothing of how many operators it takes, it takes two."""
        return ask(self.app, self.spec, call, persons=self.app.parts.get("rebuild_release", "two"))

    @operation(permission="operations.read", query=RebuildsQuery)
    def rebuilds(self, call: Call) -> Answer:
        """Newest first; at most 200, so `next` is never needed."""
        with self.app.db.at_once() as cursor:
            found = runs.newest(cursor, call.params["read_model"], call.params["limit"])
        return Answer({"items": [run.shown() for run in found], "next": None})

    @operation(permission="operations.read", query=RebuildQuery)
    def rebuild_run(self, call: Call) -> Answer:
        with self.app.db.at_once() as cursor:
            run = runs.find(cursor, str(call.params["id"]))
        if run is None:
            raise not_found(f"rebuild {call.params['id']}")
        return Answer(run.shown())
