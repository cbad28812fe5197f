"""The fee comes before the result, and the result is announced or sent before it is received."""

from __future__ import annotations

from typing import Any

import pytest
from case_scenario import CLERK, PERMIT, Case

from services.cases.domain import AnnounceResult, Deliver, Dispatch, Pay

PAID_ITEM: dict[str, Any] = {**PERMIT, "fee": [{"name": "登记费", "amount_fen": 8000}]}
PAY = Pay(8000, "online", "P-1")
DELIVER = Deliver("hall", CLERK, "张三丰")


def test_a_result_is_not_handed_over_before_it_is_announced_or_sent() -> None:
    case = Case().completed()
    assert case.refuses(DELIVER) == "result_not_ready"
    assert case.having(AnnounceResult(CLERK), DELIVER).status == "delivered"


def test_an_announcement_tells_the_ways_the_item_offers() -> None:
    assert Case().completed().having(AnnounceResult(CLERK)).facts[-1].data["ways"] == [
        "hall",
        "courier",
        "electronic",
    ]
    assert Case().completed().refused(AnnounceResult(CLERK, ["pigeon"])).field == "ways"


def test_a_result_sent_by_courier_is_delivered_by_courier() -> None:
    case = Case().completed()
    case.having(AnnounceResult(CLERK))
    assert case.refused(Deliver("courier", CLERK)).field == "method"
    assert case.refused(Dispatch("", CLERK)).field == "waybill_no"
    case.having(Dispatch("SF1001", CLERK, "顺丰"), Deliver("courier", CLERK, waybill_no="SF1001"))
    assert case.status == "delivered"


def test_a_parcel_that_came_back_is_sent_again() -> None:
    case = Case().completed().having(Dispatch("SF1", CLERK), Dispatch("SF2", CLERK))
    assert case.having(Deliver("courier", CLERK)).status == "delivered"


@pytest.mark.parametrize("command", [DELIVER, Dispatch("SF1", CLERK)], ids=["deliver", "dispatch"])
def test_the_fee_is_paid_before_the_result_leaves_the_house(command: Any) -> None:
    case = Case(PAID_ITEM).completed().having(AnnounceResult(CLERK))
    assert case.refuses(command) == "fee_unpaid"
    case.having(PAY)
    assert case.when(command)


def test_a_refusal_is_handed_over_without_the_fee() -> None:
    case = Case(PAID_ITEM).completed("refused", reason="不符合").having(AnnounceResult(CLERK), DELIVER)
    assert case.status == "delivered"


def test_nothing_is_charged_that_is_not_published() -> None:
    refusal = Case().accepted().refused(PAY)
    assert (refusal.code, refusal.basis) == ("no_fee", "行政许可法 第五十八条")
    assert Case(PAID_ITEM).accepted().refused(Pay(9000, "online", "P-1")).code == "wrong_amount"


def test_a_fee_is_paid_once() -> None:
    case = Case(PAID_ITEM).accepted().having(PAY)
    assert case.refuses(PAY) == "already_paid"
    assert not case.can("pay")


def test_the_courier_is_paid_by_the_applicant_even_where_the_item_is_free() -> None:
    case = Case(delivery={"method": "courier"}).accepted().having(Pay(1200, "online", "P-9"))
    assert case.state.paid_fen == 1200
    assert case.refuses(Pay(1200, "online", "P-9")) == "payment_repeated"


@pytest.mark.parametrize("amount", [0, -1, 1.5, True])
def test_an_amount_is_whole_fen(amount: Any) -> None:
    assert Case(PAID_ITEM).accepted().refused(Pay(amount, "online", "P-1")).field == "amount_fen"


def test_nothing_is_announced_before_completion() -> None:
    assert Case().decided().refuses(AnnounceResult(CLERK)) == "not_in_status"
