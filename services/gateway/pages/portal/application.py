"""What a filled application form means: the body for the cases service, and what is plainly missing.

Only gaps that the form itself can tell are found here, so that each is shown beside its input; whether
the application may be taken is for the service.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from shared.domain.citizen_id import is_citizen_id, normalise
from shared.domain.credit_code import is_credit_code
from shared.problems import FieldError

_APPLICANT = ("name", "phone", "email", "address", "legal_representative")


def body(
    item: dict[str, Any], form: dict[str, str], materials: list[dict[str, object]], window: bool
) -> dict[str, Any]:
    """The body of `POST /cases`."""
    applicant = {name: form[name] for name in _APPLICANT if name in form}
    applicant |= {"type": form.get("type", "natural_person"), "id_no": form.get("id_no", "")}
    applicant["id_type"] = "citizen_id" if applicant["type"] == "natural_person" else "credit_code"
    filled: dict[str, Any] = {
        "item_code": item["code"],
        "application_form": form.get("application_form", ""),
        "applicant": applicant,
        "materials": materials,
        "source": "window" if window else "portal",
    }
    filled |= {name: form[name] for name in ("situation", "project_no") if form.get(name)}
    if form.get("contact_name"):
        filled["contact"] = _contact(form)
    if form.get("delivery"):
        filled["delivery"] = {"method": form["delivery"]}
        if form["delivery"] == "courier" and form.get("address"):
            filled["delivery"]["address"] = form["address"]
    return filled


def _contact(form: dict[str, str]) -> dict[str, str]:
    contact = {"name": form["contact_name"]}
    if form.get("contact_phone"):
        contact["phone"] = form["contact_phone"]
    return contact


def gaps(item: dict[str, Any], form: dict[str, str], window: bool, today: date) -> Iterator[FieldError]:
    """Inputs that were left empty or can't be right, in the order of the form."""
    yield from _empty(item, form)
    yield from _number(form, today)
    for code in _demanded(item, form.get("situation")) if not window else ():
        if not form.get(f"kept-{code}") and not form.get(f"method-{code}"):
            yield FieldError(f"file-{code}", "material_missing", "this material is required")


def _empty(item: dict[str, Any], form: dict[str, str]) -> Iterator[FieldError]:
    must = ["application_form"]
    must += ["situation"] if item.get("situations") else []
    must += ["project_no"] if item.get("project_no_required") else []
    must += ["name", "id_no"]
    must += ["legal_representative"] if form.get("type", "natural_person") != "natural_person" else []
    must += ["address"] if form.get("delivery") == "courier" else []
    for name in must:
        if not form.get(name):
            yield FieldError(name, "required", "fill this in")


def _number(form: dict[str, str], today: date) -> Iterator[FieldError]:
    """A wrong check character is told together with everything else, not one round later."""
    number = normalise(form.get("id_no", ""))
    if not number:
        return
    if form.get("type", "natural_person") == "natural_person":
        if not is_citizen_id(number, today):
            yield FieldError("id_no", "invalid_citizen_id", "the identity number is not valid")
    elif not is_credit_code(number):
        yield FieldError("id_no", "invalid_credit_code", "the credit code is not valid")


def _demanded(item: dict[str, Any], situation: str | None) -> list[str]:
    return [
        material["code"]
        for material in item["materials"]
        if material["necessity"] == "required" and material.get("situation") in (None, "", situation)
    ]


def fields(item: dict[str, Any], handed_in: list[dict[str, object]]) -> dict[str, str]:
    """Which input stands for which field path of the body."""
    names = {f"applicant.{name}": name for name in (*_APPLICANT, "type", "id_no")}
    names |= {"applicant.id_type": "type", "delivery.address": "address", "delivery.method": "delivery"}
    names |= {"contact.name": "contact_name", "contact.phone": "contact_phone", "delivery": "delivery"}
    first = next((f"file-{material['code']}" for material in item["materials"]), "materials")
    names["materials"] = first
    for index, row in enumerate(handed_in):
        for part in ("", ".file_id", ".code", ".method"):
            names[f"materials.{index}{part}"] = f"file-{row['code']}"
    return names
