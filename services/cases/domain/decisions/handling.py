"""Who holds the case, and the steps it goes through."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from services.cases.domain import item as items
from services.cases.domain import process
from services.cases.domain.commands import Claim, Recall, RecordStep, Transfer
from services.cases.domain.facts import fact, moment_text
from services.cases.domain.rule import Moment, Rule, one_of, required
from services.cases.domain.state import CaseState
from shared.domain.decision import Fact, Refusal

STEP_ACTIONS = ("passed", "returned", "other")
DUAL_STAFF = 2


def check_claim(state: CaseState, command: Claim, moment: Moment) -> Iterator[Refusal]:
    if state.assignee is not None and state.assignee == command.officer.id:
        yield Refusal("already_claimed", "this case is yours already")
    elif state.assignee is not None:
        yield Refusal("claimed_by_other", "somebody else holds this case; it has to be recalled first")


def claim(state: CaseState, command: Claim, moment: Moment) -> list[Fact]:
    return [fact(state, "case.claimed", officer=command.officer.as_dict())]


def check_transfer(state: CaseState, command: Transfer, moment: Moment) -> Iterator[Refusal]:
    yield from required(command, "reason", "reason_required", "a transfer gives its reason")
    department = command.to_department_code or state.handling_department_code
    if not command.to_id and not command.to_department_code:
        yield Refusal("receiver_required", "name an officer or a department", field="to")
    elif command.to_id == state.assignee and department == state.handling_department_code:
        yield Refusal("already_there", "the case is there already", field="to")


def transfer(state: CaseState, command: Transfer, moment: Moment) -> list[Fact]:
    to = {
        "id": command.to_id,
        "department_code": command.to_department_code or state.handling_department_code,
    }
    officer = command.officer.as_dict()
    return [fact(state, "case.transferred", to=to, reason=command.reason, officer=officer)]


def check_recall(state: CaseState, command: Recall, moment: Moment) -> Iterator[Refusal]:
    yield from required(command, "reason", "reason_required", "a recall gives its reason")


def recall(state: CaseState, command: Recall, moment: Moment) -> list[Fact]:
    return [fact(state, "case.recalled", reason=command.reason, officer=command.officer.as_dict())]


def check_step(state: CaseState, command: RecordStep, moment: Moment) -> Iterator[Refusal]:
    yield from one_of(command, "action", STEP_ACTIONS)
    yield from required(
        command, "opinion", "opinion_required", "a step carries an opinion", "网上办事大厅建设规范 3.2.4"
    )
    yield from required(command, "step", "step_required", "name the step")
    steps = state.steps
    if steps:
        yield from _check_place(state, command)
    yield from _check_staff(state, command)
    start, end = _span(state, command, moment)
    if start > end or end > moment.at:
        yield Refusal(
            "step_times_invalid", "a step ends after it starts, and not in the future", field="ended_at"
        )


def _check_place(state: CaseState, command: RecordStep) -> Iterator[Refusal]:
    steps, expected = state.steps, process.permitted(state.steps, state.passed)
    if command.step not in expected:
        yield Refusal(
            "wrong_step",
            f"the process of this item is at {' or '.join(expected) or 'its end'}",
            field="step",
            basis="实施清单 办理流程",
        )
        return
    if command.action == "returned":
        yield from _check_return(state, command)
    elif command.action == "passed" and command.next_step:
        following = process.following(steps, command.step)
        if command.next_step != following:
            yield Refusal(
                "wrong_next_step", f"after this step comes {following or 'nothing'}", field="next_step"
            )


def _check_return(state: CaseState, command: RecordStep) -> Iterator[Refusal]:
    earlier = process.before(state.steps, command.step)
    if state.decided_at is not None:
        yield Refusal("decided_already", "after the decision nothing is returned", field="action")
    elif not earlier:
        yield Refusal("nothing_earlier", "there is no earlier step to return to", field="action")
    elif command.next_step and command.next_step not in earlier:
        yield Refusal("wrong_next_step", f"a return goes to one of {', '.join(earlier)}", field="next_step")


def _check_staff(state: CaseState, command: RecordStep) -> Iterator[Refusal]:
    index = process.position(state.steps, command.step)
    needed = items.whole(state.steps[index].get("min_staff"), 1) if index is not None else 1
    basis = "行政许可法 第三十四条第三款"
    if command.co_officer is None:
        if needed >= DUAL_STAFF:
            yield Refusal(
                "co_officer_required", "this step is done by two officers", field="co_officer", basis=basis
            )
    elif command.co_officer.id == command.officer.id:
        yield Refusal(
            "co_officer_same", "the second officer is somebody else", field="co_officer", basis=basis
        )


def _span(state: CaseState, command: RecordStep, moment: Moment) -> tuple[Any, Any]:
    end = command.ended_at or moment.at
    return command.started_at or min(state.step_since or end, end), end


def record_step(state: CaseState, command: RecordStep, moment: Moment) -> list[Fact]:
    start, end = _span(state, command, moment)
    data: dict[str, Any] = {
        "step": command.step,
        "action": command.action,
        "opinion": command.opinion,
        "started_at": moment_text(start),
        "ended_at": moment_text(end),
        "officer": command.officer.as_dict(),
    }
    next_step = command.next_step or _usual_next(state, command)
    if next_step:
        data["next_step"] = next_step
    if command.co_officer:
        data["co_officer"] = command.co_officer.as_dict()
    return [fact(state, "case.step_recorded", **data)]


def _usual_next(state: CaseState, command: RecordStep) -> str | None:
    if command.action == "passed":
        return process.following(state.steps, command.step)
    if command.action == "returned":
        earlier = process.before(state.steps, command.step)
        return earlier[-1] if earlier else None
    return None


RULES = (
    Rule(Claim, "claim", check_claim, claim),
    Rule(Transfer, "transfer", check_transfer, transfer),
    Rule(Recall, "recall", check_recall, recall),
    Rule(RecordStep, "record-step", check_step, record_step),
)
