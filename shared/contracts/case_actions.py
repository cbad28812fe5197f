"""Bodies of `POST /cases/{no}/{action}`, and who may send them.

Numbers of documents, notices and decisions may be left out: the service then gives the next one of
the department, kind and year.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, fields, pre_load, validate

from shared.contracts.case_fields import DELIVERY_METHODS, Code, Json, Material, MaterialRef, id_type, text
from shared.contracts.moments import moment

OUTCOMES = ("granted", "refused", "partly_granted", "forwarded")


class Nothing(Schema):
    """An action that needs no words."""


class PreReview(Schema):
    """`materials` and `due_at` belong to the outcome `supplement`, a round of pre-review."""

    outcome = Code(("passed", "failed", "supplement"), required=True)
    reason = text()
    materials = fields.List(fields.Nested(MaterialRef), validate=validate.Length(max=100))
    due_at = moment()


class RequestSupplement(Schema):
    """Before acceptance this is the one-off notice of article 32 of the licensing law: name everything."""

    reason = text(required=True)
    materials = fields.List(
        fields.Nested(MaterialRef), required=True, validate=validate.Length(min=1, max=100)
    )
    due_at = moment()
    notice_no = text(60)


class Supplement(Schema):
    materials = fields.List(fields.Nested(Material), required=True, validate=validate.Length(min=1, max=100))


class Accept(Schema):
    """`deferred_materials`: what may follow (容缺受理); each deferrable and not here yet."""

    document_no = text(60)
    deferred_materials = fields.List(text(40), validate=validate.Length(max=100))


class NotAccept(Schema):
    """`referral` says where to apply instead; `ground` follows from it and from the item if left out."""

    reason = text(required=True)
    ground = Code(("incomplete", "not_competent", "not_required", "other"))
    referral = text(500)
    document_no = text(60)


class TransferTo(Schema):
    """Without `id` the case goes to the department's pool."""

    id = text(64)
    department_code = text(40)


class Transfer(Schema):
    """`to` may be the account id alone: the department then stays."""

    to = fields.Nested(TransferTo, load_default=dict)
    reason = text(required=True)

    @pre_load
    def _to_from_id(self, data: Any, **kwargs: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("to"), str):
            return {**data, "to": {"id": data["to"]}}
        return data


class Recall(Schema):
    reason = text(required=True)


class SecondOfficer(Schema):
    """By account id, of somebody in the same department who may do the same. The name is the account's own;
    one that is sent is not used.
    """

    id = text(64, required=True)
    name = text(100)


class RecordStep(Schema):
    """`co_officer`: the second officer where the step needs two (licensing law, article 34)."""

    step = text(200, required=True)
    action = Code(("passed", "returned", "other"), required=True)
    opinion = text(required=True)
    next_step = text(200)
    started_at = moment()
    ended_at = moment()
    co_officer = fields.Nested(SecondOfficer)


class StartSpecialProcedure(Schema):
    """A is the extension, once; B is everything else, and stops the clock where the law says so."""

    type = Code(("A", "B"), required=True)
    name = text(200, required=True)
    reason = text(required=True)
    limit_days = fields.Integer(strict=True, required=True, validate=validate.Range(min=1, max=3660))
    approver = text(100, required=True)
    notice_no = text(60)


class EndSpecialProcedure(Schema):
    """`sequence` or `name` chooses where more than one procedure is open."""

    result = text(required=True)
    opinion = text(required=True)
    sequence = fields.Integer(strict=True, validate=validate.Range(min=1))
    name = text(200)


class ForwardedTo(Schema):
    department = text(200, required=True)
    case_no = text(50)


class Decide(Schema):
    outcome = Code(OUTCOMES, required=True)
    decision_no = text(60)
    reason = text()
    remedy = text()
    forwarded_to = fields.Nested(ForwardedTo)


class ResultCertificate(Schema):
    no = text(100)
    name = text(200, required=True)
    validity = text(100)
    description = text()


class Complete(Schema):
    """An immediate case may be completed straight from `submitted`, which grants it: the two numbers and
    `outcome` are for that. To refuse it, decide first.
    """

    certificate = fields.Nested(ResultCertificate)
    outcome = Code(("granted",))
    decision_no = text(60)
    document_no = text(60)


class VerifyOriginals(Schema):
    result = Code(("passed", "failed"), required=True)
    method = Code(("hall", "courier"), required=True)
    stage = Code(("acceptance", "delivery"))


class Pay(Schema):
    amount_fen = fields.Integer(strict=True, required=True, validate=validate.Range(min=1))
    method = Code(("online", "window", "bank"), load_default="online")
    payment_no = text(60, required=True)


