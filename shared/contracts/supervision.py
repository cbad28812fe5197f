"""What goes over the wire to and from supervision. Published events: `card_events.py`."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, pre_load, validate

from shared.contracts.card_events import LEVELS, STATES

CARD_ACTIONS = ("confirm", "appeal", "revoke", "urge")
STATISTICS_BY = ("department", "region", "item")
REASON_LENGTH = 250
"""Characters of an appeal's reason, rules 5.2."""


class _Query(Schema):
    @pre_load
    def _empty_is_absent(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        """An untouched filter field of a form arrives as an empty string."""
        return {name: value for name, value in data.items() if value not in ("", None)}


class CardsQuery(_Query):
    """`GET /supervision/cards`: newest first. A department head sees the own department's."""

    level = fields.String(validate=validate.OneOf(LEVELS))
    state = fields.String(validate=validate.OneOf(STATES))
    department = fields.String(validate=validate.Length(max=64))
    case_no = fields.String(validate=validate.Length(max=50))
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))
    after = fields.String(validate=validate.Length(max=400))


class CardActionRef(Schema):
    """`id` is the card's, `action` one of `CARD_ACTIONS`; both are in the path."""

    id = fields.UUID(required=True)
    action = fields.String(required=True, validate=validate.OneOf(CARD_ACTIONS))


class CardAction(Schema):
    """`appeal` and `revoke` need a reason. Attachments are ids of uploaded files."""

    reason = fields.String(validate=validate.Length(max=REASON_LENGTH), load_default="")
    attachments = fields.List(
        fields.String(validate=validate.Length(min=1, max=64)),
        load_default=list,
        validate=validate.Length(max=20),
    )


class SupervisionStatisticsQuery(_Query):
    """`from` and `to` are legal days, both included: cases received and cards issued between them."""

    by = fields.String(load_default="department", validate=validate.OneOf(STATISTICS_BY))
    from_ = fields.Date(data_key="from")
    to = fields.Date()


class CalendarQuery(_Query):
    """Without a year, the present one."""

    year = fields.Integer(validate=validate.Range(min=2004, max=2099))


class Card(Schema):
    card_id = fields.UUID()
    level = fields.String()
    state = fields.String()
    stage = fields.String()
    sequence = fields.Integer()
    case_no = fields.String()
    item_code = fields.String()
    item_name = fields.String()
    department_code = fields.String(allow_none=True)
    department_name = fields.String(allow_none=True)
    region_code = fields.String(allow_none=True)
    source = fields.String(allow_none=True)
    due_at = fields.AwareDateTime()
    passed_at = fields.AwareDateTime()
    issued_at = fields.AwareDateTime()
    used_days = fields.Integer(allow_none=True)
    rule = fields.String(metadata={"description": "rule set and version, `default/1`"})
    calendar_version = fields.String()
    reason = fields.String(allow_none=True, metadata={"description": "of the latest step that gave one"})
    appeal_reason = fields.String(allow_none=True)
    revocation_proposed_by = fields.String(allow_none=True, metadata={"description": "an account id"})
    urged = fields.Integer(metadata={"description": "how often the department was urged"})
    version = fields.Integer()
    allowed_actions = fields.List(fields.String(), metadata={"description": "what the reader may do now"})


class CardList(Schema):
    items = fields.List(fields.Nested(Card))
    next = fields.String(allow_none=True)


class CardActionAnswer(Schema):
    card_id = fields.UUID()
    state = fields.String()
    version = fields.Integer()


class SupervisionStatisticsRow(Schema):
    """`overdue` are open cases past promise or law; `warning`, `yellow`, `red` cards that stand."""

    key = fields.String(allow_none=True)
    name = fields.String(allow_none=True)
    cases = fields.Integer()
    open = fields.Integer()
    overdue = fields.Integer()
    paused = fields.Integer()
    completed = fields.Integer()
    completed_in_time = fields.Integer()
    completed_late = fields.Integer()
    warning = fields.Integer()
    yellow = fields.Integer()
    red = fields.Integer()
    revoked = fields.Integer()


class SupervisionStatistics(Schema):
    by = fields.String()
    items = fields.List(fields.Nested(SupervisionStatisticsRow))
    next = fields.String(allow_none=True)


class RuleList(Schema):
    items = fields.List(fields.Dict())
    selected = fields.String()
    next = fields.String(allow_none=True)


class CalendarAnswer(Schema):
    """`rest` are the days off that fall on weekdays, `work` the working weekends."""

    year = fields.Integer()
    version = fields.String()
    known_until = fields.Date()
    provisional = fields.Boolean()
    working_days = fields.Integer()
    rest = fields.List(fields.Date())
    work = fields.List(fields.Date())
    office_hours = fields.List(fields.List(fields.String()))
    due_time = fields.String()


class ScanStatus(Schema):
    """`head_at`: every case event committed before it is known here; nothing later is judged."""

    head_at = fields.AwareDateTime(allow_none=True)
    lag_seconds = fields.Integer(allow_none=True)
    waiting = fields.Integer(metadata={"description": "cases whose next check is due and not done"})
    next_check_at = fields.AwareDateTime(allow_none=True)
    outdated = fields.Integer(metadata={"description": "cases computed with another calendar or rule set"})
    parked = fields.Integer(metadata={"description": "cases left out until their parked event is repaired"})
    open = fields.Integer()
    rules = fields.String()
    calendar_version = fields.String()
    known_until = fields.Date()
    horizon_days = fields.Integer(metadata={"description": "days until the calendar is only provisional"})
