"""Every outcome of a decision, and what may come after it."""

from __future__ import annotations

from typing import Any

from shared.simulation.branches.branch import DAY, HOUR, Life, begin, branch, finish, promised
from shared.simulation.handling import Handling


def _forwarded(item: dict[str, Any]) -> bool:
    return promised(item) and bool(item.get("forwarded"))


def _paid(item: dict[str, Any]) -> bool:
    return promised(item) and bool(item.get("fee"))


@branch(promised, ends="delivered")
def granted(case: Handling) -> Life:
    yield from begin(case)
    case.steps()
    yield DAY
    case.decide()
    yield HOUR
    yield from finish(case)
    case.act("applicant", "rate", score=5)


@branch(promised, ends="delivered")
def refused(case: Handling) -> Life:
    yield from begin(case)
    case.steps()
    case.decide("refused", reason="经审查，场所条件不符合规定")
    yield HOUR
    yield from finish(case)


@branch(promised, ends="completed")
def partly_granted(case: Handling) -> Life:
    yield from begin(case)
    case.steps()
    case.decide("partly_granted", reason="其中一项经营范围不予许可")
    yield HOUR
    case.act("clerk", "complete", **case.certificate())


@branch(_forwarded, ends="completed")
def forwarded(case: Handling) -> Life:
    yield from begin(case)
    case.steps()
    case.decide("forwarded", forwarded_to={"department": case.item["forwarded"]["to"]})
    yield HOUR
    case.act("clerk", "complete")


@branch(_paid, ends="delivered")
def fee_paid(case: Handling) -> Life:
    yield from begin(case)
    case.steps()
    case.decide()
    yield HOUR
    yield from finish(case)


@branch(promised, ends="voided")
def voided(case: Handling) -> Life:
    yield from begin(case)
    case.act_knowingly("approver", "void", reason="重复录入", kind="deleted")


@branch(promised, ends="delivered")
def corrected_by_two_people(case: Handling) -> Life:
    yield from begin(case)
    case.steps()
    case.decide()
    yield HOUR
    yield from finish(case)
    events = case.officer("approver").get(f"/cases/{case.case_no}/events")["items"]
    wrong = next(each for each in events if each["type"] == "case.completed")
    second = case.officer("department_head").user["id"]
    case.act_knowingly(
        "approver",
        "correct",
        corrects=wrong["id"],
        changes={"certificate": {"validity": "5年"}},
        reason="证照有效期录入有误",
        released_by=second,
    )


@branch(promised, ends="completed")
def result_revoked(case: Handling) -> Life:
    yield from begin(case)
    case.steps()
    case.decide()
    yield HOUR
    case.act("clerk", "complete", **case.certificate())
    yield DAY
    case.act("approver", "revoke-result", reason="申请人提供虚假材料")
