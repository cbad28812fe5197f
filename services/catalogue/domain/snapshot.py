"""An item as a case pins it: what handling the case needs, as it was published then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

VISITS = {"original_pre_review": 2, "original_verification": 1, "full_online": 0}
"""How often an applicant comes to the hall, per application form."""

_SAME = (
    "code", "basic_code", "name", "item_type", "level", "case_type", "application_forms", "department_code",
    "region_code", "clock_start", "incomplete", "deemed", "extension", "delivery_limit", "pre_review_limit",
    "result", "delivery", "project_no_required", "forwarded", "service_object", "theme", "situations",
    "withdraw_until", "joint_applicants", "village_proxy", "handling_range",
)  # fmt: skip
_STEP = ("name", "kind", "post", "limit", "min_staff", "situation")
_PROCEDURE = ("type", "name", "limit", "stops_clock")
_MATERIAL = ("code", "name", "necessity", "when", "situation", "form", "source", "kind")
_FEE = ("name", "amount_fen")


def snapshot(definition: Mapping[str, Any], version: int) -> dict[str, Any]:
    """`ItemSnapshot` of a fully defined item."""
    taken = {name: definition[name] for name in _SAME if name in definition}
    return taken | {
        "version": version,
        "serial": definition.get("serial"),
        "department_name": definition["department"],
        "statutory_limit": definition["statutory_limit"],
        "promised_limit": definition["promised_limit"],
        "steps": [_only(step, _STEP) for step in definition["steps"]],
        "special_procedures": [
            _only(procedure, _PROCEDURE) for procedure in definition["special_procedures"]
        ],
        "materials": [_only(material, _MATERIAL) for material in definition["materials"]],
        "fee": [_only(fee, _FEE) for fee in definition["fee"]] if definition.get("fee") else None,
    }


def visits(application_forms: list[str]) -> int | None:
    """The fewest visits that some offered form needs; None when nothing is offered."""
    return min((VISITS[form] for form in application_forms), default=None)


def _only(entry: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: entry[name] for name in names if name in entry}
