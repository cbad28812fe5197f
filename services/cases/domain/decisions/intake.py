"""From the application to the point where it can be accepted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from services.cases.domain import item as items
from services.cases.domain.applicant import check_applicant, contact_of
from services.cases.domain.commands import PreReview, RequestSupplement, Submit, Supplement
from services.cases.domain.doors import ART_32
from services.cases.domain.facts import fact, identity, moment_text
from services.cases.domain.materials import check_codes, check_submitted, filled, wanted
from services.cases.domain.rule import Moment, Rule, blank, one_of, required
from services.cases.domain.state import CaseState
from shared.domain.case_number import MAX_LENGTH
from shared.domain.decision import Fact, Refusal

WINDOW = "window"
PRE_REVIEW_STATUS = {
    "passed": "pre_review_passed",
    "failed": "pre_review_failed",
    "supplement": "supplement_required",
}


def check_submit(state: CaseState, command: Submit, moment: Moment) -> Iterator[Refusal]:
    if blank(command.case_no) or len(command.case_no) > MAX_LENGTH:
        yield Refusal("case_no_invalid", f"a case number has 1 to {MAX_LENGTH} characters", field="case_no")
    yield from required(command, "receipt_no", "receipt_no_required", "the receipt has a number", ART_32)
    yield from _check_form(command)
    yield from _check_situation(command)
    yield from check_applicant(command.applicant, moment.at)
    yield from check_submitted(command.item, command.situation, command.materials, command.source)
    if command.item.get("project_no_required") and blank(command.project_no):
        yield Refusal(
            "project_no_required",
            "a case of a registered project carries its project number",
            field="project_no",
            basis="CASE-34",
        )
    yield from _check_delivery(command)


def _check_form(command: Submit) -> Iterator[Refusal]:
    forms = items.texts(command.item, "application_forms")
    if forms and command.application_form not in [*forms, WINDOW]:
        yield Refusal(
            "unknown_application_form",
            f"this item is applied for by {', '.join(forms)} or at the window",
            field="application_form",
            basis="优化营商环境条例 第三十七条",
        )


def _check_situation(command: Submit) -> Iterator[Refusal]:
    known = [str(row.get("code")) for row in items.rows(command.item, "situations")]
    if command.situation is not None and command.situation not in known:
        choices = ", ".join(known) or "none"
        yield Refusal("unknown_situation", f"the situations of this item: {choices}", field="situation")
    elif command.situation is None and items.depends_on_situation(command.item):
        yield Refusal("situation_required", f"choose one of {', '.join(known)}", field="situation")


def _check_delivery(command: Submit) -> Iterator[Refusal]:
    delivery = _delivery(command)
    offered = items.texts(command.item, "delivery")
    if offered and delivery["method"] not in offered:
        yield Refusal(
            "unknown_delivery",
            f"the result comes by {', '.join(offered)}",
            field="delivery.method",
            basis="CASE-18",
        )
    if delivery["method"] == "courier" and not delivery.get("address"):
        yield Refusal("address_required", "a courier needs an address", field="delivery.address")


def _delivery(command: Submit) -> dict[str, Any]:
    """Chosen by the applicant; else the item's first way. The applicant's own address serves a courier."""
    offered = items.texts(command.item, "delivery")
    chosen = dict(command.delivery or {})
    chosen["method"] = chosen.get("method") or (offered[0] if offered else "hall")
    if chosen["method"] == "courier" and not chosen.get("address"):
        chosen["address"] = command.applicant.get("address")
    return {key: value for key, value in chosen.items() if value is not None}


def submit(state: CaseState, command: Submit, moment: Moment) -> list[Fact]:
    item = command.item
    block = {
        **identity({**item, "item_code": item.get("code"), "item_name": item.get("name")}),
        "case_no": command.case_no,
        "source": command.source,
        "application_form": command.application_form,
    }
    optional: Mapping[str, Any] = {
        "project_no": command.project_no,
        "external_id": command.external_id,
        "deadlines": dict(command.deadlines) if command.deadlines else None,
    }
    submitted = fact(
        state,
        "case.submitted",
        receipt_no=command.receipt_no,
        query_code=command.query_code,
        case_type=items.case_type(item, command.situation),
        situation=command.situation,
        applicant=dict(command.applicant),
        contact=contact_of(command.applicant, command.contact),
        form=dict(command.form),
        materials=filled(item, command.materials),
        delivery=_delivery(command),
        item=dict(item),
        submitted_by=command.submitted_by.as_dict(),
        **{key: value for key, value in optional.items() if value is not None},
    )
    return [Fact(submitted.type, {**submitted.data, "case": block})]


def check_pre_review(state: CaseState, command: PreReview, moment: Moment) -> Iterator[Refusal]:
    yield from one_of(command, "outcome", tuple(PRE_REVIEW_STATUS))
    if command.outcome in ("failed", "supplement"):
        yield from required(
            command, "reason", "reason_required", "say what is wrong", "网上办事大厅建设规范 3.2.2"
        )
    yield from check_codes(state.item, command.materials)


def pre_review(state: CaseState, command: PreReview, moment: Moment) -> list[Fact]:
    data: dict[str, Any] = {"outcome": command.outcome, "officer": command.officer.as_dict()}
    if not blank(command.reason):
        data["reason"] = command.reason
    if command.outcome == "supplement":
        data["materials"] = wanted(state.item, command.materials)
        data["due_at"] = moment_text(command.due_at) if command.due_at else None
    return [fact(state, "case.pre_reviewed", PRE_REVIEW_STATUS[command.outcome], **data)]


def check_request(state: CaseState, command: RequestSupplement, moment: Moment) -> Iterator[Refusal]:
    yield from required(command, "notice_no", "notice_no_required", "the notice has a number", ART_32)
    yield from required(command, "reason", "reason_required", "say why material is missing", ART_32)
    if not command.materials:
        yield Refusal(
            "materials_required", "the notice lists all of what is missing", field="materials", basis=ART_32
        )
    yield from check_codes(state.item, command.materials)
    if command.due_at is None or command.due_at <= moment.at:
        yield Refusal("due_at_invalid", "the applicant needs time for the supplement", field="due_at")


def request_supplement(state: CaseState, command: RequestSupplement, moment: Moment) -> list[Fact]:
    before = state.before_acceptance
    requested = fact(
        state,
        "case.supplement_requested",
        notice_no=command.notice_no,
        reason=command.reason,
        materials=wanted(state.item, command.materials),
        due_at=moment_text(command.due_at),
        before_acceptance=before,
        officer=command.officer.as_dict(),
    )
    return [requested]


def check_supplement(state: CaseState, command: Supplement, moment: Moment) -> Iterator[Refusal]:
    if not command.materials:
        yield Refusal("materials_required", "a supplement brings material", field="materials")
    yield from check_codes(state.item, command.materials)


def supplement(state: CaseState, command: Supplement, moment: Moment) -> list[Fact]:
    materials = filled(state.item, command.materials)
    return [fact(state, "case.supplemented", materials=materials, by=command.by.as_dict())]


RULES = (
    Rule(Submit, "submit", check_submit, submit),
    Rule(PreReview, "pre-review", check_pre_review, pre_review),
    Rule(RequestSupplement, "request-supplement", check_request, request_supplement),
    Rule(Supplement, "supplement", check_supplement, supplement),
)
