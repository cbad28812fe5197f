"""What a case suggests for its forms, and the JSON that a filled form means."""

from __future__ import annotations

from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from services.gateway.pages.action_fill import Desk, Form, forms
from services.gateway.pages.action_form import body
from services.gateway.pages.portal.application import gaps
from shared.contracts.cases import ACTIONS

TODAY = date(2026, 3, 2)
ITEM: dict[str, Any] = {
    "steps": [
        {"name": "审查", "kind": "examine", "min_staff": 2},
        {"name": "决定", "kind": "approve", "min_staff": 1},
    ],
    "special_procedures": [
        {"type": "B", "name": "听证", "limit": {"value": 20, "unit": "work_day"}, "stops_clock": True},
        {"type": "A", "name": "延长审批", "limit": {"value": 5, "unit": "work_day"}},
    ],
    "extension": {"value": 5, "unit": "work_day", "approver": "负责人", "times": 1},
    "materials": [
        {"code": "M1", "name": "申请书", "necessity": "required"},
        {"code": "M2", "name": "清单", "necessity": "deferrable"},
    ],
    "fee": [{"name": "工本费", "amount_fen": 1050}],
    "result": {"name": "许可证", "validity": "5年"},
}
CASE: dict[str, Any] = {"item": ITEM, "current_step": "审查", "delivery": {"method": "courier"}}
PEOPLE = (
    {"id": "me", "name": "我", "roles": ["examiner"]},
    {"id": "other", "name": "同事", "roles": ["examiner"]},
    {"id": "robot", "name": "业务系统", "roles": ["department_system"]},
)


def desk(**case: Any) -> Desk:
    return Desk({**CASE, **case}, lambda group, code, otherwise: otherwise, "me", PEOPLE)


def only(action: str, **case: Any) -> Form:
    (form,) = forms(action, desk(**case))
    return form


def named(form: Form, name: str) -> Any:
    return next(each for each in form.inputs if each.name == name)


def test_every_action_has_a_form_even_for_a_case_of_which_little_is_known() -> None:
    bare = Desk({"item": {}}, lambda group, code, otherwise: otherwise)
    for action in ACTIONS:
        assert forms(action, bare) or action == "start-special-procedure"


def test_the_second_officer_is_chosen_from_colleagues_where_the_step_needs_two() -> None:
    second = named(only("record-step"), "co_officer.id")
    assert (second.must, second.choices) == (True, (("other", "同事"),))
    assert not named(only("record-step", current_step="决定"), "co_officer.id").must


def test_the_step_at_hand_is_filled_in_and_a_program_is_nobody_to_hand_to() -> None:
    assert named(only("record-step"), "step").value == "审查"
    assert named(only("transfer"), "to.id").choices == (("other", "同事"),)


def test_each_special_procedure_of_the_item_has_its_form_with_its_limit() -> None:
    hearing, extension = forms("start-special-procedure", desk())
    assert (hearing.title, named(hearing, "limit_days").value, named(hearing, "type").value) == (
        "听证",
        "20",
        "B",
    )
    assert (named(extension, "approver").value, named(extension, "name").kind) == ("负责人", "hidden")


def test_fee_result_and_way_of_delivery_are_suggested() -> None:
    assert named(only("pay"), "amount_fen").value == "10.50"
    assert named(only("complete"), "certificate.name").value == "许可证"
    assert named(only("deliver"), "method").value == "courier"
    assert named(only("announce-result"), "ways").value == ("courier",)


def test_only_what_may_follow_and_is_not_here_can_be_deferred() -> None:
    assert named(only("accept"), "deferred_materials").choices == (("M2", "清单"),)
    here = only("accept", materials=[{"code": "M2", "received": True}])
    assert "deferred_materials" not in [each.name for each in here.inputs]


def test_a_filled_form_becomes_the_body_of_the_contract() -> None:
    assert body("pay", MultiDict({"amount_fen": "10.50", "payment_no": "P1"})) == {
        "amount_fen": 1050, "payment_no": "P1",
    }  # fmt: skip
    assert body("record-step", MultiDict({"step": "审查", "co_officer.id": "other", "opinion": " "})) == {
        "step": "审查", "co_officer": {"id": "other"},
    }  # fmt: skip
    moment = body("request-supplement", MultiDict([("materials", "M1"), ("due_at", "2026-03-09T17:00")]))
    assert moment == {"materials": ["M1"], "due_at": "2026-03-09T17:00:00+08:00"}


def test_nonsense_in_a_form_goes_on_to_be_refused_and_never_fails_here() -> None:
    for value in ("1.234", "NaN", "1e999999999", "-", "Infinity", "１２", "9" * 5000):
        body("pay", MultiDict({"amount_fen": value, "payment_no": "x"}))
    for value in ("²", "9" * 5000, "-1"):
        assert body("start-special-procedure", MultiDict({"limit_days": value}))["limit_days"] == value
    assert body("pre-review", MultiDict({"due_at": "soon"})) == {"due_at": "soon"}


def test_gaps_of_an_application_are_named_all_at_once() -> None:
    item = {"situations": [{"code": "S1", "name": "一"}], "materials": ITEM["materials"]}
    found = {error.field for error in gaps(item, {"delivery": "courier", "id_no": "1"}, False, TODAY)}
    assert found == {"application_form", "situation", "name", "address", "id_no", "file-M1"}
    at_window = {error.field for error in gaps(item, {"delivery": "courier", "id_no": "1"}, True, TODAY)}
    assert found - at_window == {"file-M1"}