class AnnounceResult(Schema):
    ways = fields.List(Code(DELIVERY_METHODS), validate=validate.Length(min=1, max=3))


class Dispatch(Schema):
    waybill_no = text(60, required=True)
    carrier = text(100)


class Collector(Schema):
    name = text(100, required=True)
    id_type = id_type()
    id_no = text(60)


class Deliver(Schema):
    """`collector` may be a name alone."""

    method = Code(DELIVERY_METHODS, required=True)
    collector = fields.Nested(Collector)
    waybill_no = text(60)

    @pre_load
    def _collector_from_name(self, data: Any, **kwargs: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("collector"), str):
            return {**data, "collector": {"name": data["collector"]}}
        return data


class Withdraw(Schema):
    reason = text(load_default="申请人撤回申请")


class Void(Schema):
    """`void` is void in substance, `deleted` an entry made by mistake (rules 3.3, results 2 and 3)."""

    reason = text(required=True)
    kind = Code(("void", "deleted"), load_default="void")


class Rate(Schema):
    """5 is 非常满意; 2 and 1 are bad ratings and are followed up. The GB/T 39046 code is 6 - score."""

    score = fields.Integer(strict=True, required=True, validate=validate.Range(min=1, max=5))
    reason = text()


class Urge(Schema):
    content = text()


class Correct(Schema):
    """A correction of a recorded fact: `corrects` is the event's id.

    `released_by` is the second person, by account id or as {id, name}.
    """

    corrects = text(64, required=True)
    changes = Json(required=True, validate=validate.Length(min=1))
    reason = text(required=True)
    released_by = fields.Nested(SecondOfficer)

    @pre_load
    def _releaser_from_id(self, data: Any, **kwargs: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("released_by"), str):
            return {**data, "released_by": {"id": data["released_by"]}}
        return data


class Revoke(Schema):
    reason = text(required=True)


@dataclass(frozen=True, slots=True)
class ActionContract:
    """`permissions`: one of them is needed; whose case it is, is checked on top by the service."""

    schema: type[Schema]
    permissions: tuple[str, ...]
    summary: str

    @property
    def permission(self) -> str:
        return self.permissions[0]


_WINDOW, _EXAMINE, _APPROVE = "cases.window_action", "cases.examine", "cases.approve"
_APPLICANT, _CLAIM = "cases.applicant_action", "cases.claim"

ACTIONS: dict[str, ActionContract] = {
    "pre-review": ActionContract(PreReview, (_WINDOW,), "网上预审"),
    "request-supplement": ActionContract(RequestSupplement, (_WINDOW, _EXAMINE), "补正告知"),
    "supplement": ActionContract(Supplement, (_APPLICANT, _WINDOW), "补正材料"),
    "accept": ActionContract(Accept, (_WINDOW,), "受理"),
    "not-accept": ActionContract(NotAccept, (_WINDOW,), "不予受理"),
    "claim": ActionContract(Nothing, (_CLAIM,), "签收"),
    "transfer": ActionContract(Transfer, (_CLAIM,), "转办"),
    "recall": ActionContract(Recall, (_CLAIM,), "收回"),
    "record-step": ActionContract(RecordStep, (_EXAMINE,), "办理环节"),
    "start-special-procedure": ActionContract(StartSpecialProcedure, (_EXAMINE,), "特别程序申请"),
    "end-special-procedure": ActionContract(EndSpecialProcedure, (_EXAMINE,), "特别程序结果"),
    "decide": ActionContract(Decide, (_APPROVE,), "审批决定"),
    "complete": ActionContract(Complete, (_WINDOW,), "办结"),
    "verify-originals": ActionContract(VerifyOriginals, (_WINDOW,), "原件核验"),
    "pay": ActionContract(Pay, (_APPLICANT, _WINDOW), "缴费"),
    "announce-result": ActionContract(AnnounceResult, (_WINDOW,), "通知领取"),
    "dispatch": ActionContract(Dispatch, (_WINDOW,), "寄送"),
    "deliver": ActionContract(Deliver, (_WINDOW,), "送达"),
    "withdraw": ActionContract(Withdraw, (_APPLICANT,), "撤回申请"),
    "void": ActionContract(Void, (_APPROVE,), "作废"),
    "rate": ActionContract(Rate, ("cases.rate",), "评价"),
    "urge": ActionContract(Urge, (_APPLICANT,), "催办"),
    "correct": ActionContract(Correct, (_APPROVE,), "更正"),
    "revoke-acceptance": ActionContract(Revoke, (_APPROVE,), "撤销受理"),
    "revoke-result": ActionContract(Revoke, (_APPROVE,), "撤销决定"),
}
