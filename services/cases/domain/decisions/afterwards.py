"""What may end a case before its time, and what comes after its end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from services.cases.domain.commands import Correct, Lapse, Rate, RevokeResult, Urge, Void, Withdraw
from services.cases.domain.facts import fact, moment_text
from services.cases.domain.rule import Moment, Rule, blank, one_of, required
from services.cases.domain.state import CaseState
from shared.domain.decision import Fact, Refusal

VOID_KINDS = ("void", "deleted")
BAD_SCORE = 2
BEST_SCORE = 5


def check_withdraw(state: CaseState, command: Withdraw, moment: Moment) -> Iterator[Refusal]:
    yield from required(command, "reason", "reason_required", "a withdrawal gives its reason")


def withdraw(state: CaseState, command: Withdraw, moment: Moment) -> list[Fact]:
    return [fact(state, "case.withdrawn", reason=command.reason, by=command.by.as_dict())]


def check_lapse(state: CaseState, command: Lapse, moment: Moment) -> Iterator[Refusal]:
    if state.supplement_due_at is not None and moment.at <= state.supplement_due_at:
        yield Refusal("too_early", f"the supplement may come until {moment_text(state.supplement_due_at)}")


def lapse(state: CaseState, command: Lapse, moment: Moment) -> list[Fact]:
    return [fact(state, "case.lapsed", reason=command.reason)]


def check_void(state: CaseState, command: Void, moment: Moment) -> Iterator[Refusal]:
    yield from required(command, "reason", "reason_required", "voiding a case gives its reason")
    yield from one_of(command, "kind", VOID_KINDS)


def void(state: CaseState, command: Void, moment: Moment) -> list[Fact]:
    officer = command.officer.as_dict()
    return [fact(state, "case.voided", reason=command.reason, kind=command.kind, officer=officer)]


def check_rate(state: CaseState, command: Rate, moment: Moment) -> Iterator[Refusal]:
    score = command.score
    if not isinstance(score, int) or isinstance(score, bool) or not 1 <= score <= BEST_SCORE:
        yield Refusal("score_invalid", "a score is a whole number from 1 to 5", field="score")
    elif score <= BAD_SCORE:
        yield from required(command, "reason", "reason_required", "a bad rating says what went wrong")


def rate(state: CaseState, command: Rate, moment: Moment) -> list[Fact]:
    reason = {} if blank(command.reason) else {"reason": command.reason}
    return [fact(state, "case.rated", score=command.score, by=command.by.as_dict(), **reason)]


def check_urge(state: CaseState, command: Urge, moment: Moment) -> Iterator[Refusal]:
    yield from ()


def urge(state: CaseState, command: Urge, moment: Moment) -> list[Fact]:
    content = {} if blank(command.content) else {"content": command.content}
    return [fact(state, "case.urged", by=command.by.as_dict(), **content)]


def check_correct(state: CaseState, command: Correct, moment: Moment) -> Iterator[Refusal]:
    yield from required(command, "corrects", "corrects_required", "name the event that was wrong")
    yield from required(command, "reason", "reason_required", "a correction gives its reason")
    if not command.changes:
        yield Refusal("changes_required", "a correction changes something", field="changes")
    released_by = command.released_by
    if released_by is None:
        if state.is_closed:
            yield Refusal(
                "release_required",
                "a closed case is corrected by one person and released by another",
                field="released_by",
            )
    elif released_by.id == command.officer.id:
        yield Refusal("release_by_same", "the one who releases is somebody else", field="released_by")


def correct(state: CaseState, command: Correct, moment: Moment) -> list[Fact]:
    corrected = fact(
        state,
        "case.corrected",
        corrects=command.corrects,
        changes=dict(command.changes),
        reason=command.reason,
        officer=command.officer.as_dict(),
        released_by=command.released_by.as_dict() if command.released_by else None,
    )
    return [corrected]


def check_revoke_result(state: CaseState, command: RevokeResult, moment: Moment) -> Iterator[Refusal]:
    yield from required(
        command, "reason", "reason_required", "revocation gives its reason", "行政许可法 第六十九条"
    )


def revoke_result(state: CaseState, command: RevokeResult, moment: Moment) -> list[Fact]:
    data: dict[str, Any] = {"reason": command.reason, "officer": command.officer.as_dict()}
    return [fact(state, "case.result_revoked", **data)]


RULES = (
    Rule(Withdraw, "withdraw", check_withdraw, withdraw),
    Rule(Lapse, "lapse", check_lapse, lapse),
    Rule(Void, "void", check_void, void),
    Rule(Rate, "rate", check_rate, rate),
    Rule(Urge, "urge", check_urge, urge),
    Rule(Correct, "correct", check_correct, correct),
    Rule(RevokeResult, "revoke-result", check_revoke_result, revoke_result),
)
