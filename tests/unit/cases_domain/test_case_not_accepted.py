"""A refusal to accept is a numbered notice with a reason; some items hand the material back."""

from __future__ import annotations

from case_scenario import CLERK, IMMEDIATE, Case

from services.cases.domain import Accept, NotAccept


def test_it_needs_a_reason_and_a_number() -> None:
    case = Case().submitted()
    assert case.refused(NotAccept("BS-1", " ", CLERK)).field == "reason"
    assert case.refused(NotAccept("", "理由", CLERK)).field == "document_no"


def test_acceptance_needs_a_number_too() -> None:
    assert Case().submitted().refused(Accept("", CLERK)).field == "document_no"


def test_somebody_elses_business_is_referred_and_not_returned() -> None:
    case = Case(IMMEDIATE).submitted().having(NotAccept("BS-1", "不属于本机关职权", CLERK, "市住建局"))
    assert (case.status, case.state.outcome) == ("not_accepted", "not_accepted")
    assert case.facts[-1].data["referral"] == "市住建局"


def test_incomplete_material_is_returned_where_the_item_says_so() -> None:
    case = Case(IMMEDIATE).submitted().having(NotAccept("BS-1", "材料不全", CLERK))
    assert (case.status, case.state.outcome) == ("returned", "returned")


def test_the_ground_may_be_said() -> None:
    case = Case(IMMEDIATE).submitted()
    assert case.refused(NotAccept("BS-1", "理由", CLERK, ground="mood")).field == "ground"
    case.having(NotAccept("BS-1", "依法不需要取得许可", CLERK, ground="not_required"))
    assert case.status == "not_accepted"


def test_a_case_that_was_accepted_is_not_declined_any_more() -> None:
    assert Case().accepted().refuses(NotAccept("BS-1", "理由", CLERK)) == "not_in_status"


def test_acceptance_wants_the_required_material() -> None:
    rows = [{"code": "M1"}, {"code": "M2", "received": False}]
    case = Case(materials=rows, source="window", application_form="window").submitted()
    assert case.refuses(Accept("SL-1", CLERK)) == "materials_missing"
    assert not case.can("accept")
