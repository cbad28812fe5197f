"""A message was read."""

from __future__ import annotations

from uuid import UUID

from services.notify.application import NotifyApplication
from services.notify.domain.names import message_stream
from services.notify.queries.messages import accounts_of
from shared.domain.decision import Fact
from shared.eventstore.store import UnitOfWork
from shared.problems import not_found
from shared.service.call import Answer, Call
from shared.service.execute import execute, to_events


def mark_read(app: NotifyApplication, call: Call) -> Answer:
    """Reading twice is reading once. Somebody else's message is not found."""
    identifier: UUID = call.params["id"]
    stream = message_stream(identifier)

    def work(unit: UnitOfWork) -> Answer:
        history = unit.read_stream(stream)
        queued = history[0].data if history else {}
        if queued.get("channel") != "inbox" or queued.get("account") not in accounts_of(call.actor):
            raise not_found(f"message {identifier}")
        facts = []
        if all(event.type != "message.read" for event in history):
            facts = [Fact("message.read", {"message_id": str(identifier), "case_no": queued["case_no"]})]
        version = unit.append(stream, len(history), to_events(facts, app), call.metadata())
        return Answer({"id": str(identifier), "read": True}, version=version)

    return execute(app, call, work)
