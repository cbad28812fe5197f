"""What goes over the wire to the cases service: bodies and queries. Answers: `case_answers.py`.

Actions on a case are in `case_actions.py`; published events in `case_events.py`.
"""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from shared.contracts.case_actions import ACTIONS, ActionContract
from shared.contracts.case_answers import (
    ActionAnswer,
    CaseDetail,
    CaseList,
    CaseProof,
    CaseRow,
    ClockAnswer,
    EventList,
    ExchangeTables,
    FileAnswer,
    Progress,
    PushAnswer,
    SubmitAnswer,
    Timeline,
)
from shared.contracts.case_fields import (
    APPLICATION_FORMS,
    COLOURS,
    DELIVERY_METHODS,
    SOURCES,
    STATUSES,
    Code,
    Json,
    Material,
    applicant_type,
    id_type,
    text,
)
from shared.contracts.import_report import ImportReport
from shared.contracts.moments import moment

__all__ = [
    "ACTIONS",
    "ActionAnswer",
    "ActionContract",
    "CaseContacts",
    "CaseDetail",
    "CaseList",
    "CaseProof",
    "CaseQuery",
    "CaseRef",
    "CaseRow",
    "ClockAnswer",
    "EventList",
    "ExchangeTables",
    "FileAnswer",
    "ImportLog",
    "ImportReport",
    "ListCases",
    "MineQuery",
    "Progress",
    "ProgressQuery",
    "PushAnswer",
    "PushProcess",
    "RegisterFile",
    "StatisticsQuery",
    "SubmitAnswer",
    "SubmitCase",
    "Timeline",
]  # fmt: skip

_PHONE = validate.Regexp(r"\A\+?[0-9][0-9 \-]{4,24}\Z", error="Not a valid phone number.")


class Applicant(Schema):
    """`subject_id` is the applicant's account, where a window or an agent applies for them."""

    type = applicant_type(required=True)
    name = text(200, required=True)
    id_type = id_type(required=True)
    id_no = text(60, required=True)
    subject_id = text(64)
    phone = fields.String(validate=_PHONE)
    email = fields.Email()
    address = text(500)
    postal_code = fields.String(validate=validate.Regexp(r"\A\d{6}\Z", error="Not a valid postal code."))
    legal_representative = text(100)

    @validates_schema
    def _organisation_has_representative(self, data: dict[str, Any], **kwargs: Any) -> None:
        """T1.14: to be filled in when the applicant is a legal person."""
        if data.get("type") not in (None, "natural_person") and not data.get("legal_representative"):
            raise ValidationError({"legal_representative": ["Required for an organisation."]})


class Contact(Schema):
    """The contact or agent; without one the applicant is the contact (T1.8)."""

    name = text(100, required=True)
    id_type = id_type()
    id_no = text(60)
    phone = fields.String(validate=_PHONE)
    email = fields.Email()


class Delivery(Schema):
    """A courier without an address goes to the applicant's own."""

    method = Code(DELIVERY_METHODS, required=True)
    address = text(500)


class SubmitCase(Schema):
    """`POST /cases`"""

    item_code = text(64, required=True)
    application_form = Code(APPLICATION_FORMS, required=True)
    situation = text(40)
    applicant = fields.Nested(Applicant, required=True)
    contact = fields.Nested(Contact)
    form = Json(load_default=dict)
    materials = fields.List(fields.Nested(Material), load_default=list, validate=validate.Length(max=100))
    source = Code(SOURCES)
    delivery = fields.Nested(Delivery)
    project_no = text(24)


class CaseRef(Schema):
    """`no` is the case number in the path."""

    no = text(50, required=True)


class CaseContacts(Schema):
    """`cases` are case numbers: whom notify is to tell is asked for many at once."""

    cases = fields.List(text(50), required=True, validate=validate.Length(min=1, max=100))


class CaseQuery(CaseRef):
    as_of = moment(metadata={"description": "as recorded at this past moment"})


class _Page(Schema):
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))
    after = fields.String()


_LIST_AS_OF = {
    "description": "the list as recorded at this past moment; a page looks at 2 000 cases at most, so"
    " it may be short while `next` says that there are more"
}


class ListCases(_Page):
    """`GET /cases`: staff see their department's cases, supervisors and operators all."""

    status = fields.String(validate=validate.OneOf(STATUSES))
    department = fields.String()
    item = fields.String()
    source = fields.String()
    external_id = fields.String()
    due_before = moment()
    clock = fields.String(validate=validate.OneOf(COLOURS))
    assignee = fields.String(
        metadata={"description": "an account id; `me`; `none` for what nobody has claimed"}
    )
    q = fields.String(validate=validate.Length(max=100), metadata={"description": "case number or item name"})
    as_of = moment(metadata=_LIST_AS_OF)


class MineQuery(_Page):
    status = fields.String(validate=validate.OneOf(STATUSES))
    as_of = moment(metadata=_LIST_AS_OF)


class ProgressQuery(Schema):
    case_no = text(50, required=True)
    query_code = text(20, required=True)


class StatisticsQuery(Schema):
    department = fields.String()
    item = fields.String()


class RegisterFile(Schema):
    """Metadata of an uploaded file; the bytes lie in the content-addressed store."""

    sha256 = fields.String(required=True, validate=validate.Regexp(r"\A[0-9a-f]{64}\Z"))
    size = fields.Integer(strict=True, required=True, validate=validate.Range(min=0))
    media_type = fields.String(required=True, validate=validate.Length(min=1, max=100))
    name = text(255, required=True)


class ImportLog(Schema):
    """Historical cases of a process log. Rows are checked one by one, so that a bad one stops no other."""

    cases = fields.List(fields.Dict(), required=True, validate=validate.Length(max=5000))
    dry_run = fields.Boolean(load_default=False)


class PushProcess(Schema):
    """`POST /exchange/process`: messages of the ten kinds; each gets an answer of its own."""

    messages = fields.List(fields.Dict(), required=True, validate=validate.Length(min=1, max=500))
