"""The decision and the completion."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from services.cases.domain.commands import Accept, Complete, Decide
from services.cases.domain.decisions.acceptance import accept, check_accept
from services.cases.domain.evolve import evolve
from services.cases.domain.facts import fact
from services.cases.domain.rule import Moment, Rule, blank, one_of, required
from services.cases.domain.state import CaseState
from shared.domain.decision import Fact, Refusal

OUTCOMES = ("granted", "refused", "partly_granted", "forwarded")
ART_38 = "行政许可法 第三十八条"
REMEDY = (
    "如不服本决定，可以自收到本决定之日起六十日内申请行政复议，"
    "或者自收到本决定之日起六个月内依法提起行政诉讼。"
)
"""行政复议法 第二十条, 行政诉讼法 第四十六条."""


def check_decide(state: CaseState, command: Decide, moment: Moment) -> Iterator[Refusal]:
    yield from one_of(command, "outcome", OUTCOMES)
    yield from required(command, "decision_no", "decision_no_required", "a decision has a number", ART_38)
    if command.outcome in ("refused", "partly_granted"):
        yield from required(command, "reason", "reason_required", "what is refused is reasoned", ART_38)
    if command.outcome == "forwarded" and not (command.forwarded_to or {}).get("department"):
        yield Refusal(
            "forwarded_to_required",
            "say who decides now",
            field="forwarded_to",
            basis="行政许可法 第三十五条",
        )


def decide(state: CaseState, command: Decide, moment: Moment) -> list[Fact]:
    data: dict[str, Any] = {
        "outcome": command.outcome,
        "decision_no": command.decision_no,
        "officer": command.officer.as_dict(),
    }
    if not blank(command.reason):
        data["reason"] = command.reason
    if command.outcome in ("refused", "partly_granted"):
        data["remedy"] = command.remedy or REMEDY
    if command.forwarded_to:
        data["forwarded_to"] = dict(command.forwarded_to)
    return [fact(state, "case.decided", **data)]


def check_complete(state: CaseState, command: Complete, moment: Moment) -> Iterator[Refusal]:
    if state.status != "decided" and state.is_open:
        if state.before_acceptance:
            yield from check_accept(state, Accept(command.document_no or "", command.officer), moment)
        yield from required(command, "decision_no", "decision_no_required", "a decision has a number", ART_38)
    if command.certificate and state.outcome in ("refused", "forwarded"):
        yield Refusal(
            "certificate_without_grant",
            f"a case that was {state.outcome} has no certificate",
            field="certificate",
        )


def complete(state: CaseState, command: Complete, moment: Moment) -> list[Fact]:
    """One event for a decided case; for an immediate one what lies before it is appended too."""
    facts: list[Fact] = []
    if state.before_acceptance:
        facts += accept(state, Accept(command.document_no or "", command.officer), moment)
        state = evolve(state, facts[-1].type, facts[-1].data, moment.at)
    if state.status != "decided":
        facts += decide(state, Decide("granted", command.decision_no or "", command.officer), moment)
        state = evolve(state, facts[-1].type, facts[-1].data, moment.at)
    data: dict[str, Any] = {"result_code": state.outcome or "other", "officer": command.officer.as_dict()}
    if command.certificate:
        data["certificate"] = dict(command.certificate)
    return [*facts, fact(state, "case.completed", **data)]


RULES = (
    Rule(Decide, "decide", check_decide, decide),
    Rule(Complete, "complete", check_complete, complete),
)
