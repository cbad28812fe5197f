"""Accepted, deemed accepted, not accepted, acceptance revoked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from services.cases.domain import item as items
from services.cases.domain.commands import Accept, DeemAccepted, NotAccept, RevokeAcceptance
from services.cases.domain.deemed import deemed_due_at
from services.cases.domain.doors import ART_32
from services.cases.domain.facts import fact, moment_text
from services.cases.domain.rule import Moment, Rule, required
from services.cases.domain.state import CaseState
from shared.domain.decision import Fact, Refusal

DATED_PROOF = "行政许可法 第三十二条第二款"
GROUNDS = ("incomplete", "not_competent", "not_required", "other")


def check_accept(state: CaseState, command: Accept, moment: Moment) -> Iterator[Refusal]:
    yield from required(
        command,
        "document_no",
        "document_no_required",
        "acceptance is proved by a numbered notice",
        DATED_PROOF,
    )


def accept(state: CaseState, command: Accept, moment: Moment) -> list[Fact]:
    accepted = fact(
        state,
        "case.accepted",
        document_no=command.document_no,
        deemed=False,
        accepted_at=moment_text(moment.at),
        deferred_materials=deferred(state),
        officer=command.officer.as_dict(),
    )
    return [accepted]


def deferred(state: CaseState) -> list[dict[str, Any]]:
    """容缺受理: minor material that may follow, and hasn't come yet."""
    names = items.material_names(state.item)
    codes = sorted(items.deferrable_materials(state.item, state.situation) - state.received)
    return [{"code": code, "name": names[code]} for code in codes]


def check_deemed(state: CaseState, command: DeemAccepted, moment: Moment) -> Iterator[Refusal]:
    yield from required(
        command,
        "document_no",
        "document_no_required",
        "acceptance is proved by a numbered notice",
        DATED_PROOF,
    )
    if moment.calendar is None:
        return
    due = deemed_due_at(state, moment.calendar)
    if due is not None and moment.at < due:
        yield Refusal("too_early", f"the time to answer ends at {moment_text(due)}", basis=ART_32)


def deem_accepted(state: CaseState, command: DeemAccepted, moment: Moment) -> list[Fact]:
    received = state.answer_from or state.received_at or moment.at
    accepted = fact(
        state,
        "case.accepted",
        document_no=command.document_no,
        deemed=True,
        accepted_at=moment_text(received),
        deferred_materials=deferred(state),
        officer=None,
    )
    return [accepted]


def check_not_accept(state: CaseState, command: NotAccept, moment: Moment) -> Iterator[Refusal]:
    yield from required(command, "reason", "reason_required", "a refusal gives its reason", DATED_PROOF)
    yield from required(
        command, "document_no", "document_no_required", "a refusal is a numbered notice", DATED_PROOF
    )
    if command.ground is not None and command.ground not in GROUNDS:
        yield Refusal("unknown_ground", f"ground is one of {', '.join(GROUNDS)}", field="ground")


def not_accept(state: CaseState, command: NotAccept, moment: Moment) -> list[Fact]:
    """Material handed back is a lawful end of its own where the item says so (`incomplete: return`)."""
    ground = command.ground or ("not_competent" if command.referral else "incomplete")
    returned = ground == "incomplete" and state.item.get("incomplete") == "return"
    data = {
        "document_no": command.document_no,
        "reason": command.reason,
        "officer": command.officer.as_dict(),
    } | ({"referral": command.referral} if command.referral else {})
    return [fact(state, "case.not_accepted", "returned" if returned else "not_accepted", **data)]


def check_revoke(state: CaseState, command: RevokeAcceptance, moment: Moment) -> Iterator[Refusal]:
    yield from required(
        command, "reason", "reason_required", "revocation is told in writing, with its reason"
    )


def revoke_acceptance(state: CaseState, command: RevokeAcceptance, moment: Moment) -> list[Fact]:
    officer = command.officer.as_dict()
    return [fact(state, "case.acceptance_revoked", reason=command.reason, officer=officer)]


RULES = (
    Rule(Accept, "accept", check_accept, accept),
    Rule(DeemAccepted, "deem-accepted", check_deemed, deem_accepted),
    Rule(NotAccept, "not-accept", check_not_accept, not_accept),
    Rule(RevokeAcceptance, "revoke-acceptance", check_revoke, revoke_acceptance),
)
