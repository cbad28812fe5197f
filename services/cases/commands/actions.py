"""From the wire to the domain: which command each action of `POST /cases/{no}/{action}` is.

A number that the body leaves out is drawn from the department's counter, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.cases.commands.numbers import DocumentNumbers
from services.cases.domain import CaseState
from services.cases.domain import commands as ask
from services.cases.domain.commands import Command, Officer, Party


@dataclass(frozen=True, slots=True)
class Request:
    """An action with its validated body, on the case as it is. `supplement_due` is used where the officer
    names no day.
    """

    body: dict[str, Any]
    officer: Officer
    by: Party
    numbers: DocumentNumbers
    supplement_due: datetime
    state: CaseState

    def number(self, name: str, kind: str) -> str:
        return str(self.body.get(name) or self.numbers.next(kind))

    def given(self, *names: str) -> dict[str, Any]:
        """The named fields the body has."""
        return {name: self.body[name] for name in names if self.body.get(name) is not None}


def _pre_review(r: Request) -> Command:
    given = r.given("reason")
    if r.body["outcome"] == "supplement":
        given |= {"due_at": r.supplement_due} | r.given("due_at", "materials")
    return ask.PreReview(outcome=r.body["outcome"], officer=r.officer, **given)


def _request_supplement(r: Request) -> Command:
    return ask.RequestSupplement(
        notice_no=r.number("notice_no", "supplement_notice"),
        reason=r.body["reason"],
        materials=r.body["materials"],
        due_at=r.body.get("due_at") or r.supplement_due,
        officer=r.officer,
    )


def _supplement(r: Request) -> Command:
    return ask.Supplement(materials=r.body["materials"], by=r.by)


def _accept(r: Request) -> Command:
    return ask.Accept(document_no=r.number("document_no", "acceptance"), officer=r.officer)


def _not_accept(r: Request) -> Command:
    return ask.NotAccept(
        document_no=r.number("document_no", "not_accepted"),
        reason=r.body["reason"],
        officer=r.officer,
        **r.given("referral", "ground"),
    )


def _claim(r: Request) -> Command:
    return ask.Claim(officer=r.officer)


def _transfer(r: Request) -> Command:
    to = r.body["to"]
    return ask.Transfer(
        reason=r.body["reason"],
        officer=r.officer,
        to_id=to.get("id"),
        to_department_code=to.get("department_code"),
    )


def _recall(r: Request) -> Command:
    return ask.Recall(reason=r.body["reason"], officer=r.officer)


def _record_step(r: Request) -> Command:
    co_officer = r.body.get("co_officer")
    return ask.RecordStep(
        step=r.body["step"],
        action=r.body["action"],
        opinion=r.body["opinion"],
        officer=r.officer,
        co_officer=_second(r, co_officer) if co_officer else None,
        **r.given("next_step", "started_at", "ended_at"),
    )


def _start_special_procedure(r: Request) -> Command:
    kind = "extension" if r.body["type"] == "A" else "special_procedure"
    return ask.StartSpecialProcedure(
        **r.given("type", "name", "reason", "limit_days", "approver"),
        notice_no=r.number("notice_no", kind),
        officer=r.officer,
    )


def _end_special_procedure(r: Request) -> Command:
    return ask.EndSpecialProcedure(officer=r.officer, **r.given("result", "opinion", "sequence", "name"))


def _decide(r: Request) -> Command:
    return ask.Decide(
        decision_no=r.number("decision_no", "decision"),
        officer=r.officer,
        **r.given("outcome", "reason", "remedy", "forwarded_to"),
    )


def _complete(r: Request) -> Command:
    certificate = r.body.get("certificate")
    if certificate is not None and not certificate.get("no"):
        certificate = {**certificate, "no": r.numbers.next("certificate")}
    return ask.Complete(officer=r.officer, certificate=certificate, **_numbers_on_the_way(r))


def _numbers_on_the_way(r: Request) -> dict[str, str]:
    """Completing an immediate case accepts and decides it too, as far as nobody did: what that numbers."""
    numbers = r.given("document_no", "decision_no")
    if r.state.case_type == "immediate" and r.state.before_acceptance:
        numbers["document_no"] = r.number("document_no", "acceptance")
    if r.state.case_type == "immediate" and r.state.decided_at is None:
        numbers["decision_no"] = r.number("decision_no", "decision")
    return numbers


def _verify_originals(r: Request) -> Command:
    return ask.VerifyOriginals(officer=r.officer, **r.given("result", "method", "stage"))


def _pay(r: Request) -> Command:
    return ask.Pay(**r.given("amount_fen", "method", "payment_no"))


def _announce_result(r: Request) -> Command:
    return ask.AnnounceResult(officer=r.officer, **r.given("ways"))


def _dispatch(r: Request) -> Command:
    return ask.Dispatch(officer=r.officer, **r.given("waybill_no", "carrier"))


def _deliver(r: Request) -> Command:
    return ask.Deliver(officer=r.officer, **r.given("method", "collector", "waybill_no"))


def _withdraw(r: Request) -> Command:
    return ask.Withdraw(reason=r.body["reason"], by=r.by)


def _void(r: Request) -> Command:
    return ask.Void(officer=r.officer, **r.given("reason", "kind"))


def _rate(r: Request) -> Command:
    return ask.Rate(by=r.by, **r.given("score", "reason"))


def _urge(r: Request) -> Command:
    return ask.Urge(by=r.by, **r.given("content"))


def _correct(r: Request) -> Command:
    released_by = r.body.get("released_by")
    return ask.Correct(
        officer=r.officer,
        released_by=_second(r, released_by) if released_by else None,
        **r.given("corrects", "changes", "reason"),
    )


def _revoke_acceptance(r: Request) -> Command:
    return ask.RevokeAcceptance(reason=r.body["reason"], officer=r.officer)


def _revoke_result(r: Request) -> Command:
    return ask.RevokeResult(reason=r.body["reason"], officer=r.officer)


def _second(r: Request, named: dict[str, Any]) -> Officer:
    """A second officer is of the same department as the first."""
    return Officer(named["id"], named["name"], r.officer.department_code, r.officer.department_name)


COMMANDS: dict[str, Callable[[Request], Command]] = {
    "pre-review": _pre_review,
    "request-supplement": _request_supplement,
    "supplement": _supplement,
    "accept": _accept,
    "not-accept": _not_accept,
    "claim": _claim,
    "transfer": _transfer,
    "recall": _recall,
    "record-step": _record_step,
    "start-special-procedure": _start_special_procedure,
    "end-special-procedure": _end_special_procedure,
    "decide": _decide,
    "complete": _complete,
    "verify-originals": _verify_originals,
    "pay": _pay,
    "announce-result": _announce_result,
    "dispatch": _dispatch,
    "deliver": _deliver,
    "withdraw": _withdraw,
    "void": _void,
    "rate": _rate,
    "urge": _urge,
    "correct": _correct,
    "revoke-acceptance": _revoke_acceptance,
    "revoke-result": _revoke_result,
}


def command_for(action: str, request: Request) -> Command:
    return COMMANDS[action](request)
