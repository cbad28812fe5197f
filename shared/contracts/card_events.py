"""Published events of supervision: what happens to a warning, a yellow or a red card.

A warning is no card by name, but the same events tell of it: `level` is `warning`. Stream and
`card_id` are `uuid5(<case stream>, "<stage>[.<sequence>]/<level>")`, so that a case has each level of
a stage at most once, whoever finds it and however often. `case.source` and `source` are `import` for
what a process log brought: history, nobody is alerted.

Free text (`reason`) stays inside: it may name people.
"""

from __future__ import annotations

from marshmallow import Schema, fields

LEVELS = ("warning", "yellow", "red")
STATES = ("pending", "issued", "confirmed", "appealed", "urged", "revoked", "cancelled")

CARD_ISSUED = "card.issued"
CARD_CONFIRMED = "card.confirmed"
CARD_APPEALED = "card.appealed"
CARD_URGED = "card.urged"
CARD_REVOCATION_PROPOSED = "card.revocation_proposed"
CARD_REVOKED = "card.revoked"
CARD_CANCELLED = "card.cancelled"
CARD_REINSTATED = "card.reinstated"


class RuleReference(Schema):
    id = fields.String(required=True)
    version = fields.Integer(required=True)


class By(Schema):
    """Who acted: no names."""

    id = fields.String(required=True)
    department_code = fields.String(allow_none=True)


class CardEvent(Schema):
    """What every card event carries. `state` is the card's state after it."""

    card_id = fields.UUID(required=True)
    subject = fields.String(required=True, metadata={"description": "the case number"})
    case = fields.Dict(required=True)
    case_stream = fields.UUID(required=True)
    stage = fields.String(required=True)
    sequence = fields.Integer(required=True)
    level = fields.String(required=True)
    state = fields.String(required=True)
    source = fields.String(allow_none=True)
    by = fields.Nested(By)


class CardIssued(CardEvent):
    """`passed_at` is when the level was passed, `due_at` the limit it is about; issue comes later.

    `mode` is `pending` where a supervisor must confirm cards before they count.
    """

    rule = fields.Nested(RuleReference, required=True)
    due_at = fields.AwareDateTime(required=True)
    passed_at = fields.AwareDateTime(required=True)
    used_days = fields.Integer(allow_none=True)
    calendar_version = fields.String(required=True)
    provisional = fields.Boolean()
    mode = fields.String(required=True)
    external_id = fields.String(allow_none=True)


class CardCancelled(CardEvent):
    """The facts don't bear the card any more. `cause` is a code."""

    cause = fields.String(required=True)


class CardReinstated(CardEvent):
    due_at = fields.AwareDateTime(required=True)
    passed_at = fields.AwareDateTime(required=True)


PUBLISHED: dict[str, type[Schema]] = {
    CARD_ISSUED: CardIssued,
    CARD_CONFIRMED: CardEvent,
    CARD_APPEALED: CardEvent,
    CARD_URGED: CardEvent,
    CARD_REVOCATION_PROPOSED: CardEvent,
    CARD_REVOKED: CardEvent,
    CARD_CANCELLED: CardCancelled,
    CARD_REINSTATED: CardReinstated,
}
"""Every type of the category `card`, with the schema of its published `data`."""
