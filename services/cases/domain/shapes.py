"""The keys of every stored event, and what kind of value each holds (schema version 1).

One list for both sides: `services/cases/schemas.py` makes marshmallow schemas of it, and
`completing` brings stated facts into it. `case`, `status`, `flags?` and `extra?` come on top.
"""

from __future__ import annotations

TEXT, NUMBER, YES_NO, MOMENT, OFFICER, PARTY = "text", "number", "yes_no", "moment", "officer", "party"
ROWS, TEXTS, OBJECT, MATERIALS, TRANSFER = "rows", "texts", "object", "materials", "transfer"
COLLECTOR = "collector"

SHAPES: dict[str, dict[str, str]] = {
    "case.submitted": {
        "receipt_no": TEXT, "query_code": TEXT, "case_type": TEXT, "situation": TEXT, "applicant": OBJECT,
        "contact": OBJECT, "form": OBJECT, "materials": MATERIALS, "delivery": OBJECT, "item": OBJECT,
        "submitted_by": PARTY, "project_no?": TEXT, "external_id?": TEXT, "deadlines?": OBJECT,
    },
    "case.pre_reviewed": {
        "outcome": TEXT, "officer": OFFICER, "reason?": TEXT, "materials?": ROWS, "due_at?": MOMENT,
    },
    "case.supplement_requested": {
        "notice_no": TEXT, "reason": TEXT, "materials": ROWS, "due_at": MOMENT,
        "before_acceptance": YES_NO, "officer": OFFICER,
    },
    "case.supplemented": {"materials": MATERIALS, "by": PARTY},
    "case.accepted": {
        "document_no": TEXT, "deemed": YES_NO, "accepted_at": MOMENT, "deferred_materials": ROWS,
        "officer": OFFICER,
    },
    "case.not_accepted": {"document_no": TEXT, "reason": TEXT, "referral?": TEXT, "officer": OFFICER},
    "case.claimed": {"officer": OFFICER},
    "case.transferred": {"to": TRANSFER, "reason": TEXT, "officer": OFFICER},
    "case.recalled": {"reason": TEXT, "officer": OFFICER},
    "case.step_recorded": {
        "step": TEXT, "action": TEXT, "opinion": TEXT, "next_step?": TEXT, "started_at": MOMENT,
        "ended_at": MOMENT, "officer": OFFICER, "co_officer?": OFFICER,
    },
    "case.special_procedure_started": {
        "sequence": NUMBER, "type": TEXT, "name": TEXT, "reason": TEXT, "limit_days": NUMBER,
        "approver": TEXT, "notice_no": TEXT, "stops_clock": YES_NO, "requested_by": OFFICER,
    },
    "case.special_procedure_ended": {
        "sequence": NUMBER, "name": TEXT, "result": TEXT, "opinion": TEXT, "officer": OFFICER,
    },
    "case.extended": {
        "days": NUMBER, "name": TEXT, "reason": TEXT, "approver": TEXT, "notice_no": TEXT,
        "officer": OFFICER,
    },
    "case.decided": {
        "outcome": TEXT, "decision_no": TEXT, "reason?": TEXT, "remedy?": TEXT, "forwarded_to?": OBJECT,
        "officer": OFFICER,
    },
    "case.completed": {"result_code": TEXT, "certificate?": OBJECT, "officer": OFFICER},
    "case.originals_verified": {"result": TEXT, "method": TEXT, "stage": TEXT, "officer": OFFICER},
    "case.fee_paid": {"amount_fen": NUMBER, "method": TEXT, "payment_no": TEXT},
    "case.result_ready": {"ways": TEXTS, "officer": OFFICER},
    "case.dispatched": {"waybill_no": TEXT, "carrier?": TEXT, "officer": OFFICER},
    "case.delivered": {"method": TEXT, "collector?": COLLECTOR, "waybill_no?": TEXT, "officer": OFFICER},
    "case.rated": {"score": NUMBER, "reason?": TEXT, "by": PARTY},
    "case.withdrawn": {"reason": TEXT, "by": PARTY},
    "case.lapsed": {"reason": TEXT},
    "case.voided": {"reason": TEXT, "kind": TEXT, "officer": OFFICER},
    "case.urged": {"content?": TEXT, "by": PARTY},
    "case.corrected": {
        "corrects": TEXT, "changes": OBJECT, "reason": TEXT, "officer": OFFICER, "released_by": OFFICER,
    },
    "case.acceptance_revoked": {"reason": TEXT, "officer": OFFICER},
    "case.result_revoked": {"reason": TEXT, "officer": OFFICER},
    "case.subject_erased": {"subject_id": TEXT},
}  # fmt: skip
"""event type -> key -> kind; a key with `?` may be absent."""
