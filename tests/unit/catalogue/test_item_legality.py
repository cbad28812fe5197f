"""What the law demands of an item, each rule with the field it is about."""

from typing import Any

import pytest
from catalogue_kit import EDITOR, Catalogue

from services.catalogue.domain.legality import is_catch_all
from services.catalogue.domain.span import longer
from shared.problems import Problem

WORK, NATURAL, MONTH, MINUTE = "work_day", "natural_day", "month", "working_minute"
HEARING = {"type": "B", "name": "听证", "limit": {"value": 20, "unit": WORK}, "stops_clock": True}


@pytest.mark.parametrize(
    ("promise", "statute", "expected"),
    [
        ((7, WORK), (10, WORK), "not_longer"),
        ((11, WORK), (10, WORK), "longer"),
        ((0, WORK), (3, WORK), "not_longer"),
        ((1, WORK), (0, WORK), "longer"),
        ((480, MINUTE), (1, WORK), "not_longer"),
        ((481, MINUTE), (1, WORK), "longer"),
        ((12, WORK), (30, NATURAL), "not_longer"),
        ((30, WORK), (30, NATURAL), "longer"),
        ((20, WORK), (30, NATURAL), "perhaps"),
        ((1, WORK), (3, NATURAL), "perhaps"),
        ((40, WORK), (3, MONTH), "not_longer"),
        ((3, MONTH), (60, WORK), "perhaps"),
        ((4, MONTH), (60, WORK), "longer"),
        ((2, MONTH), (62, NATURAL), "not_longer"),
    ],
)
def test_limits_of_different_units_are_compared_honestly(
    promise: tuple[int, str], statute: tuple[int, str], expected: str
) -> None:
    mine = {"value": promise[0], "unit": promise[1]}
    assert longer(mine, {"value": statute[0], "unit": statute[1]}) == expected


@pytest.mark.parametrize(
    "name",
    ["其他材料", "其他相关材料", "法律、法规规定的其他材料", "申请人需要提供的有关材料", "营业执照等材料"],
)
def test_catch_all_materials_are_seen(name: str) -> None:
    assert is_catch_all(name)


@pytest.mark.parametrize(
    "name", ["身份证明材料", "资产来源、资金数额及有效证明文件", "律师协会出具的实习考核合格材料"]
)
def test_a_named_material_is_no_catch_all(name: str) -> None:
    assert not is_catch_all(name)


def bend(item: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    *way, last = path.split(".")
    target: Any = item
    for step in way:
        target = target[int(step)] if step.isdigit() else target[step]
    if isinstance(target, list) and last == "+":
        target.append(value)
    else:
        target[int(last) if last.isdigit() else last] = value
    return item


@pytest.mark.parametrize(
    ("path", "value", "field", "code"),
    [
        ("promised_limit", {"value": 11, "unit": WORK}, "promised_limit", "promise_exceeds_statute"),
        ("promised_limit", None, "promised_limit", "promised_limit_missing"),
        ("materials.0.name", "其他材料", "materials.0.name", "catch_all_material"),
        ("materials.2.source", "data_sharing", "materials.2.originals", "shared_data_demanded"),
        ("materials.1.code", "M1", "materials.0.code", "duplicate_code"),
        ("materials.4.situation", "S9", "materials.4.situation", "unknown_situation"),
        ("special_procedures.0.stops_clock", True, "special_procedures.0.stops_clock", "must_not_stop_clock"),
        ("extension", None, "special_procedures.2", "extension_not_stated"),
        ("incomplete", "return", "incomplete", "notice_required"),
        ("deemed", "none", "deemed", "deemed_acceptance_required"),
        ("fee", [{"name": "工本费", "amount": "10.00"}], "fee.0.basis", "no_legal_basis"),
        ("statutory_limit.basis", [], "statutory_limit.basis", "no_legal_basis"),
        ("case_type", "forwarded", "forwarded", "forwarded_missing"),
        ("level", 3, "code", "code_level_differs"),
        ("code", "有中文", "code", "unusable_code"),
        ("promised_limit.unit", "week", "promised_limit.unit", "invalid"),
        ("steps.0.post", "", "steps.0.post", "invalid"),
    ],
)
def test_an_unlawful_item_is_refused_with_the_field(
    catalogue: Catalogue, food_permit: dict[str, Any], path: str, value: Any, field: str, code: str
) -> None:
    with pytest.raises(Problem) as caught:
        catalogue("create_item", EDITOR, bend(food_permit, path, value))
    assert caught.value.status == 422
    assert (field, code) in [(error.field, error.code) for error in caught.value.errors]


def test_what_stops_a_permits_clock_names_its_law(catalogue: Catalogue, food_permit: dict[str, Any]) -> None:
    with pytest.raises(Problem) as caught:
        catalogue("create_item", EDITOR, bend(food_permit, "special_procedures.+", HEARING))
    assert ("special_procedures.3.basis", "no_legal_basis") in [
        (e.field, e.code) for e in caught.value.errors
    ]


def test_a_warning_does_not_stop_an_item(catalogue: Catalogue, food_permit: dict[str, Any]) -> None:
    answer = catalogue("create_item", EDITOR, bend(food_permit, "promised_limit", {"value": 6, "unit": WORK}))
    assert [warning["code"] for warning in answer.value["warnings"]] == ["steps_exceed_promise"]
