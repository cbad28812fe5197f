"""At which events an applicant is told something, and what (requirements NOT-02 to NOT-08).

Works on published data: what a message says about the person is asked for when it is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

ORIGINALS_FIRST = "original_pre_review"
ORIGINALS_LAST = "original_verification"

Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Occasion:
    """`template` names the text, `params` is all the template may use beside the name."""

    template: str
    params: dict[str, Any]


def occasion(event_type: str, data: Data) -> Occasion | None:
    """None when nobody is to be told. Imported history tells nobody: it happened elsewhere, long ago."""
    case = data["case"]
    if case.get("source") == "import" or event_type not in _OCCASIONS:
        return None
    choose, names = _OCCASIONS[event_type]
    template = choose(data)
    if template is None:
        return None
    params = {"case_no": case["case_no"], "item_name": case["item_name"]}
    params["department_name"] = case.get("department_name") or ""
    params |= {name: data.get(name) for name in names}
    return Occasion(template, params)


def _always(template: str) -> Callable[[Data], str | None]:
    return lambda data: template


def _pre_reviewed(data: Data) -> str | None:
    """NOT-03 asks for the originals only where the originals are pre-reviewed."""
    if data.get("outcome") != "passed":
        return "pre_review_not_met"
    originals = data["case"].get("application_form") == ORIGINALS_FIRST
    return "pre_review_passed_originals" if originals else "pre_review_passed"


def _accepted(data: Data) -> str | None:
    return "accepted_deemed" if data.get("deemed") else "accepted"


def _decided(data: Data) -> str | None:
    """A grant is told when the case is completed; a refusal at once, with reason and remedy (art. 38)."""
    return "refused" if data.get("outcome") == "refused" else None


def _result_ready(data: Data) -> str | None:
    """NOT-06: with original verification the certificate is handed out after the check of the originals."""
    originals = data["case"].get("application_form") == ORIGINALS_LAST
    return "result_ready_originals" if originals else "result_ready"


_OCCASIONS: dict[str, tuple[Callable[[Data], str | None], tuple[str, ...]]] = {
    "case.submitted": (_always("submitted"), ("receipt_no",)),
    "case.pre_reviewed": (_pre_reviewed, ("outcome", "reason")),
    "case.supplement_requested": (
        _always("supplement_requested"),
        ("notice_no", "reason", "materials", "due_at", "before_acceptance"),
    ),
    "case.accepted": (_accepted, ("document_no", "accepted_at")),
    "case.not_accepted": (_always("not_accepted"), ("document_no", "reason", "referral")),
    # Administrative licensing law art. 45: the time a special procedure needs is told in writing.
    "case.special_procedure_started": (
        _always("special_procedure_started"),
        ("name", "reason", "limit_days", "notice_no", "stops_clock"),
    ),
    # Art. 42: an extension is told to the applicant with its reason.
    "case.extended": (_always("extended"), ("days", "reason", "notice_no")),
    "case.decided": (_decided, ("decision_no", "reason", "remedy")),
    "case.completed": (_always("completed"), ("result_code",)),
    "case.result_ready": (_result_ready, ("ways",)),
    "case.dispatched": (_always("dispatched"), ("waybill_no", "carrier")),
    "case.withdrawn": (_always("withdrawn"), ("reason",)),
    "case.lapsed": (_always("lapsed"), ("reason",)),
    "case.voided": (_always("voided"), ("reason",)),
    "case.acceptance_revoked": (_always("acceptance_revoked"), ("reason",)),
    "case.result_revoked": (_always("result_revoked"), ("reason",)),
}

TOLD = tuple(_OCCASIONS)
