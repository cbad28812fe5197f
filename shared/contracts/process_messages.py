"""The ten process messages of a department system (rules 3.2), with names instead of their initials.

Codes of the Guangdong tables are read too; what is stored are our own values.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from marshmallow import Schema, ValidationError, fields, pre_load, validate

from shared.contracts.case_fields import Code, text
from shared.contracts.moments import parse_time

KINDS = (
    "application", "pre_acceptance", "acceptance", "step", "completion", "special_procedure_start",
    "special_procedure_result", "supplement_notice", "supplement_receipt", "collection",
)  # fmt: skip
"""In the order of their numbers, 0 to 9."""

RESULTS = (
    "granted", "refused", "partly_granted", "forwarded", "returned", "void", "deleted",
    "supplement_lapsed", "withdrawn", "other",
)  # fmt: skip
_RESULT_CODES = {
    "0": "granted", "1": "returned", "2": "void", "3": "deleted", "4": "forwarded",
    "5": "supplement_lapsed", "6": "other",
}  # fmt: skip


class Moment(fields.Field[datetime]):
    """ISO 8601, the printed forms of the exchange tables, or `YYYYMMDDThhmmss`."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        if not isinstance(value, str):
            raise ValidationError("Not a valid time.")
        try:
            return parse_time(value)
        except ValueError as error:
            raise ValidationError("Not a valid time.") from error


class Handler(Schema):
    staff_no = text(64, required=True)
    name = text(100, required=True)


class Message(Schema):
    """`data_version` starts at 1; a resend after a correction is one more, never an update."""

    kind = Code(KINDS, {str(number): kind for number, kind in enumerate(KINDS)}, required=True)
    message_id = text(100, required=True)
    case_no = text(50, required=True)
    data_version = fields.Integer(strict=True, load_default=1, validate=validate.Range(min=1))
    at = Moment(required=True)
    handler = fields.Nested(Handler)
    source_serial = text(100)
    remark = text()


class _Materials(Schema):
    code = text(40)
    name = text(300, required=True)


class _WithMaterials(Message):
    """`materials` may be the message's own form: names with semicolons between them."""

    materials = fields.List(
        fields.Nested(_Materials), required=True, validate=validate.Length(min=1, max=100)
    )

    @pre_load
    def _split(self, data: Any, **kwargs: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("materials"), str):
            names = data["materials"].replace("；", ";").split(";")
            return {**data, "materials": [{"name": name.strip()} for name in names if name.strip()]}
        return data


class PreAcceptance(Message):
    state = Code(
        ("passed", "failed", "supplement"), {"1": "passed", "2": "failed", "3": "supplement"}, required=True
    )
    reason = text()


class Acceptance(Message):
    state = Code(("accepted", "refused"), {"1": "accepted", "2": "refused"}, required=True)
    document_no = text(60)
    reason = text()


class StepMessage(Message):
    step = text(200, required=True)
    action = Code(("passed", "returned", "other"), load_default="passed")
    opinion = text(required=True)
    next_step = text(200)
    started_at = Moment()


class Completion(Message):
    result = Code(RESULTS, _RESULT_CODES, required=True)
    reason = text()
    decision_no = text(60)
    certificate_no = text(100)
    certificate_name = text(200)
    certificate_validity = text(100)
    forwarded_to = text(200)


class SpecialProcedureStart(Message):
    sequence = fields.Integer(strict=True, validate=validate.Range(min=1))
    type = Code(("A", "B"), {"1": "A", "2": "B"}, load_default="B")
    name = text(200, required=True)
    reason = text(required=True)
    limit_days = fields.Integer(strict=True, required=True, validate=validate.Range(min=1, max=3660))
    approver = text(100, required=True)
    notice_no = text(60)


class SpecialProcedureResult(Message):
    sequence = fields.Integer(strict=True, validate=validate.Range(min=1))
    result = text(required=True)
    opinion = text(load_default="")


class SupplementNotice(_WithMaterials):
    reason = text(required=True)
    notice_no = text(60)
    due_at = Moment()


class SupplementReceipt(_WithMaterials):
    pass


class Collection(Message):
    method = Code(("hall", "courier", "electronic"), load_default="hall")
    collector = text(100)
    waybill_no = text(60)


MESSAGES: dict[str, type[Schema]] = {
    "application": Message,
    "pre_acceptance": PreAcceptance,
    "acceptance": Acceptance,
    "step": StepMessage,
    "completion": Completion,
    "special_procedure_start": SpecialProcedureStart,
    "special_procedure_result": SpecialProcedureResult,
    "supplement_notice": SupplementNotice,
    "supplement_receipt": SupplementReceipt,
    "collection": Collection,
}


def kind_of(message: Any) -> str | None:
    """The kind of a raw message, by name or number; None for what is neither."""
    named = str(message.get("kind", "")) if isinstance(message, dict) else ""
    if named.isdigit() and int(named) < len(KINDS):
        return KINDS[int(named)]
    return named if named in KINDS else None
