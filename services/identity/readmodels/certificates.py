"""E-certificates: results of cases, held by whoever the case was for (trust level A: made by the issuer)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from shared.eventstore.event import Event
from shared.readmodel.model import ReadModel, Source


class Certificates(ReadModel):
    """Follows the cases' published events, which name the holder only when the case is submitted."""

    name: ClassVar[str] = "certificates"
    service: ClassVar[str] = "identity"
    sources: ClassVar[tuple[Source, ...]] = (Source("cases", "case"),)
    apart: ClassVar[float] = 0.25
    ddl: ClassVar[str] = """
        CREATE TABLE holder (
            case_no text PRIMARY KEY,
            subject_id text NOT NULL
        );
        CREATE TABLE certificate (
            case_no text,
            certificate_no text,
            holder text,
            name text NOT NULL,
            validity text,
            issuer_code text NOT NULL,
            issuer_name text NOT NULL,
            item_code text NOT NULL,
            trust_level text NOT NULL DEFAULT 'A',
            revoked boolean NOT NULL DEFAULT false,
            issued_at timestamptz NOT NULL,
            PRIMARY KEY (case_no, certificate_no)
        );
        CREATE INDEX certificate_by_holder ON certificate (holder);
    """

    def apply(self, db: Any, events: Sequence[Event]) -> None:
        for event in events:
            _apply(db, event)


def _apply(db: Any, event: Event) -> None:
    case = event.data.get("case") or {}
    match event.type:
        case "case.submitted":
            subject = (event.data.get("applicant") or {}).get("subject_id")
            if subject:
                db.execute(
                    "INSERT INTO holder (case_no, subject_id) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                    (case["case_no"], subject),
                )
        case "case.completed" if event.data.get("certificate"):
            _issued(db, event, case, event.data["certificate"])
        case "case.result_revoked":
            db.execute("UPDATE certificate SET revoked = true WHERE case_no = %s", (case["case_no"],))


def _issued(db: Any, event: Event, case: dict[str, Any], certificate: dict[str, Any]) -> None:
    db.execute(
        "INSERT INTO certificate (case_no, certificate_no, holder, name, validity, issuer_code,"
        " issuer_name, item_code, issued_at)"
        " SELECT %s, %s, (SELECT subject_id FROM holder WHERE case_no = %s),"
        " %s, %s, %s, %s, %s, %s ON CONFLICT DO NOTHING",
        (
            case["case_no"], certificate["no"], case["case_no"], certificate["name"],
            certificate.get("validity"), case["department_code"], case["department_name"],
            case["item_code"], event.occurred_at,
        ),
    )  # fmt: skip
