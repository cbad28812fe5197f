"""What people do to a card."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.supervision.application import SupervisionApplication
from services.supervision.domain.card import CardState
from services.supervision.domain.decide import Command, Person, decide
from services.supervision.judge import load_card
from shared.eventstore.store import UnitOfWork
from shared.problems import not_found, stale_version
from shared.security.actor import Actor
from shared.service.call import Answer, Call
from shared.service.execute import execute, to_events

ACT = "supervision.act"
ANSWER = "supervision.answer"


def person(actor: Actor) -> Person:
    return Person(actor.id, actor.department_code, supervises=actor.can(ACT))


def act_on_card(app: SupervisionApplication, call: Call) -> Answer:
    """`supervision.act` for supervisors, `supervision.answer` for the department the card was given to.

    Raises `Problem`: 403 without either permission, 404 for a card that is not there or not the
    actor's to see, 409 or 422 where a guard refuses.
    """
    by = person(call.actor)
    if not by.supervises:
        call.actor.require(ANSWER)
    stream = UUID(str(call.params["id"]))

    def work(unit: UnitOfWork) -> Answer:
        card = load_card(unit, stream)
        _visible(card, by, stream)
        if call.if_match is not None and call.if_match != card.version:
            raise stale_version(call.if_match, card.version)
        facts = decide(card, _command(call, by))
        version = unit.append(stream, card.version, to_events(facts, app), call.metadata())
        state = facts[-1].data["state"] if facts else card.state
        return Answer({"card_id": str(stream), "state": state, "version": version}, version=version)

    return execute(app, call, work)


def _visible(card: CardState, by: Person, stream: UUID) -> None:
    if not card.exists or not (by.supervises or by.department_code == card.department_code):
        raise not_found(f"card {stream}")


def _command(call: Call, by: Person) -> Command:
    body: dict[str, Any] = call.body
    return Command(str(call.params["action"]), by, body.get("reason", ""), tuple(body.get("attachments", ())))
