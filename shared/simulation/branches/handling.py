"""Between acceptance and decision: steps, special procedures, extension, delay."""

from __future__ import annotations

from typing import Any

from shared.simulation.branches.branch import DAY, HOUR, Life, begin, branch, finish, promised
from shared.simulation.handling import Handling


def _special(item: dict[str, Any], *, stops: bool) -> dict[str, Any] | None:
    found = [each for each in item.get("special_procedures") or [] if each["type"] == "B"]
    return next((each for each in found if bool(each.get("stops_clock")) is stops), None)


def _extendable(item: dict[str, Any]) -> bool:
    return promised(item) and bool(item.get("extension"))


def _two_steps(item: dict[str, Any]) -> bool:
    return promised(item) and sum(1 for each in item["steps"] if each["kind"] in ("examine", "approve")) >= 2


def _begin_special(case: Handling, special: dict[str, Any]) -> None:
    case.act(
        "examiner",
        "start-special-procedure",
        type="B",
        name=special["name"],
        reason=f"依法需要{special['name']}",
        limit_days=special["limit"]["value"],
        approver="分管负责人",
    )


@branch(lambda item: promised(item) and _special(item, stops=True) is not None, ends="delivered")
def stopped_for_a_hearing_or_review(case: Handling) -> Life:
    special = _special(case.item, stops=True)
    assert special is not None  # noqa: S101 - `suits` saw to it
    yield from begin(case)
    _begin_special(case, special)
    yield DAY * 4
    case.act("examiner", "end-special-procedure", result="已完成", opinion="同意继续办理")
    yield HOUR
    case.steps()
    case.decide()
    yield HOUR
    yield from finish(case)


@branch(lambda item: promised(item) and _special(item, stops=False) is not None, ends="delivered")
def checked_on_site_while_the_clock_runs(case: Handling) -> Life:
    special = _special(case.item, stops=False)
    assert special is not None  # noqa: S101 - `suits` saw to it
    yield from begin(case)
    _begin_special(case, special)
    yield DAY
    case.act("examiner", "end-special-procedure", result="符合要求", opinion="通过")
    case.steps()
    case.decide()
    yield HOUR
    yield from finish(case)


@branch(_extendable, ends="delivered")
def extended_once(case: Handling) -> Life:
    yield from begin(case)
    case.act(
        "examiner", "start-special-procedure", type="A", name="延长审批", reason="情况复杂，需要进一步核实",
        limit_days=case.item["extension"]["value"], approver="本行政机关负责人",
    )  # fmt: skip
    yield DAY * 2
    case.steps()
    case.decide()
    yield HOUR
    yield from finish(case)


@branch(_two_steps, ends="delivered")
def sent_back_a_step(case: Handling) -> Life:
    yield from begin(case)
    first, second, *_ = case.decision_steps()
    case.step(first)
    yield HOUR
    case.step(second, "returned", "意见不明确，退回重新审查", next_step=first["name"])
    yield DAY
    case.steps()
    case.decide()
    yield HOUR
    yield from finish(case)


@branch(promised, ends="delivered")
def handed_to_a_colleague(case: Handling) -> Life:
    yield from begin(case)
    case.act("examiner", "claim")
    colleague = case.officer("approver").user["id"]
    case.act("examiner", "transfer", to={"id": colleague}, reason="出差")
    case.act("examiner", "recall", reason="行程取消")
    yield HOUR
    case.steps()
    case.decide()
    yield HOUR
    yield from finish(case)


@branch(lambda item: promised(item) and bool(item.get("statutory_limit")), ends="delivered")
def late_beyond_the_law(case: Handling) -> Life:
    """Warning, yellow and red, one after the other."""
    yield from begin(case)
    yield DAY * (130 if case.item["statutory_limit"]["unit"] == "month" else 75)
    case.act("applicant", "urge", content="已超过法定时限，请尽快办结")
    case.steps()
    case.decide()
    yield HOUR
    yield from finish(case)
    case.act("applicant", "rate", score=1, reason="超过法定时限很久才办结")


@branch(promised, ends="delivered")
def late_beyond_the_promise(case: Handling) -> Life:
    yield from begin(case)
    yield DAY * (int(case.item["promised_limit"]["value"] * 1.5) + 4)
    case.steps()
    case.decide()
    yield HOUR
    yield from finish(case)
    case.act("applicant", "rate", score=2, reason="比承诺的时间晚")
