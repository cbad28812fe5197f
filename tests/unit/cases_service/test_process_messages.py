"""Departments push what they did: stored once, never refused for a guard, answered row by row."""

from __future__ import annotations

from typing import Any

from cases_world import CITIZEN, CLERK, DEPARTMENT, SYSTEM, World

from services.cases.streams import case_stream
from shared.security.actor import Actor

HANDLER = {"staff_no": "0231", "name": "陈审查"}


def message(no: str, kind: str, id: str = "m1", **changes: Any) -> dict[str, Any]:
    common = {"kind": kind, "message_id": id, "case_no": no, "at": "2026-03-02 09:30:00", "handler": HANDLER}
    return common | changes


def push(world: World, *messages: dict[str, Any], actor: Actor = SYSTEM) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = world.call("push_process", actor, {"messages": list(messages)}).value[
        "items"
    ]
    return rows


def test_the_ten_messages_run_a_case(world: World) -> None:
    no = world.submit()["case_no"]
    rows = push(
        world,
        message(no, "application", "0"),
        message(no, "1", "1", state="1"),
        message(no, "supplement_notice", "7", reason="缺清单", materials="清单；其他"),
        message(no, "supplement_receipt", "8", materials="清单"),
        message(no, "acceptance", "2", state="1", document_no="SL-9"),
        message(no, "5", "5", name="听证", reason="利害关系人申请", limit_days=20, approver="局长"),
        message(no, "special_procedure_result", "6", result="同意", opinion="无异议"),
        message(no, "step", "3", step="审查", opinion="符合"),
        message(no, "completion", "4", result="0", certificate_no="ZZ-1", certificate_name="许可证"),
        message(no, "collection", "9", collector="王小明"),
    )  # fmt: skip
    assert [row["result"] for row in rows] == ["refused", *["stored"] * 9]
    assert rows[0]["code"] == "case_exists"
    assert world.types(no) == [
        "case.submitted", "case.pre_reviewed", "case.supplement_requested", "case.supplemented",
        "case.accepted", "case.special_procedure_started", "case.special_procedure_ended",
        "case.step_recorded", "case.decided", "case.completed", "case.delivered",
    ]  # fmt: skip
    assert rows[-1]["status"] == "delivered"


def test_the_same_message_again_changes_nothing(world: World) -> None:
    no = world.submit()["case_no"]
    sent = message(no, "acceptance", state="accepted", document_no="SL-9")
    first, second = push(world, sent)[0], push(world, sent)[0]
    assert (first["result"], second["result"]) == ("stored", "unchanged")
    assert second["version"] == first["version"]
    assert world.types(no) == ["case.submitted", "case.accepted"]


def test_the_same_id_with_other_content_is_refused(world: World) -> None:
    no = world.submit()["case_no"]
    push(world, message(no, "acceptance", state="accepted", document_no="SL-9"))
    (row,) = push(world, message(no, "acceptance", state="accepted", document_no="SL-10"))
    assert (row["result"], row["code"]) == ("refused", "message_reused")


def test_a_higher_data_version_corrects_and_never_updates(world: World) -> None:
    no = world.submit()["case_no"]
    push(world, message(no, "acceptance", state="accepted", document_no="SL-9"))
    (row,) = push(
        world,
        message(no, "acceptance", state="accepted", document_no="SL-10", data_version=2, remark="文号更正"),
    )
    assert row["result"] == "stored"
    events = world.app.store.read_stream(case_stream(no))
    assert events[-1].type == "case.corrected"
    assert events[-1].data["corrects"] == str(events[-2].id)
    assert events[-1].data["changes"]["document_no"] == "SL-10"
    assert events[-2].data["document_no"] == "SL-9"


def test_what_breaks_a_guard_is_kept_with_a_flag(world: World) -> None:
    no = world.submit()["case_no"]
    (row,) = push(world, message(no, "step", step="审查", opinion="符合"))
    assert row["result"] == "stored"
    assert "not_in_status" in row["flags"]
    assert world.types(no)[-1] == "case.step_recorded"


def test_a_bad_message_is_named_and_stops_no_other(world: World) -> None:
    no = world.submit()["case_no"]
    rows = push(
        world,
        message(no, "acceptance", "bad", state="perhaps", surprise=1),
        message(no, "future", "kind"),
        message(no, "acceptance", "late", state="accepted", at="2027-01-01 00:00:00"),
        message(no, "acceptance", "good", state="accepted", document_no="SL-9"),
    )
    assert [row["result"] for row in rows] == ["refused", "refused", "refused", "stored"]
    assert {error["field"] for error in rows[0]["errors"]} == {"state", "surprise"}
    assert rows[1]["errors"][0]["field"] == "kind"
    assert rows[2]["errors"][0]["code"] == "in_the_future"


def test_other_departments_cases_do_not_exist(world: World) -> None:
    no = world.submit()["case_no"]
    stranger = Actor("sys-2", frozenset({"department_system"}), department_code="other")
    sent = message(no, "acceptance", state="accepted", document_no="SL-9")
    (row,) = push(world, sent, actor=stranger)
    assert (row["result"], row["code"]) == ("refused", "not_found")
    assert world.types(no) == ["case.submitted"]


def test_times_of_every_printed_form_are_read(world: World) -> None:
    forms = ["2026-03-0209∶30∶00", "20260302T093000", "2026-03-02T01:30:00Z", "2026-03-02 09:30:00"]
    moments = set()
    for index, at in enumerate(forms):
        no = world.submit()["case_no"]
        push(world, message(no, "acceptance", f"t{index}", state="accepted", document_no="SL-9", at=at))
        moments.add(world.app.store.read_stream(case_stream(no))[-1].occurred_at)
    assert len(moments) == 1


def test_the_pushing_officer_is_the_departments(world: World) -> None:
    no = world.submit()["case_no"]
    push(world, message(no, "acceptance", state="accepted", document_no="SL-9"))
    officer = world.app.store.read_stream(case_stream(no))[-1].data["officer"]
    assert (officer["id"], officer["department_code"]) == ("0231", DEPARTMENT)
    assert world.call("case", CLERK, no=no).value["status"] == "accepted"
    assert world.call("case", CITIZEN, no=no).value["status"] == "accepted"
