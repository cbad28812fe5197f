"""The six data-exchange tables of one case, T1 to T6, folded from its events.

Field names and their order are those of requirements 7.1. A table has as many rows as things
happened: none for a stage the case has not reached. Binary fields (T2.7, T6.6) hold a reference, never
the bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from services.cases.exchange.codes import ACTION, CASE_TYPE, ID_TYPE, METHOD, OUTCOME, SOURCE
from services.cases.exchange.times import show_day, show_time
from shared.eventstore.event import Event

Row = dict[str, Any]
FileReference = Callable[[str], dict[str, Any] | None]


def exchange_tables(case_no: str, events: Sequence[Event], file_of: FileReference) -> dict[str, list[Row]]:
    """`file_of` answers {file_id, sha256, media_type, name} of a file."""
    return {
        "application": [application(case_no, event) for event in events if event.type == "case.submitted"],
        "application_material": materials(case_no, events, file_of),
        "acceptance": [acceptance(case_no, event) for event in events if event.type == "case.accepted"],
        "handling_step": [step(case_no, event) for event in events if event.type == "case.step_recorded"],
        "special_procedure": special_procedures(case_no, events),
        "completion": completions(case_no, events),
    }


def application(case_no: str, event: Event) -> Row:
    data = event.data
    applicant = data["applicant"]
    contact = data.get("contact") or applicant  # T1.8: without an agent the contact is the applicant
    return {
        "case_no": case_no,
        "item_code": data["case"]["item_code"],
        "item_name": data["case"]["item_name"],
        "case_type": CASE_TYPE.get(data["case_type"], data["case_type"]),
        "applicant_name": applicant.get("name"),
        "applicant_id_type": _id_type(applicant),
        "applicant_id_no": applicant.get("id_no"),
        "contact_name": contact.get("name") or applicant.get("name"),
        "contact_id_type": _id_type(contact),
        "contact_id_no": contact.get("id_no"),
        "contact_phone": contact.get("phone") or applicant.get("phone"),
        "postal_code": applicant.get("postal_code"),
        "mailing_address": applicant.get("address"),
        "legal_representative": applicant.get("legal_representative"),
        "application_source": SOURCE.get(data["case"]["source"], data["case"]["source"]),
        "applied_at": show_time(event.occurred_at),
        "project_no": data.get("project_no"),
    }


def materials(case_no: str, events: Sequence[Event], file_of: FileReference) -> list[Row]:
    """One row per material handed in, at submission and at each supplement."""
    rows = []
    for event in events:
        if event.type not in ("case.submitted", "case.supplemented"):
            continue
        for material in event.data.get("materials") or ():
            received = material.get("received", True)
            file_id = material.get("file_id")
            rows.append(
                {
                    "case_no": case_no,
                    "material_name": material.get("name") or material["code"],
                    "is_received": "1" if received else "0",
                    "receipt_method": METHOD.get(material.get("method", ""), material.get("method")),
                    "received_quantity": material.get("quantity"),
                    "received_at": show_time(event.occurred_at) if received else None,
                    "attachment": file_of(file_id) if file_id else None,
                    "remark": material.get("remark"),
                }
            )
    return rows


def acceptance(case_no: str, event: Event) -> Row:
    officer = event.data.get("officer") or {}
    return {
        "case_no": case_no,
        "accepting_department": officer.get("department_name") or event.data["case"]["department_name"],
        "accepting_officer": officer.get("name"),
        "accepted_at": show_time(event.data.get("accepted_at") or event.occurred_at),
        "acceptance_document_no": event.data.get("document_no"),
    }


def step(case_no: str, event: Event) -> Row:
    data = event.data
    ended = data.get("ended_at") or event.occurred_at
    return {
        "case_no": case_no,
        "business_action": ACTION.get(data["action"], data["action"]),
        "step_name": data["step"],
        "next_step_name": data.get("next_step"),
        "approver_name": (data.get("officer") or {}).get("name"),
        "approval_opinion": data.get("opinion"),
        # GB/T 39046: a step whose start is not known started when it ended.
        "step_started_at": show_time(data.get("started_at") or ended),
        "step_ended_at": show_time(ended),
        "remark": (data.get("co_officer") or {}).get("name"),
    }


def special_procedures(case_no: str, events: Sequence[Event]) -> list[Row]:
    """Kind B rows are closed by their result; an extension (A) has no end of its own."""
    rows: dict[Any, Row] = {}
    for event in events:
        data = event.data
        if event.type == "case.special_procedure_started":
            rows[data["sequence"]] = _procedure(case_no, "B", event, data.get("requested_by"))
        elif event.type == "case.extended":
            rows[f"extension {event.version}"] = _procedure(case_no, "A", event, data.get("officer"))
        elif event.type == "case.special_procedure_ended" and data["sequence"] in rows:
            rows[data["sequence"]] |= {
                "special_procedure_ended_on": show_day(event.occurred_at),
                "special_procedure_result": data.get("result"),
                "handling_opinion": data.get("opinion"),
                "handled_by": (data.get("officer") or {}).get("name"),
            }
    return list(rows.values())


def _procedure(case_no: str, kind: str, event: Event, requested_by: Any) -> Row:
    return {
        "case_no": case_no,
        "special_procedure_type": kind,
        "special_procedure_name": event.data.get("name"),
        "special_procedure_started_on": show_day(event.occurred_at),
        "initiation_reason": event.data.get("reason"),
        "requested_by": requested_by.get("name") if isinstance(requested_by, dict) else requested_by,
        "special_procedure_ended_on": None,
        "special_procedure_result": None,
        "handling_opinion": None,
        "handled_by": None,
    }


def completions(case_no: str, events: Sequence[Event]) -> list[Row]:
    decided: Row = {}
    rows = []
    for event in events:
        if event.type == "case.decided":
            decided = event.data
        elif event.type == "case.completed":
            certificate = event.data.get("certificate") or {}
            outcome = decided.get("outcome") or event.data.get("result_code")
            rows.append(
                {
                    "case_no": case_no,
                    "handler_name": (event.data.get("officer") or {}).get("name"),
                    "completed_on": show_day(event.occurred_at),
                    "outcome": OUTCOME.get(str(outcome), outcome),
                    "result_certificate_no": certificate.get("no"),
                    "result_document": certificate.get("file"),
                    "result_description": certificate.get("description") or certificate.get("name"),
                    "result_validity": certificate.get("validity"),
                    "remark": decided.get("reason"),
                }
            )
    return rows


def _id_type(person: Row) -> str | None:
    kind = person.get("id_type")
    return ID_TYPE.get(kind, kind) if kind else None
