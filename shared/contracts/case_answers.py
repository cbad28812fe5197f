"""Answers of the cases service, as OpenAPI shows them."""

from __future__ import annotations

from marshmallow import Schema, fields


class SubmitAnswer(Schema):
    case_no = fields.String(required=True)
    query_code = fields.String(required=True)
    receipt_no = fields.String(required=True)
    status = fields.String(required=True)
    promised_due_on = fields.Date(allow_none=True)
    version = fields.Integer()
    token = fields.String()


class ActionAnswer(Schema):
    case_no = fields.String(required=True)
    status = fields.String(required=True)
    allowed_actions = fields.List(fields.String())
    numbers = fields.Dict(keys=fields.String(), values=fields.String())
    version = fields.Integer()
    token = fields.String()


class CaseRow(Schema):
    """A line of the work list. The applicant's name is masked."""

    case_no = fields.String()
    external_id = fields.String(allow_none=True)
    item_code = fields.String()
    item_name = fields.String()
    case_type = fields.String()
    application_form = fields.String()
    department_code = fields.String()
    department_name = fields.String()
    region_code = fields.String()
    source = fields.String()
    status = fields.String()
    applicant_masked = fields.String()
    subject_id = fields.String(allow_none=True)
    assignee = fields.String(allow_none=True)
    current_step = fields.String(allow_none=True)
    outcome = fields.String(allow_none=True)
    submitted_at = fields.AwareDateTime()
    accepted_at = fields.AwareDateTime(allow_none=True)
    completed_at = fields.AwareDateTime(allow_none=True)
    updated_at = fields.AwareDateTime()
    clock_state = fields.String()
    colour = fields.String()
    statutory_due_at = fields.AwareDateTime(allow_none=True)
    promised_due_at = fields.AwareDateTime(allow_none=True)
    provisional = fields.Boolean()
    version = fields.Integer()


class CaseList(Schema):
    items = fields.List(fields.Nested(CaseRow))
    next = fields.String(allow_none=True)


class CaseDetail(Schema):
    """One case. Personal fields are masked but for the applicant and the handling department."""

    case_no = fields.String()
    query_code = fields.String(allow_none=True)
    receipt_no = fields.String()
    status = fields.String()
    version = fields.Integer()
    case = fields.Dict()
    applicant = fields.Dict()
    contact = fields.Dict()
    form = fields.Dict()
    materials = fields.List(fields.Dict())
    item = fields.Dict()
    clock = fields.Dict()
    documents = fields.List(fields.Dict())
    allowed_actions = fields.List(fields.String())
    as_of = fields.AwareDateTime(allow_none=True)


class Timeline(Schema):
    items = fields.List(fields.Dict())
    next = fields.String(allow_none=True)


class EventList(Schema):
    items = fields.List(fields.Dict())
    next = fields.String(allow_none=True)


class CaseProof(Schema):
    """`seals` are signed statements, `events` hashes with their paths; how to check: `docs/proofs.md`."""

    format = fields.String()
    service = fields.String()
    name = fields.String()
    stream = fields.String()
    events = fields.List(fields.Dict())
    seals = fields.List(fields.Dict())


class ClockAnswer(Schema):
    """The legal clock's reading: due dates, used days, colour, and the reasons line by line."""

    case_no = fields.String()
    state = fields.String()
    colour = fields.String()
    statutory = fields.Dict(allow_none=True)
    promised = fields.Dict(allow_none=True)
    delivery = fields.Dict(allow_none=True)
    reasons = fields.List(fields.Raw())
    calendar_version = fields.Raw()
    provisional = fields.Boolean()


class ExchangeTables(Schema):
    """The six exchange tables T1 to T6, with the field names of the national guideline's definitions."""

    application = fields.List(fields.Dict())
    application_material = fields.List(fields.Dict())
    acceptance = fields.List(fields.Dict())
    handling_step = fields.List(fields.Dict())
    special_procedure = fields.List(fields.Dict())
    time_zone = fields.String()
    completion = fields.List(fields.Dict())


class ProgressStep(Schema):
    at = fields.AwareDateTime()
    type = fields.String()
    title = fields.String()


class Progress(Schema):
    """What anybody with case number and query code may see: no names of applicant or officers."""

    case_no = fields.String()
    item_name = fields.String()
    department_name = fields.String()
    status = fields.String()
    applicant_masked = fields.String()
    submitted_at = fields.AwareDateTime()
    promised_due_on = fields.Date(allow_none=True)
    outcome = fields.String(allow_none=True)
    steps = fields.List(fields.Nested(ProgressStep))


class PushRow(Schema):
    message_id = fields.String()
    result = fields.String(metadata={"description": "stored, unchanged or refused"})
    case_no = fields.String(allow_none=True)
    version = fields.Integer(allow_none=True)
    flags = fields.List(fields.String())
    errors = fields.List(fields.Dict())


class PushAnswer(Schema):
    items = fields.List(fields.Nested(PushRow))


class FileAnswer(Schema):
    file_id = fields.UUID()
    sha256 = fields.String()
    size = fields.Integer()
    media_type = fields.String()
    name = fields.String()
