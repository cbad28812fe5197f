"""Persons in a case as outsiders see them (rules 10.4)."""

from __future__ import annotations

from typing import Any

from shared.domain.masking import (
    mask_address,
    mask_email,
    mask_id_no,
    mask_name,
    mask_phone,
    masked_name,
)

_MASKS = {
    "id_no": mask_id_no,
    "phone": mask_phone,
    "email": mask_email,
    "address": mask_address,
    "legal_representative": mask_name,
}


def applicant_masked(applicant: dict[str, Any]) -> str:
    return masked_name(applicant.get("name"), natural_person=applicant.get("type") == "natural_person")


def mask_person(person: dict[str, Any] | None) -> dict[str, Any] | None:
    """Applicant or contact with every personal value masked."""
    if person is None:
        return None
    natural = person.get("type", "natural_person") == "natural_person"
    masked = {name: mask(person[name]) for name, mask in _MASKS.items() if person.get(name)}
    hidden = {"name": masked_name(person.get("name"), natural_person=natural), "postal_code": None}
    return {name: value for name, value in (person | masked | hidden).items() if value is not None}
