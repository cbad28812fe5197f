"""The service guide 办事指南: all that article 30 of the licensing law wants published, on one page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.catalogue.domain.snapshot import VISITS
from services.catalogue.queries.items import row_of
from shared.problems import not_found
from shared.service.application import Application
from shared.service.call import Answer, Call


def guide(app: Application, call: Call) -> Answer:
    row = row_of(app, call.params["code"])
    if row["definition"] is None or row["use_state"] == "cancelled":
        raise not_found(f"item {call.params['code']}")
    definition = row["definition"]
    page = _head(definition, row)
    if not definition.get("guide_only"):
        page |= _body(definition)
    return Answer(page, version=row["stream_version"])


def _head(item: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "code": item["code"],
        "name": item["name"],
        "version": row["version"],
        "use_state": row["use_state"],
        "published_at": row["published_at"].isoformat(),
        "complete": not item.get("guide_only", False),
        "appliable": row["appliable"] and row["use_state"] == "in_use",
        "department": {"code": item["department_code"], "name": item["department"]},
        "region_code": item["region_code"],
        "item_type": item["item_type"],
        "level": item["level"],
        "theme": item["theme"],
        "service_object": item["service_object"],
        "case_type": item["case_type"],
        "application_forms": item["application_forms"],
        "forms": [{"form": form, "visits": VISITS[form]} for form in item["application_forms"]],
        "visits": row["visits"],
    }


def _body(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "basis": item.get("set_by", []),
        "conditions": item.get("conditions", []),
        "situations": item["situations"],
        "limits": _limits(item),
        "procedure": [{"order": order, **step} for order, step in enumerate(item["steps"], start=1)],
        "special_procedures": item["special_procedures"],
        "materials": [_material(material) for material in item["materials"]],
        "materials_by_situation": _by_situation(item),
        "materials_basis": item.get("materials_basis"),
        "incomplete": {"leads_to": item["incomplete"], "basis": item.get("incomplete_basis")},
        "deemed_acceptance": {"when": item["deemed"], "basis": item.get("deemed_basis")},
        "fee": {"charged": bool(item["fee"]), "items": item["fee"] or []},
        "result": item["result"],
        "delivery": item["delivery"],
        "forwarded": item.get("forwarded"),
        "joint_applicants": item.get("joint_applicants"),
        "withdraw_until": item.get("withdraw_until"),
        "handling_range": item.get("handling_range"),
        "project_no_required": item["project_no_required"],
        "contact": {name: item.get(name) for name in ("place", "office_hours", "phone", "complaint_phone")},
        "remedies": ["administrative_reconsideration", "administrative_litigation"],
    }


def _limits(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "clock_start": item["clock_start"],
        "statutory": item["statutory_limit"],
        "promised": item["promised_limit"],
        "extension": item["extension"],
        "delivery": item["delivery_limit"],
        "pre_review": item["pre_review_limit"],
    }


def _by_situation(item: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Per situation the codes of all that may be demanded then; one entry without code where none is set."""
    common = [material["code"] for material in item["materials"] if not material.get("situation")]
    if not item["situations"]:
        return [{"code": None, "name": None, "materials": common}]
    return [
        {
            "code": situation["code"],
            "name": situation["name"],
            "materials": [
                material["code"]
                for material in item["materials"]
                if material.get("situation") in (None, situation["code"])
            ],
        }
        for situation in item["situations"]
    ]


def _material(material: Mapping[str, Any]) -> dict[str, Any]:
    """`demanded` is false for what data sharing provides: it is shown for confirmation only."""
    return {**material, "demanded": material["source"] != "data_sharing"}
