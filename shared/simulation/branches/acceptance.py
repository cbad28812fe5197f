"""Ways to be accepted: at the window, with material to follow, on the spot."""

from __future__ import annotations

from typing import Any

from shared.simulation.branches.branch import (
    DAY,
    HOUR,
    Life,
    any_form,
    begin,
    branch,
    finish,
    promised,
    situation_of,
)
from shared.simulation.handling import Handling


def _immediate(item: dict[str, Any]) -> bool:
    return bool(item["case_type"] == "immediate")


def _deferrable(item: dict[str, Any]) -> bool:
    return promised(item) and any(each["necessity"] == "deferrable" for each in item["materials"])


@branch(_immediate, ends="delivered")
def immediate_on_the_spot(case: Handling) -> Life:
    case.submit(any_form(case.item), window=True)
    case.act("clerk", "complete", outcome="granted", **case.certificate())
    way = case.item["delivery"][0]
    case.act("clerk", "announce-result", ways=[way])
    if case.form == "original_verification":
        case.act("clerk", "verify-originals", result="passed", method="hall")
    case.act("clerk", "deliver", method=way, collector={"name": "申请人本人"})
    yield HOUR


@branch(_immediate, ends="delivered")
def immediate_online(case: Handling) -> Life:
    case.submit(any_form(case.item))
    yield HOUR
    case.act("clerk", "complete", outcome="granted", **case.certificate())
    yield HOUR
    yield from _collect(case)
    case.act("applicant", "rate", score=4)


@branch(_deferrable, ends="delivered")
def accepted_with_material_to_follow(case: Handling) -> Life:
    """Deficiency-tolerant acceptance (容缺受理)."""
    later = [each["code"] for each in case.item["materials"] if each["necessity"] == "deferrable"]
    form = any_form(case.item)
    case.submit(form, situation=situation_of(case.item), leave_out=tuple(later))
    yield HOUR
    case.act("clerk", "accept", deferred_materials=later)
    yield DAY
    case.act("applicant", "supplement", materials=[{"code": code, "method": "paper"} for code in later])
    case.steps()
    case.decide()
    yield HOUR
    yield from finish(case)


@branch(promised, ends="delivered")
def accepted_at_the_window(case: Handling) -> Life:
    """Everything handed in and looked at in person: the window's own form."""
    case.submit("window", window=True, situation=situation_of(case.item))
    case.accept()
    yield HOUR
    case.steps()
    case.decide()
    yield DAY
    yield from finish(case, "hall" if "hall" in case.item["delivery"] else None)


@branch(promised, ends="not_accepted")
def acceptance_revoked(case: Handling) -> Life:
    yield from begin(case)
    case.act("approver", "revoke-acceptance", reason="承诺补交的材料逾期未交")


def _collect(case: Handling) -> Life:
    way = case.item["delivery"][0]
    case.act("clerk", "announce-result", ways=[way])
    yield DAY
    if case.form == "original_verification":
        case.act("clerk", "verify-originals", result="passed", method="hall")
    case.act("clerk", "deliver", method=way, collector={"name": "申请人本人"})
    yield HOUR
