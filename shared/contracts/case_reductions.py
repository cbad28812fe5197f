"""Fields of published case events that say less than what is stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from shared.contracts.allow_list import Reduced
from shared.domain.masking import masked_name


class OfficerRef(Reduced):
    """{id, department_code}"""

    keep = ("id", "department_code")


class PartyRef(Reduced):
    """{id, role}"""

    keep = ("id", "role")


class MaterialRefs(Reduced):
    """[{code, name, method, quantity, received, file_id, reason}]"""

    keep = ("code", "name", "method", "quantity", "received", "file_id", "reason")
    kinds: ClassVar[Mapping[str, str]] = {"quantity": "integer", "received": "boolean"}

    def shape(self) -> dict[str, Any]:
        return {"type": "array", "items": super().shape()}

    def reduce(self, value: Any) -> Any:
        rows = value if isinstance(value, list) else []
        return [super(MaterialRefs, self).reduce(row) for row in rows]


class CertificateRef(Reduced):
    """{no, name, validity}: what its face says about the holder stays inside."""

    keep = ("no", "name", "validity")


class DeliveryRef(Reduced):
    """{method}"""

    keep = ("method",)


class ApplicantRef(Reduced):
    """{subject_id, type, name_masked}"""

    keep = ("subject_id", "type", "name_masked")

    def reduce(self, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return None
        kind = value.get("type")
        name = value.get("name")
        masked = masked_name(name if isinstance(name, str) else None, natural_person=kind == "natural_person")
        return {"subject_id": value.get("subject_id"), "type": kind, "name_masked": masked}


class ChangedFields(Reduced):
    """Names of the corrected fields; the right values stay inside."""

    def shape(self) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "string"}}

    def reduce(self, value: Any) -> Any:
        return sorted(value) if isinstance(value, Mapping) else []


class CaseRef(Reduced):
    """Which case, which item, whose: no person in it."""

    keep = (
        "case_no", "item_code", "item_name", "department_code", "department_name", "region_code",
        "source", "application_form",
    )  # fmt: skip
