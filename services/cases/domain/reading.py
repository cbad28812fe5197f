"""What a stated fact amounts to as a command, so that the same guards can look at it.

Total: a part that is missing or of the wrong kind becomes a blank, which a guard then names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from services.cases.domain import commands as c
from services.cases.domain.facts import parse_moment
from services.cases.domain.people import Officer, Party
from services.cases.domain.state import CaseState

Data = Mapping[str, Any]


def command_of(state: CaseState, fact_type: str, data: Data, at: datetime) -> c.Command:
    """Raises ValueError for a type that no case has."""
    if fact_type not in _READERS:
        raise ValueError(f"{fact_type} is no event of a case")
    return _READERS[fact_type](data, at)


def _text(data: Data, key: str) -> str:
    value = data.get(key)
    return value if isinstance(value, str) else ""


def _maybe(data: Data, key: str) -> str | None:
    return _text(data, key) or None


def _mapping(data: Data, key: str) -> dict[str, Any]:
    value = data.get(key)
    return dict(value) if isinstance(value, Mapping) else {}


def _words(data: Data, key: str) -> dict[str, Any]:
    return {name: value for name, value in _mapping(data, key).items() if isinstance(value, str)}


def _rows(data: Data, key: str) -> list[dict[str, Any]]:
    value = data.get(key)
    rows = value if isinstance(value, list | tuple) else []
    return [dict(row) if isinstance(row.get("code"), str) else {} for row in rows if isinstance(row, Mapping)]


def _officer(data: Data, key: str = "officer") -> Officer:
    found = _words(data, key)
    return Officer(found.get("id", ""), found.get("name", ""), found.get("department_code"))


def _maybe_officer(data: Data, key: str) -> Officer | None:
    return _officer(data, key) if _mapping(data, key) else None


def _party(data: Data, key: str = "by") -> Party:
    found = _words(data, key)
    return Party(found.get("id", ""), found.get("role", ""))


def _submit(data: Data, at: datetime) -> c.Command:
    case = _words(data, "case")
    return c.Submit(
        case_no=case.get("case_no", ""),
        receipt_no=_text(data, "receipt_no"),
        query_code=_text(data, "query_code"),
        item=_mapping(data, "item"),
        application_form=case.get("application_form", ""),
        applicant=_words(data, "applicant"),
        submitted_by=_party(data, "submitted_by"),
        source=case.get("source", ""),
        situation=_maybe(data, "situation"),
        materials=_rows(data, "materials"),
        delivery=_words(data, "delivery"),
        project_no=_maybe(data, "project_no"),
    )


def _accepted(data: Data, at: datetime) -> c.Command:
    if data.get("deemed") is True:
        return c.DeemAccepted(_text(data, "document_no"))
    return c.Accept(_text(data, "document_no"), _officer(data))


def _transferred(data: Data, at: datetime) -> c.Command:
    to = _words(data, "to")
    return c.Transfer(_text(data, "reason"), _officer(data), to.get("id"), to.get("department_code"))


def _step(data: Data, at: datetime) -> c.Command:
    return c.RecordStep(
        step=_text(data, "step"),
        action=_text(data, "action"),
        opinion=_text(data, "opinion"),
        officer=_officer(data),
        next_step=_maybe(data, "next_step"),
        co_officer=_maybe_officer(data, "co_officer"),
        started_at=parse_moment(data.get("started_at")),
        ended_at=parse_moment(data.get("ended_at")),
    )


def _procedure(kind: str, days: str, officer: str) -> Callable[[Data, datetime], c.Command]:
    def read(data: Data, at: datetime) -> c.Command:
        return c.StartSpecialProcedure(
            type=kind,
            name=_text(data, "name"),
            reason=_text(data, "reason"),
            limit_days=data.get(days),  # type: ignore[arg-type]  # the guard names what is no number
            approver=_text(data, "approver"),
            notice_no=_text(data, "notice_no"),
            officer=_officer(data, officer),
        )

    return read


def _procedure_end(data: Data, at: datetime) -> c.Command:
    sequence = data.get("sequence")
    return c.EndSpecialProcedure(
        _text(data, "result"),
        _text(data, "opinion"),
        _officer(data),
        sequence if isinstance(sequence, int) else None,
        _maybe(data, "name"),
    )


def _decided(data: Data, at: datetime) -> c.Command:
    return c.Decide(
        _text(data, "outcome"),
        _text(data, "decision_no"),
        _officer(data),
        _maybe(data, "reason"),
        _maybe(data, "remedy"),
        _mapping(data, "forwarded_to") or None,
    )


def _completed(data: Data, at: datetime) -> c.Command:
    """Its acceptance and decision are facts of their own, so their numbers are not missed here."""
    return c.Complete(_officer(data), _mapping(data, "certificate") or None, "-", "-")


def _corrected(data: Data, at: datetime) -> c.Command:
    return c.Correct(
        _text(data, "corrects"),
        _mapping(data, "changes"),
        _text(data, "reason"),
        _officer(data),
        _maybe_officer(data, "released_by"),
    )


_READERS: dict[str, Callable[[Data, datetime], c.Command]] = {
    "case.submitted": _submit,
    "case.pre_reviewed": lambda data, at: c.PreReview(
        _text(data, "outcome"), _officer(data), _maybe(data, "reason"), materials=_rows(data, "materials")
    ),
    "case.supplement_requested": lambda data, at: c.RequestSupplement(
        _text(data, "notice_no"),
        _text(data, "reason"),
        _rows(data, "materials"),
        parse_moment(data.get("due_at")) or at,
        _officer(data),
    ),
    "case.supplemented": lambda data, at: c.Supplement(_rows(data, "materials"), _party(data)),
    "case.accepted": _accepted,
    "case.not_accepted": lambda data, at: c.NotAccept(
        _text(data, "document_no"), _text(data, "reason"), _officer(data), _maybe(data, "referral")
    ),
    "case.claimed": lambda data, at: c.Claim(_officer(data)),
    "case.transferred": _transferred,
    "case.recalled": lambda data, at: c.Recall(_text(data, "reason"), _officer(data)),
    "case.step_recorded": _step,
    "case.special_procedure_started": _procedure("B", "limit_days", "requested_by"),
    "case.special_procedure_ended": _procedure_end,
    "case.extended": _procedure("A", "days", "officer"),
    "case.decided": _decided,
    "case.completed": _completed,
    "case.originals_verified": lambda data, at: c.VerifyOriginals(
        _text(data, "result"), _text(data, "method"), _officer(data), _maybe(data, "stage")
    ),
    "case.fee_paid": lambda data, at: c.Pay(
        data.get("amount_fen"),  # type: ignore[arg-type]  # the guard names what is no number
        _text(data, "method"),
        _text(data, "payment_no"),
    ),
    "case.result_ready": lambda data, at: c.AnnounceResult(_officer(data), _ways(data)),
    "case.dispatched": lambda data, at: c.Dispatch(
        _text(data, "waybill_no"), _officer(data), _maybe(data, "carrier")
    ),
    "case.delivered": lambda data, at: c.Deliver(
        _text(data, "method"), _officer(data), None, _maybe(data, "waybill_no")
    ),
    "case.rated": lambda data, at: c.Rate(
        data.get("score"),  # type: ignore[arg-type]  # the guard names what is no number
        _party(data),
        _maybe(data, "reason"),
    ),
    "case.withdrawn": lambda data, at: c.Withdraw(_text(data, "reason"), _party(data)),
    "case.lapsed": lambda data, at: c.Lapse(_text(data, "reason")),
    "case.voided": lambda data, at: c.Void(_text(data, "reason"), _text(data, "kind"), _officer(data)),
    "case.urged": lambda data, at: c.Urge(_party(data), _maybe(data, "content")),
    "case.corrected": _corrected,
    "case.acceptance_revoked": lambda data, at: c.RevokeAcceptance(_text(data, "reason"), _officer(data)),
    "case.result_revoked": lambda data, at: c.RevokeResult(_text(data, "reason"), _officer(data)),
}


def _ways(data: Data) -> list[str]:
    value = data.get("ways")
    return [way for way in value if isinstance(way, str)] if isinstance(value, list | tuple) else []
