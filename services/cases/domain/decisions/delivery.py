"""Originals, fee, and the way of the result to its owner."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from services.cases.domain import item as items
from services.cases.domain.commands import AnnounceResult, Deliver, Dispatch, Pay, VerifyOriginals
from services.cases.domain.facts import fact
from services.cases.domain.rule import Moment, Rule, one_of, required
from services.cases.domain.state import CaseState
from shared.domain.decision import Fact, Refusal

WAYS = ("hall", "courier", "electronic")


def stage_of(state: CaseState) -> str:
    return "acceptance" if state.before_acceptance else "delivery"


def check_originals(state: CaseState, command: VerifyOriginals, moment: Moment) -> Iterator[Refusal]:
    yield from one_of(command, "result", ("passed", "failed"))
    yield from one_of(command, "method", ("hall", "courier"))
    if command.stage is not None and command.stage != stage_of(state):
        yield Refusal("wrong_stage", f"originals are now verified for {stage_of(state)}", field="stage")


def verify_originals(state: CaseState, command: VerifyOriginals, moment: Moment) -> list[Fact]:
    verified = fact(
        state,
        "case.originals_verified",
        result=command.result,
        method=command.method,
        stage=stage_of(state),
        officer=command.officer.as_dict(),
    )
    return [verified]


def check_pay(state: CaseState, command: Pay, moment: Moment) -> Iterator[Refusal]:
    yield from required(command, "method", "method_required", "say how it was paid")
    yield from required(command, "payment_no", "payment_no_required", "a payment has a number")
    fees = items.fee_rows(state.item)
    amount = command.amount_fen
    if not isinstance(amount, int) or isinstance(amount, bool) or amount <= 0:
        yield Refusal("amount_invalid", "an amount is a whole number of fen above 0", field="amount_fen")
    elif fees and state.delivery_method != "courier" and amount not in fees:
        yield Refusal(
            "wrong_amount",
            f"the published fee is {' or '.join(map(str, fees))} fen",
            field="amount_fen",
            basis="行政许可法 第五十九条",
        )
    if command.payment_no in state.payments:
        yield Refusal("payment_repeated", "this payment is recorded already", field="payment_no")


def pay(state: CaseState, command: Pay, moment: Moment) -> list[Fact]:
    paid = fact(
        state,
        "case.fee_paid",
        amount_fen=command.amount_fen,
        method=command.method,
        payment_no=command.payment_no,
    )
    return [paid]


def check_announce(state: CaseState, command: AnnounceResult, moment: Moment) -> Iterator[Refusal]:
    for way in command.ways:
        if way not in WAYS:
            yield Refusal("unknown_ways", f"ways are {', '.join(WAYS)}", field="ways", basis="CASE-18")


def announce(state: CaseState, command: AnnounceResult, moment: Moment) -> list[Fact]:
    ways = (
        list(command.ways) or [way for way in items.texts(state.item, "delivery") if way in WAYS] or ["hall"]
    )
    return [fact(state, "case.result_ready", ways=ways, officer=command.officer.as_dict())]


def check_dispatch(state: CaseState, command: Dispatch, moment: Moment) -> Iterator[Refusal]:
    yield from required(
        command, "waybill_no", "waybill_no_required", "a parcel has a waybill number", "CASE-18"
    )


def dispatch(state: CaseState, command: Dispatch, moment: Moment) -> list[Fact]:
    data: dict[str, Any] = {"waybill_no": command.waybill_no, "officer": command.officer.as_dict()}
    if command.carrier:
        data["carrier"] = command.carrier
    return [fact(state, "case.dispatched", **data)]


def check_deliver(state: CaseState, command: Deliver, moment: Moment) -> Iterator[Refusal]:
    yield from one_of(command, "method", WAYS)
    if command.method == "courier" and not state.dispatched:
        yield Refusal("not_dispatched", "nothing was given to a courier", field="method")


def deliver(state: CaseState, command: Deliver, moment: Moment) -> list[Fact]:
    optional = {"collector": command.collector, "waybill_no": command.waybill_no}
    delivered = fact(
        state,
        "case.delivered",
        method=command.method,
        officer=command.officer.as_dict() if command.officer else None,
        **{key: value for key, value in optional.items() if value},
    )
    return [delivered]


RULES = (
    Rule(VerifyOriginals, "verify-originals", check_originals, verify_originals),
    Rule(Pay, "pay", check_pay, pay),
    Rule(AnnounceResult, "announce-result", check_announce, announce),
    Rule(Dispatch, "dispatch", check_dispatch, dispatch),
    Rule(Deliver, "deliver", check_deliver, deliver),
)
