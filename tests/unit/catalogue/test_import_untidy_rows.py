"""Which untidiness is refused and which is kept with a note."""

from typing import Any

import pytest
from catalogue_kit import CASES, EDITOR, OPERATOR, REVIEWER, Catalogue, demo_item

from services.catalogue.domain.list_file import check_file
from services.catalogue.domain.list_row import check_row
from shared.problems import Problem

GOOD = {
    "line": 2,
    "department": "区民政局",
    "main_item": "社会救助",
    "item_name": "最低生活保障审核确认",
    "item_code": "511E0010000000-511602000000-000-11511301008778298W-1-00",
    "area_code": "511602000000",
    "task_type": "05",
    "dept_code": "11511301008778298W",
}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("item_name", "  ", "missing"),
        ("item_code", None, "missing"),
        ("department", "", "missing"),
        ("item_code", "有空 格", "unusable_code"),
        ("item_code", "A" * 65, "unusable_code"),
        ("area_code", "5116", "unusable_area_code"),
        ("area_code", "", "missing"),
        ("task_type", "许可", "unusable_type"),
        ("task_type", None, "missing"),
    ],
)
def test_a_row_that_cannot_be_named_found_or_placed_is_refused(field: str, value: Any, code: str) -> None:
    check = check_row(GOOD | {field: value})
    assert [(error.line, error.field, error.code) for error in check.errors] == [(2, field, code)]


@pytest.mark.parametrize(
    ("field", "value", "code", "kept"),
    [
        ("task_type", "5", "one_digit_type", ("item_type", "05")),
        ("dept_code", "76726532-X", "old_organisation_code", ("department_code", "76726532X")),
        ("dept_code", "083372204", "old_organisation_code", ("department_code", "083372204")),
        ("dept_code", "083372205", "department_check_digit", ("department_code", "083372205")),
        (
            "dept_code",
            "11511301008778298X",
            "department_check_digit",
            ("department_code", "11511301008778298X"),
        ),
        ("dept_code", "4148481895459659776", "internal_id", ("department_code", "4148481895459659776")),
        ("dept_code", "11736", "placeholder", ("department_code", "11736")),
        ("dept_code", "", "department_code_missing", ("department_code", "")),
        ("area_code", "511602", "short_area_code", ("region_code", "511602000000")),
        ("item_name", " 最低生活保障 ", "blanks_removed", ("name", "最低生活保障")),
        ("main_item", "未分类", "unclassified", ("theme", None)),
        ("item_code", "511e0010000000", "lower_case", ("code", "511e0010000000")),
        ("item_code", "５１１E0010000000", "full_width", ("code", "511E0010000000")),
        ("item_code", "E-000004-001-11511301008778386B", "code_parts_missing", ("name", GOOD["item_name"])),
    ],
)
def test_other_untidiness_is_noted_and_kept(field: str, value: str, code: str, kept: tuple[str, Any]) -> None:
    check = check_row(GOOD | {field: value})
    assert code in [note.code for note in check.warnings]
    assert check.item[kept[0]] == kept[1]


def test_a_tidy_31_character_code_raises_nothing() -> None:
    assert check_row(GOOD | {"item_code": "12441500196720244T3442199806003"}).warnings == []


def test_repeated_rows_are_unchanged_and_contradicting_ones_refused(catalogue: Catalogue) -> None:
    rows = [GOOD, GOOD | {"line": 3}, GOOD | {"line": 4, "item_name": "别的名称"}]
    report = catalogue("import_items", EDITOR, {"rows": rows}).value
    assert [report[name] for name in ("total", "imported", "unchanged", "rejected")] == [3, 1, 1, 1]
    assert [(error["line"], error["code"]) for error in report["errors"]] == [(4, "duplicate_code")]
    assert ("repeated_row", 3) in [(note["code"], note["line"]) for note in report["warnings"]]


def test_two_codes_with_one_name_are_noted() -> None:
    file = check_file([GOOD, GOOD | {"line": 3, "item_code": "511E0010000001"}])
    assert ("same_name", 3) in [(note.code, note.line) for note in file.warnings]


def test_a_changed_row_becomes_the_next_version(catalogue: Catalogue) -> None:
    catalogue("import_items", EDITOR, {"rows": [GOOD]})
    report = catalogue("import_items", EDITOR, {"rows": [GOOD | {"item_name": "最低生活保障"}]}).value
    shown = catalogue("item", EDITOR, params={"code": GOOD["item_code"]}).value
    assert (report["imported"], shown["version"], shown["name"]) == (1, 2, "最低生活保障")


def test_a_list_never_replaces_a_full_definition(stocked: Catalogue) -> None:
    row = GOOD | {"item_code": demo_item("food-business-permit")["code"]}
    report = stocked("import_items", EDITOR, {"rows": [row]}).value
    assert [error["code"] for error in report["errors"]] == ["defined_here"]


def test_a_cancelled_item_is_not_revived(catalogue: Catalogue) -> None:
    catalogue("import_items", EDITOR, {"rows": [GOOD]})
    catalogue("cancel_item", REVIEWER, {"reason": "取消"}, params={"code": GOOD["item_code"]})
    report = catalogue("import_items", EDITOR, {"rows": [GOOD]}).value
    assert [error["code"] for error in report["errors"]] == ["item_cancelled"]


def test_nobody_applies_for_a_listed_item_until_it_is_defined(catalogue: Catalogue) -> None:
    item = demo_item("food-business-permit")
    catalogue("import_items", EDITOR, {"rows": [GOOD | {"item_code": item["code"]}]})
    with pytest.raises(Problem) as caught:
        catalogue("item_for_case", CASES, params={"code": item["code"]})
    assert caught.value.code == "item_not_appliable"
    catalogue("define_items", OPERATOR, {"items": [item]})
    assert catalogue("item_for_case", CASES, params={"code": item["code"]}).value["version"] == 2


def test_a_long_code_gets_a_serial_for_case_numbers(catalogue: Catalogue) -> None:
    item = demo_item("food-business-permit") | {"code": GOOD["item_code"]}
    catalogue("define_items", OPERATOR, {"items": [item]})
    snapshot = catalogue("item_for_case", CASES, params={"code": GOOD["item_code"]}).value
    assert len(snapshot["serial"]) + 12 <= 50
