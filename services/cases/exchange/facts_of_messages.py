"""A process message as the facts it states: event types with their data, in order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from services.cases.domain import CaseState

Stated = tuple[str, dict[str, Any]]
Body = dict[str, Any]


def facts_of(state: CaseState, message: Body, officer: dict[str, Any]) -> list[Stated]:
    """`message` is validated; `application` has no facts here: the case must exist."""
    return _READERS[message["kind"]](state, message, officer)


def _pre_acceptance(state: CaseState, message: Body, officer: Body) -> list[Stated]:
    return [
        ("case.pre_reviewed", {"outcome": message["state"], "officer": officer, **_given(message, "reason")})
    ]


def _acceptance(state: CaseState, message: Body, officer: Body) -> list[Stated]:
    data = {"officer": officer, "document_no": message.get("document_no")}
    if message["state"] == "accepted":
        return [("case.accepted", {**data, "deemed": False, "accepted_at": message["at"].isoformat()})]
    return [("case.not_accepted", {**data, "reason": message.get("reason")})]


def _step(state: CaseState, message: Body, officer: Body) -> list[Stated]:
    started = message.get("started_at")
    data = _given(message, "step", "action", "opinion", "next_step")
    data |= {"officer": officer, "ended_at": message["at"].isoformat()}
    return [("case.step_recorded", data | ({"started_at": started.isoformat()} if started else {}))]


def _completion(state: CaseState, message: Body, officer: Body) -> list[Stated]:
    """A department's completion also says how it decided, where nobody told us before."""
    result, reason = message["result"], message.get("reason")
    match result:
        case "void" | "deleted":
            return [("case.voided", {"reason": reason, "kind": result, "officer": officer})]
        case "supplement_lapsed":
            return [("case.lapsed", {"reason": reason})]
        case "withdrawn":
            return [("case.withdrawn", {"reason": reason, "by": {"id": officer["id"], "role": "staff"}})]
        case "returned" if state.before_acceptance:
            data = {"reason": reason, "officer": officer, "document_no": None, "status": "returned"}
            return [("case.not_accepted", data)]
    facts: list[Stated] = []
    if state.decided_at is None and result != "other":
        facts.append(("case.decided", _decision(message, officer)))
    return [*facts, ("case.completed", _completed(message, officer))]


def _decision(message: Body, officer: Body) -> Body:
    outcome = "refused" if message["result"] == "returned" else message["result"]
    data = {"outcome": outcome, "decision_no": message.get("decision_no"), "officer": officer}
    if message.get("forwarded_to"):
        data["forwarded_to"] = {"department": message["forwarded_to"]}
    return data | _given(message, "reason")


def _completed(message: Body, officer: Body) -> Body:
    outcome = "refused" if message["result"] == "returned" else message["result"]
    data: Body = {"result_code": outcome, "officer": officer}
    if message.get("certificate_no") or message.get("certificate_name"):
        data["certificate"] = {
            "no": message.get("certificate_no"),
            "name": message.get("certificate_name"),
            "validity": message.get("certificate_validity"),
        }
    return data


def _special_start(state: CaseState, message: Body, officer: Body) -> list[Stated]:
    common = _given(message, "name", "reason", "approver", "notice_no")
    if message["type"] == "A":
        return [("case.extended", {**common, "days": message["limit_days"], "officer": officer})]
    data = {**common, "type": "B", "limit_days": message["limit_days"], "requested_by": officer}
    return [("case.special_procedure_started", data | _given(message, "sequence"))]


def _special_result(state: CaseState, message: Body, officer: Body) -> list[Stated]:
    data = {**_given(message, "sequence", "result", "opinion"), "officer": officer}
    return [("case.special_procedure_ended", data)]


def _supplement_notice(state: CaseState, message: Body, officer: Body) -> list[Stated]:
    due_at = message.get("due_at")
    data = {**_given(message, "reason", "notice_no"), "materials": _coded(state, message), "officer": officer}
    return [("case.supplement_requested", data | ({"due_at": due_at.isoformat()} if due_at else {}))]


def _supplement_receipt(state: CaseState, message: Body, officer: Body) -> list[Stated]:
    materials = [{**row, "method": "paper", "received": True} for row in _coded(state, message)]
    by = {"id": officer["id"], "role": "staff"}
    return [("case.supplemented", {"materials": materials, "by": by})]


def _collection(state: CaseState, message: Body, officer: Body) -> list[Stated]:
    data = _given(message, "method", "collector", "waybill_no")
    return [("case.delivered", {**data, "officer": officer})]


def _coded(state: CaseState, message: Body) -> list[Body]:
    """Names of materials as codes of the pinned item; a name it doesn't know stands for itself."""
    codes = {str(row.get("name")): str(row.get("code")) for row in state.item.get("materials") or ()}
    return [
        {"code": row.get("code") or codes.get(row["name"], row["name"]), "name": row["name"]}
        for row in message["materials"]
    ]


def _given(message: Body, *names: str) -> Body:
    return {name: message[name] for name in names if message.get(name) is not None}


_READERS: dict[str, Callable[[CaseState, Body, Body], list[Stated]]] = {
    "pre_acceptance": _pre_acceptance,
    "acceptance": _acceptance,
    "step": _step,
    "completion": _completion,
    "special_procedure_start": _special_start,
    "special_procedure_result": _special_result,
    "supplement_notice": _supplement_notice,
    "supplement_receipt": _supplement_receipt,
    "collection": _collection,
}
