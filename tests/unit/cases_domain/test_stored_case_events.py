"""Stored case events have a schema by type and version, and hold no floats."""

from __future__ import annotations

import pytest
from case_scenario import PERMIT, Case
from marshmallow import ValidationError

from services.cases.schemas import check_stored, personal_paths, stored_schema


def test_an_unknown_field_is_not_stored() -> None:
    data = {**Case().accepted().facts[-1].data, "mood": "good"}
    with pytest.raises(ValidationError, match="mood"):
        check_stored("case.accepted", data)


def test_a_missing_field_is_seen() -> None:
    data = {key: value for key, value in Case().accepted().facts[-1].data.items() if key != "document_no"}
    with pytest.raises(ValidationError, match="document_no"):
        check_stored("case.accepted", data)


def test_a_float_deep_inside_is_found_with_its_place() -> None:
    item = {**PERMIT, "fee": [{"name": "登记费", "amount": 80.0}]}
    data = {**Case().submitted().facts[0].data, "item": item}
    with pytest.raises(ValidationError, match=r"item\.fee\.0\.amount"):
        check_stored("case.submitted", data)


def test_times_have_an_offset() -> None:
    data = {**Case().accepted().facts[-1].data, "accepted_at": "2026-03-02T10:00:00"}
    with pytest.raises(ValidationError, match="offset"):
        check_stored("case.accepted", data)


def test_a_version_that_was_never_stored_has_no_schema() -> None:
    with pytest.raises(KeyError):
        stored_schema("case.accepted", 99)


def test_personal_fields_are_named_by_their_paths() -> None:
    paths = personal_paths("case.submitted")
    assert {"applicant.name", "applicant.id_no", "contact.phone", "form", "delivery.address"} <= set(paths)
    assert "materials.*.remark" in paths
    assert "applicant.subject_id" not in paths
