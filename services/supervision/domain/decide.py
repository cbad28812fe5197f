"""What may be done to a card, and by whom: guards first, then facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from services.supervision.domain.card import (
    APPEALED,
    CANCELLED,
    CONFIRMED,
    ISSUED,
    PENDING,
    REVOKED,
    STANDING,
    URGED,
    CardState,
)
from shared.domain.decision import Fact, Refusal

REASON_LENGTH = 250
WARNING = "warning"
REVOKERS = "二人复核（rules 10.4）"


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts. `supervises`: acts for supervision; else answers for the own department."""

    id: str
    department_code: str | None
    supervises: bool

    def as_dict(self) -> dict[str, Any]:
        return {"id": self.id, "department_code": self.department_code}


@dataclass(frozen=True, slots=True)
class Command:
    """`confirm`, `appeal`, `revoke` or `urge`."""

    action: str
    by: Person
    reason: str = ""
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the scanner found: the body of `card.issued` without the state."""

    body: Mapping[str, Any]
    pending: bool = False


def decide_issue(card: CardState, found: Judgement) -> list[Fact]:
    """Issue, or reinstate the same card; nothing where it stands or a person has revoked it."""
    if not card.exists:
        mode = PENDING if found.pending else ISSUED
        return [Fact("card.issued", {**found.body, "mode": mode, "state": mode})]
    if card.state != CANCELLED:
        return []
    return [
        _fact(card, "card.reinstated", ISSUED, passed_at=found.body["passed_at"], due_at=found.body["due_at"])
    ]


def decide_cancel(card: CardState, cause: str) -> list[Fact]:
    """The facts don't bear the card any more. `cause` is a code, `facts_changed`."""
    return [_fact(card, "card.cancelled", CANCELLED, cause=cause)] if card.standing else []


def decide(card: CardState, command: Command) -> list[Fact]:
    """Raises `Refusal`."""
    return _ACTIONS[command.action](card, command)


def allowed_actions(card: CardState, by: Person) -> list[str]:
    """What `decide` would not refuse, reasons apart."""
    allowed = []
    for action in _ACTIONS:
        try:
            decide(card, Command(action, by, reason="-"))
        except Refusal:
            continue
        allowed.append(action)
    return allowed


def _confirm(card: CardState, command: Command) -> list[Fact]:
    _standing(card)
    if card.state == CONFIRMED:
        raise Refusal("already_confirmed", "the card is confirmed already")
    if card.state in (PENDING, APPEALED):
        _supervisor(command)
    if card.state == APPEALED and command.by.id == card.appellant:
        raise Refusal("own_appeal", "who appealed does not decide the appeal", basis=REVOKERS)
    _own_department(card, command)
    state = ISSUED if card.state == PENDING else CONFIRMED
    return [_by(card, command, "card.confirmed", state)]


def _appeal(card: CardState, command: Command) -> list[Fact]:
    if command.by.supervises:
        raise Refusal("not_a_department", "only the department that got the card may appeal")
    _own_department(card, command)
    _standing(card)
    if card.level == WARNING:
        raise Refusal("not_a_card", "a warning is no card: there is nothing to appeal against")
    if card.appellant is not None:
        raise Refusal("already_appealed", "a card is appealed against once")
    if card.state not in (ISSUED, URGED):
        raise Refusal("not_in_state", f"a card that is {card.state} can't be appealed against")
    _reasoned(command)
    return [_by(card, command, "card.appealed", APPEALED, attachments=list(command.attachments))]


def _revoke(card: CardState, command: Command) -> list[Fact]:
    """Takes two: the appellant and a supervisor, or one supervisor who proposes and another who agrees.

    A pending card never counted, so one is enough.
    """
    _supervisor(command)
    _standing(card)
    _reasoned(command)
    if card.state == PENDING:
        return [_by(card, command, "card.revoked", REVOKED)]
    first = card.revocation_proposed_by or (card.appellant if card.state == APPEALED else None)
    if first is None:
        return [_by(card, command, "card.revocation_proposed", card.state)]
    if first == command.by.id:
        raise Refusal("second_person_needed", "somebody else has to release the revocation", basis=REVOKERS)
    return [_by(card, command, "card.revoked", REVOKED)]


def _urge(card: CardState, command: Command) -> list[Fact]:
    _supervisor(command)
    _standing(card)
    if card.state == PENDING:
        raise Refusal("not_in_state", "a pending card must be confirmed first")
    if card.state == APPEALED:
        raise Refusal("not_in_state", "the appeal must be decided first")
    return [_by(card, command, "card.urged", URGED)]


_ACTIONS: dict[str, Callable[[CardState, Command], list[Fact]]] = {
    "confirm": _confirm,
    "appeal": _appeal,
    "revoke": _revoke,
    "urge": _urge,
}


def _standing(card: CardState) -> None:
    if card.state not in STANDING:
        raise Refusal("not_standing", f"the card is {card.state}")


def _supervisor(command: Command) -> None:
    if not command.by.supervises:
        raise Refusal("not_a_supervisor", "only supervision may do this")


def _own_department(card: CardState, command: Command) -> None:
    if not command.by.supervises and command.by.department_code != card.department_code:
        raise Refusal("other_department", "the card was given to another department")


def _reasoned(command: Command) -> None:
    reason = command.reason.strip()
    if not reason:
        raise Refusal("reason_required", "say why", field="reason")
    if len(reason) > REASON_LENGTH:
        raise Refusal("reason_too_long", f"at most {REASON_LENGTH} characters", field="reason")


def _by(card: CardState, command: Command, type: str, state: str, **more: Any) -> Fact:
    reason = {"reason": command.reason.strip()} if command.reason.strip() else {}
    return _fact(card, type, state, by=command.by.as_dict(), **reason, **more)


def _fact(card: CardState, type: str, state: str, **more: Any) -> Fact:
    return Fact(type, {**(card.common or {}), "state": state, **more})
