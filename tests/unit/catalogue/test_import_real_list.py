"""The real list of one district: every row is accounted for, and its untidiness is named."""

from typing import Any

import pytest
from catalogue_kit import CITIZEN, EDITOR, Catalogue

pytestmark = pytest.mark.beside("catalogue-guangan.csv")


def test_a_dry_run_says_the_same_as_the_run_and_stores_nothing(
    catalogue: Catalogue, real_rows: list[dict[str, Any]]
) -> None:
    dry = catalogue("import_items", EDITOR, {"rows": real_rows, "dry_run": True}).value
    assert catalogue.events() == 0
    real = catalogue("import_items", EDITOR, {"rows": real_rows}).value
    assert dry | {"dry_run": False} == real


def test_every_row_is_accounted_for_and_a_second_run_adds_nothing(
    catalogue: Catalogue, real_rows: list[dict[str, Any]]
) -> None:
    first = catalogue("import_items", EDITOR, {"rows": real_rows}).value
    events = catalogue.events()
    second = catalogue("import_items", EDITOR, {"rows": real_rows}).value
    assert first["total"] == first["imported"] + first["unchanged"] + first["rejected"] == 651
    assert (second["imported"], second["unchanged"]) == (0, first["imported"])
    assert catalogue.events() == events


def test_the_findings_of_the_real_list(catalogue: Catalogue, real_rows: list[dict[str, Any]]) -> None:
    counts = catalogue("import_items", EDITOR, {"rows": real_rows, "dry_run": True}).value["counts"]
    assert counts == {
        "code_free_form": 651,
        "one_digit_type": 463,
        "old_organisation_code": 395,
        "unclassified": 269,
        "internal_id": 63,
        "code_old_organisation": 17,
        "code_body_unknown": 8,
        "code_check_digit": 7,
        "placeholder": 6,
        "department_code_differs": 6,
        "code_parts_missing": 1,
        "same_name": 1,
    }


def test_listed_items_are_found_at_once_as_guides_only(
    catalogue: Catalogue, real_rows: list[dict[str, Any]]
) -> None:
    catalogue("import_items", EDITOR, {"rows": real_rows})
    found = catalogue("search", CITIZEN, params={"q": "张挂"}).value["items"]
    assert len(found) == 2
    assert {(card["appliable"], tuple(card["application_forms"])) for card in found} == {(False, ())}
    guide = catalogue("guide", CITIZEN, params={"code": found[0]["code"]}).value
    assert (guide["complete"], guide["appliable"]) == (False, False)
