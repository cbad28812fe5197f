"""What the cases service publishes: the stored events of the category `case` without personal data.

The schemas are an allow-list. A field that isn't declared here stays inside, so that a new stored
field is not published by forgetting. Who may see more asks the API, and that is audited.
"""

from __future__ import annotations

from marshmallow import Schema, fields

from shared.contracts.allow_list import allowed
from shared.contracts.case_reductions import (
    ApplicantRef,
    CaseRef,
    CertificateRef,
    ChangedFields,
    DeliveryRef,
    MaterialRefs,
    OfficerRef,
    PartyRef,
)


def _text() -> fields.String:
    return fields.String(allow_none=True)


def _number() -> fields.Integer:
    return fields.Integer(strict=True, allow_none=True)


class CaseEvent(Schema):
    """On every event. `flags` name the guards that a stated fact broke."""

    case = CaseRef(required=True)
    status = fields.String(required=True)
    flags = fields.List(fields.String())


class ByOfficer(CaseEvent):
    officer = OfficerRef(allow_none=True)


class Submitted(CaseEvent):
    """`item` is the pinned snapshot: what a subscriber needs to count with."""

    receipt_no = _text()
    case_type = _text()
    situation = _text()
    applicant = ApplicantRef(allow_none=True)
    materials = MaterialRefs()
    delivery = DeliveryRef(allow_none=True)
    project_no = _text()
    external_id = _text()
    item = fields.Dict(required=True)
    submitted_by = PartyRef(allow_none=True)
    deadlines = fields.Dict(allow_none=True)


class PreReviewed(ByOfficer):
    outcome = _text()
    reason = _text()
    materials = MaterialRefs()
    due_at = _text()


class SupplementRequested(ByOfficer):
    notice_no = _text()
    reason = _text()
    materials = MaterialRefs()
    due_at = _text()
    before_acceptance = fields.Boolean(allow_none=True)


class Supplemented(CaseEvent):
    materials = MaterialRefs()
    by = PartyRef(allow_none=True)


class Accepted(ByOfficer):
    document_no = _text()
    deemed = fields.Boolean(allow_none=True)
    accepted_at = _text()
    deferred_materials = MaterialRefs()


class NotAccepted(ByOfficer):
    document_no = _text()
    reason = _text()
    referral = _text()


class ReasonedByOfficer(ByOfficer):
    reason = _text()


class Transferred(ReasonedByOfficer):
    to = OfficerRef(allow_none=True)


class StepRecorded(ByOfficer):
    step = _text()
    action = _text()
    opinion = _text()
    next_step = _text()
    started_at = _text()
    ended_at = _text()
    co_officer = OfficerRef(allow_none=True)


class SpecialProcedureStarted(CaseEvent):
    sequence = _number()
    type = _text()
    name = _text()
    reason = _text()
    limit_days = _number()
    notice_no = _text()
    stops_clock = fields.Boolean(allow_none=True)
    requested_by = OfficerRef(allow_none=True)


class SpecialProcedureEnded(ByOfficer):
    sequence = _number()
    name = _text()
    result = _text()
    opinion = _text()


class Extended(ReasonedByOfficer):
    days = _number()
    name = _text()
    notice_no = _text()


class Decided(ReasonedByOfficer):
    outcome = _text()
    decision_no = _text()
    remedy = _text()
    forwarded_to = fields.Dict(allow_none=True)


class Completed(ByOfficer):
    result_code = _text()
    certificate = CertificateRef(allow_none=True)


class OriginalsVerified(ByOfficer):
    result = _text()
    method = _text()
    stage = _text()


class FeePaid(CaseEvent):
    amount_fen = _number()
    method = _text()
    payment_no = _text()


class ResultReady(ByOfficer):
    ways = fields.List(fields.String(), allow_none=True)


class Dispatched(ByOfficer):
    waybill_no = _text()
    carrier = _text()


class Delivered(ByOfficer):
    method = _text()
    waybill_no = _text()


class Rated(CaseEvent):
    score = _number()
    by = PartyRef(allow_none=True)


class ByParty(CaseEvent):
    """Withdrawn and urged: what the applicant wrote stays inside."""

    by = PartyRef(allow_none=True)


class Lapsed(CaseEvent):
    reason = _text()


class Voided(ReasonedByOfficer):
    kind = _text()


class Corrected(ReasonedByOfficer):
    corrects = _text()
    changes = ChangedFields()
    released_by = OfficerRef(allow_none=True)


class SubjectErased(CaseEvent):
    """The platform can't read any more who it was. Whoever holds a copy of the person's data erases it."""

    subject_id = _text()


PUBLISHED: dict[str, type[Schema]] = {
    "case.submitted": Submitted,
    "case.pre_reviewed": PreReviewed,
    "case.supplement_requested": SupplementRequested,
    "case.supplemented": Supplemented,
    "case.accepted": Accepted,
    "case.not_accepted": NotAccepted,
    "case.claimed": ByOfficer,
    "case.transferred": Transferred,
    "case.recalled": ReasonedByOfficer,
    "case.step_recorded": StepRecorded,
    "case.special_procedure_started": SpecialProcedureStarted,
    "case.special_procedure_ended": SpecialProcedureEnded,
    "case.extended": Extended,
    "case.decided": Decided,
    "case.completed": Completed,
    "case.originals_verified": OriginalsVerified,
    "case.fee_paid": FeePaid,
    "case.result_ready": ResultReady,
    "case.dispatched": Dispatched,
    "case.delivered": Delivered,
    "case.rated": Rated,
    "case.withdrawn": ByParty,
    "case.lapsed": Lapsed,
    "case.voided": Voided,
    "case.urged": ByParty,
    "case.corrected": Corrected,
    "case.acceptance_revoked": ReasonedByOfficer,
    "case.result_revoked": ReasonedByOfficer,
    "case.subject_erased": SubjectErased,
}
"""Every type of the category `case`, with the schema of its published `data`."""

publish = allowed(PUBLISHED)
