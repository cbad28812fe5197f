"""The papers of a case: each event that the law wants in writing, with its number."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from shared.eventstore.event import Event

KINDS = {
    "case.submitted": ("receipt", "接收回执", "receipt_no"),
    "case.supplement_requested": ("supplement_notice", "申请材料补正告知书", "notice_no"),
    "case.accepted": ("acceptance", "受理回执", "document_no"),
    "case.not_accepted": ("not_accepted", "不予受理通知书", "document_no"),
    "case.special_procedure_started": ("special_procedure", "特殊程序审查期限告知书", "notice_no"),
    "case.extended": ("extension", "延长办理期限通知书", "notice_no"),
    "case.fee_paid": ("payment", "缴费通知书", "payment_no"),
    "case.delivered": ("delivery", "送达回执", "waybill_no"),
}
"""Event type → kind, title and the field of its number (rules 3.5: one document type per event)."""


def documents_of(events: Iterable[Event]) -> list[dict[str, Any]]:
    """{kind, title, no, at, version}; a decision's title follows its outcome."""
    return [paper for event in events for paper in _papers(event)]


def _papers(event: Event) -> Iterable[dict[str, Any]]:
    data = event.data
    if event.type in KINDS:
        kind, title, number = KINDS[event.type]
        yield _paper(event, kind, title, data.get(number))
    elif event.type == "case.decided":
        refused = data.get("outcome") == "refused"
        yield _paper(
            event, "decision", "不予批准决定书" if refused else "批准决定书", data.get("decision_no")
        )
    elif event.type == "case.completed" and data.get("certificate"):
        certificate = data["certificate"]
        yield _paper(event, "certificate", certificate.get("name") or "证照", certificate.get("no"))


def _paper(event: Event, kind: str, title: str, number: str | None) -> dict[str, Any]:
    return {
        "kind": kind,
        "title": title,
        "no": number,
        "at": event.occurred_at.isoformat(),
        "version": event.version,
    }
