"""Published case events say what happened and not to whom."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from case_scenario import APPLICANT, CLERK, COMPANY, EXAMINER, MONDAY, PERMIT, SECOND, Case, step

from services.cases.domain import (
    Accept,
    AnnounceResult,
    Claim,
    Complete,
    Correct,
    Decide,
    Deliver,
    EndSpecialProcedure,
    Rate,
    RequestSupplement,
    StartSpecialProcedure,
    Supplement,
    Transfer,
    Urge,
    Withdraw,
)
from services.cases.schemas import personal_paths
from shared.contracts.case_events import PUBLISHED, publish
from shared.domain.decision import Fact
from shared.eventstore.event import Event

PLANTED = {
    "name": "欧阳隐名", "id_no": "11010519491231002X", "phone": "13812345678", "email": "yin@example.cn",
    "address": "四川省广安市广安区城北路七号", "postal_code": "638000",
}  # fmt: skip
SECRETS = [
    *PLANTED.values(), "代理隐人", "13900002222", "表单机密", "K7M2P9QX", "收件隐址", "领取隐人",
    "催办隐言", "评价隐言", "撤回隐言", "照面隐言", "材料隐注", "更正隐值", "核准隐名", "王窗口", "李审查",
    "赵审查", "cert-secret-1",
]  # fmt: skip


def stored(fact: Fact) -> Event:
    return Event(
        UUID(int=1), UUID(int=2), 1, fact.type, 1, fact.data, {}, MONDAY, MONDAY, "cases"
    )  # fmt: skip


def full_life() -> Case:
    case = Case(
        applicant={"type": "natural_person", "subject_id": "citizen-1", "id_type": "citizen_id", **PLANTED},
        contact={"name": "代理隐人", "phone": "13900002222"},
        form={"答": "表单机密"},
        delivery={"method": "courier", "address": "收件隐址"},
        materials=[{"code": "M1", "remark": "材料隐注"}, {"code": "M2", "certificate_id": "cert-secret-1"}],
    ).submitted()
    due = MONDAY + timedelta(days=9)
    case.having(
        RequestSupplement("BZ-1", "缺页", [{"code": "M1"}], due, CLERK),
        Supplement([{"code": "M1", "remark": "材料隐注"}], APPLICANT),
        Accept("SL-1", CLERK),
        Claim(EXAMINER),
        Transfer("出差", EXAMINER, "examiner-2"),
        Urge(APPLICANT, "催办隐言"),
        step("现场核查"),
        StartSpecialProcedure("A", "延长审批", "复杂", 5, "核准隐名", "YQ-1", EXAMINER),
        StartSpecialProcedure("B", "听证", "重大", 20, "核准隐名", "TB-1", EXAMINER),
        EndSpecialProcedure("同意", "继续", EXAMINER),
        step("审核"),
        Decide("granted", "JD-1", EXAMINER),
        Complete(CLERK, {"no": "JY1", "name": "许可证", "description": "照面隐言"}),
        AnnounceResult(CLERK),
        Correct("e-1", {"applicant.name": "更正隐值"}, "录入错误", EXAMINER, SECOND),
        Deliver("hall", CLERK, {"name": "领取隐人", "id_no": PLANTED["id_no"]}),
        Rate(2, APPLICANT, "评价隐言"),
    )
    return case


@pytest.fixture(scope="module")
def facts() -> list[Fact]:
    ended = Case().submitted().having(Withdraw("撤回隐言", APPLICANT))
    return [*full_life().facts, ended.facts[-1]]


def test_no_planted_personal_value_gets_out(facts: list[Fact]) -> None:
    inside = json.dumps([fact.data for fact in facts], ensure_ascii=False)
    outside = json.dumps([publish(stored(fact)) for fact in facts], ensure_ascii=False)
    assert [secret for secret in SECRETS if secret not in inside] == []
    assert [secret for secret in SECRETS if secret in outside] == []


def test_what_is_published_follows_its_contract(facts: list[Fact]) -> None:
    for fact in facts:
        assert PUBLISHED[fact.type]().validate(publish(stored(fact))) == {}, fact.type


def test_the_applicant_is_a_subject_and_a_masked_name(facts: list[Fact]) -> None:
    assert publish(stored(facts[0]))["applicant"] == {
        "subject_id": "citizen-1",
        "type": "natural_person",
        "name_masked": "欧***",
    }


def test_a_company_is_masked_as_well() -> None:
    fact = Case(applicant=COMPANY).submitted().facts[0]
    assert publish(stored(fact))["applicant"]["name_masked"] == "广安******公司"


def test_the_pinned_item_goes_out_whole(facts: list[Fact]) -> None:
    assert publish(stored(facts[0]))["item"] == PERMIT


def test_officers_are_an_id_and_a_department(facts: list[Fact]) -> None:
    accepted = next(fact for fact in facts if fact.type == "case.accepted")
    assert publish(stored(accepted))["officer"] == {"id": "clerk-1", "department_code": "D1"}


def test_deemed_acceptance_has_no_officer_and_is_published() -> None:
    data = {**Case().accepted().facts[-1].data, "officer": None}
    assert publish(stored(Fact("case.accepted", data)))["officer"] is None


def test_a_correction_names_fields_and_not_values(facts: list[Fact]) -> None:
    corrected = next(fact for fact in facts if fact.type == "case.corrected")
    assert publish(stored(corrected))["changes"] == ["applicant.name"]


def test_flags_go_out_and_unknown_statements_do_not() -> None:
    data = {**Case().accepted().facts[-1].data, "flags": ["not_in_status"], "extra": {"领取隐人": "x"}}
    published = publish(stored(Fact("case.accepted", data)))
    assert published["flags"] == ["not_in_status"]
    assert "extra" not in published


def test_every_field_marked_personal_stays_inside(facts: list[Fact]) -> None:
    for fact in facts:
        published = publish(stored(fact))
        for path in personal_paths(fact.type):
            left = [value for value in _values(published, path.split(".")) if _tells(path, value)]
            assert left == [], f"{fact.type} {path}"


def _values(data: Any, path: list[str]) -> Iterator[Any]:
    if not path:
        yield data
    elif path[0] == "*" and isinstance(data, list):
        for row in data:
            yield from _values(row, path[1:])
    elif isinstance(data, dict) and path[0] in data:
        yield from _values(data[path[0]], path[1:])


def _tells(path: str, value: Any) -> bool:
    """`changes` goes out as names of fields."""
    return value is not None and path != "changes"


def test_supplements_show_what_came(facts: list[Fact]) -> None:
    supplemented = next(fact for fact in facts if fact.type == "case.supplemented")
    rows = publish(stored(supplemented))["materials"]
    assert rows == [{"code": "M1", "name": "申请书", "method": "attachment", "quantity": 1, "received": True}]
