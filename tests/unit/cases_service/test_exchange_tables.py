"""The six exchange tables, field by field as they are printed (requirements 7.1)."""

from __future__ import annotations

from cases_world import APPROVER, CITIZEN, CLERK, EXAMINER, SUPERVISOR, World

TABLES = {
    "application": (
        "case_no item_code item_name case_type applicant_name applicant_id_type applicant_id_no contact_name"
        " contact_id_type contact_id_no contact_phone postal_code mailing_address legal_representative"
        " application_source applied_at project_no"
    ),
    "application_material": (
        "case_no material_name is_received receipt_method received_quantity received_at attachment remark"
    ),
    "acceptance": "case_no accepting_department accepting_officer accepted_at acceptance_document_no",
    "handling_step": (
        "case_no business_action step_name next_step_name approver_name approval_opinion step_started_at"
        " step_ended_at remark"
    ),
    "special_procedure": (
        "case_no special_procedure_type special_procedure_name special_procedure_started_on"
        " initiation_reason requested_by special_procedure_ended_on special_procedure_result"
        " handling_opinion handled_by"
    ),
    "completion": (
        "case_no handler_name completed_on outcome result_certificate_no result_document"
        " result_description result_validity remark"
    ),
}


def finished(world: World) -> str:
    no = str(world.submit()["case_no"])
    hearing = {"type": "B", "name": "听证", "reason": "利害关系人申请", "limit_days": 20, "approver": "局长"}
    longer = {"type": "A", "name": "延长审批", "reason": "案情复杂", "limit_days": 5, "approver": "局长"}
    world.act(CLERK, no, "accept")
    world.act(EXAMINER, no, "start-special-procedure", longer)
    world.act(EXAMINER, no, "start-special-procedure", hearing)
    world.act(EXAMINER, no, "end-special-procedure", {"result": "同意", "opinion": "无异议"})
    world.act(EXAMINER, no, "record-step", {"step": "审查", "action": "passed", "opinion": "符合"})
    world.act(APPROVER, no, "decide", {"outcome": "granted"})
    world.act(CLERK, no, "complete", {"certificate": {"no": "ZZ1", "name": "许可证", "validity": "5年"}})
    return no


def test_every_table_has_its_fields_in_their_order(world: World) -> None:
    value = world.call("exchange", CLERK, no=finished(world)).value
    assert value["time_zone"] == "Asia/Shanghai"
    for name, names in TABLES.items():
        assert value[name], name
        for row in value[name]:
            assert list(row) == names.split(), name


def test_values_are_the_printed_words(world: World) -> None:
    no = finished(world)
    value = world.call("exchange", CITIZEN, no=no).value
    (application,) = value["application"]
    assert application["case_type"] == "承诺件"
    assert application["applicant_id_type"] == "身份证"
    assert application["contact_name"] == application["applicant_name"] == "王小明"
    assert application["application_source"] == "政务服务门户"
    assert application["applied_at"] == "2026-03-02 10:00:00"
    assert [row["receipt_method"] for row in value["application_material"]] == ["附件上传", "证照库"]
    assert {row["is_received"] for row in value["application_material"]} == {"1"}
    assert value["acceptance"][0]["accepted_at"] == "2026-03-02 10:00:00"
    assert value["handling_step"][0]["business_action"] == "通过"
    assert [row["special_procedure_type"] for row in value["special_procedure"]] == ["A", "B"]
    assert value["special_procedure"][1]["special_procedure_ended_on"] == "2026-03-02"
    (completion,) = value["completion"]
    assert (completion["outcome"], completion["result_certificate_no"]) == ("准予许可", "ZZ1")
    assert completion["result_validity"] == "5年"


def test_a_stage_that_was_not_reached_has_no_row(world: World) -> None:
    value = world.call("exchange", CLERK, no=world.submit()["case_no"]).value
    assert [name for name in TABLES if value[name]] == ["application", "application_material"]


def test_who_only_supervises_sees_no_person(world: World) -> None:
    (row,) = world.call("exchange", SUPERVISOR, no=finished(world)).value["application"]
    assert row["applicant_name"] == "王**"
    assert row["applicant_id_no"] == "110105********002X"
    assert "某路" not in row["mailing_address"]
