"""An application comes in whole, or is told what is missing."""

from __future__ import annotations

import pytest
from case_scenario import COMPANY, PERMIT, PERSON, Case, application, papers


def test_a_whole_application_is_received() -> None:
    case = Case().submitted()
    assert case.status == "submitted"
    assert case.state.received_at == case.now
    assert case.facts[0].data["case"] == {
        "case_no": "12441500196720244T3442199806003202603020001",
        "item_code": PERMIT["code"],
        "item_name": "食品经营许可",
        "department_code": "D1",
        "department_name": "区市场监督管理局",
        "region_code": "511602000000",
        "source": "portal",
        "application_form": "full_online",
    }


def test_a_case_number_is_used_once() -> None:
    assert Case().submitted().refuses(application()) == "not_in_status"


def test_the_contact_is_the_applicant_unless_somebody_else_is_named() -> None:
    alone = Case().submitted().facts[0].data["contact"]
    assert alone == {key: PERSON[key] for key in ("name", "id_type", "id_no", "phone")}
    agent = Case(contact={"name": "代理人", "phone": "13900001111"}).submitted().facts[0].data["contact"]
    assert agent == {"name": "代理人", "phone": "13900001111"}


def test_a_legal_person_names_its_legal_representative() -> None:
    refusal = Case().refused(application(applicant={**COMPANY, "legal_representative": ""}))
    assert (refusal.code, refusal.field) == (
        "legal_representative_required",
        "applicant.legal_representative",
    )
    assert refusal.basis == "CASE-36"
    assert Case(applicant=COMPANY).submitted().state.enterprise_id == "enterprise-1"


def test_a_natural_person_has_no_enterprise() -> None:
    assert Case().submitted().state.enterprise_id is None


@pytest.mark.parametrize(
    ("applicant", "field"),
    [
        ({**PERSON, "name": ""}, "applicant.name"),
        ({**PERSON, "type": "ghost"}, "applicant.type"),
        ({**PERSON, "id_no": "110105194912310020"}, "applicant.id_no"),
        ({**PERSON, "id_no": "11010520270101001X"}, "applicant.id_no"),
        ({**COMPANY, "id_no": "91110000600037341A"}, "applicant.id_no"),
        ({**COMPANY, "id_type": "organisation_code", "id_no": "083372205"}, "applicant.id_no"),
    ],
)
def test_an_applicant_without_a_name_or_a_valid_document_is_refused(
    applicant: dict[str, str], field: str
) -> None:
    assert Case().refused(application(applicant=applicant)).field == field


def test_a_refused_document_number_is_not_repeated_in_the_message() -> None:
    refusal = Case().refused(application(applicant={**PERSON, "id_no": "110105194912310020"}))
    assert "110105194912310020" not in str(refusal)


def test_required_material_comes_with_the_application() -> None:
    refusal = Case().refused(application(materials=papers("M1")))
    assert (refusal.code, refusal.field) == ("materials_missing", "materials")
    assert "M2" in refusal.detail


def test_material_the_platform_fetches_itself_is_not_asked_for() -> None:
    assert Case(materials=papers("M1", "M2")).submitted().status == "submitted"


def test_conditional_material_is_required_in_its_situation_only() -> None:
    assert Case(situation="S1").submitted().status == "submitted"
    assert "M5" in Case().refused(application(situation="S2")).detail
    assert Case(situation="S2", materials=papers("M1", "M2", "M5")).submitted().status == "submitted"


def test_a_window_takes_an_incomplete_application_and_notes_what_is_missing() -> None:
    rows = [*papers("M1"), {"code": "M2", "method": "paper", "received": False}]
    assert Case().refuses(application(materials=rows)) == "materials_missing"
    at_window = Case(materials=rows, source="window", application_form="window").submitted()
    assert at_window.state.missing_materials == ["M2"]


def test_material_outside_the_guide_is_not_taken() -> None:
    refusal = Case().refused(application(materials=papers("M1", "M2", "M99")))
    assert (refusal.code, refusal.field) == ("unknown_material", "materials.2.code")


def test_the_application_form_is_one_the_item_offers_or_the_window() -> None:
    only_online = {**PERMIT, "application_forms": ["full_online"]}
    assert Case(only_online).refuses(application(only_online, application_form="original_pre_review")) == (
        "unknown_application_form"
    )
    assert Case(only_online, application_form="window").submitted().status == "submitted"


def test_an_unknown_situation_is_refused() -> None:
    assert Case().refuses(application(situation="S9")) == "unknown_situation"


def test_a_situation_has_to_be_chosen_where_limits_depend_on_it() -> None:
    two_ways = {**PERMIT, "situations": [{"code": "S1", "case_type": "immediate"}, {"code": "S2"}]}
    assert Case(two_ways).refuses(application(two_ways)) == "situation_required"
    assert Case(two_ways, situation="S1").submitted().state.case_type == "immediate"


def test_a_project_case_carries_its_project_number() -> None:
    project = {**PERMIT, "project_no_required": True}
    refusal = Case(project).refused(application(project))
    assert (refusal.code, refusal.basis) == ("project_no_required", "CASE-34")
    assert Case(project, project_no="2603-511602-04-01-123456").submitted().state.project_no


def test_a_courier_needs_an_address_and_takes_the_applicants() -> None:
    homeless = {key: value for key, value in PERSON.items() if key != "address"}
    refusal = Case().refused(application(delivery={"method": "courier"}, applicant=homeless))
    assert refusal.field == "delivery.address"
    assert Case(delivery={"method": "courier"}).submitted().facts[0].data["delivery"] == {
        "method": "courier",
        "address": PERSON["address"],
    }


def test_the_result_comes_in_a_way_the_item_offers() -> None:
    hall = {**PERMIT, "delivery": ["hall"]}
    assert Case(hall).refuses(application(hall, delivery={"method": "courier"})) == "unknown_delivery"


def test_an_item_that_says_little_can_be_applied_for() -> None:
    bare = {"code": "511602-1", "name": "导入事项", "department_code": "D9"}
    case = Case(bare, materials=papers("X1")).submitted()
    assert case.state.current_step is None
    assert case.facts[0].data["materials"][0]["name"] == "X1"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"case_no": ""}, "case_no"),
        ({"case_no": "9" * 51}, "case_no"),
        ({"receipt_no": " "}, "receipt_no"),
        ({"materials": [*papers("M1", "M2"), {"method": "paper"}]}, "materials.2.code"),
    ],
)
def test_case_and_receipt_have_numbers_and_rows_have_codes(changes: dict[str, object], field: str) -> None:
    assert Case().refused(application(**changes)).field == field
