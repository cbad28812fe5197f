"""What goes over the wire to and from notify: command bodies, query parameters, answers."""

from __future__ import annotations

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

KINDS = ("pull", "queue", "webhook")
STARTS = ("now", "beginning")
REPLAY_STATES = ("planned", "proposed", "started")
CHANNELS = ("inbox", "sms", "email", "none")
MESSAGE_STATES = ("queued", "sent", "failed")

_NAME = validate.Regexp(r"^[\w.\-]{1,64}\Z", error="letters, digits, dot, dash and underscore, at most 64")
_TYPE = validate.Regexp(r"^[a-z_]+(\.([a-z_]+|\*))?\Z", error="an event type, a category, or category.*")
_REGION = validate.Regexp(r"^\d{12}\Z", error="a region code has 12 digits")


class Paged(Schema):
    limit = fields.Int(load_default=100, validate=validate.Range(1, 200))
    after = fields.Str(load_default="")


class Filters(Schema):
    """An event passes if every list that is not empty holds it.

    `types` are event types (`case.accepted`) or whole categories (`case`); `regions` stand for
    everything below them at their own level (510000000000 is the whole province).
    """

    types = fields.List(fields.Str(validate=_TYPE), load_default=list)
    regions = fields.List(fields.Str(validate=_REGION), load_default=list)
    items = fields.List(fields.Str(validate=validate.Length(1, 64)), load_default=list)
    departments = fields.List(fields.Str(validate=validate.Length(1, 64)), load_default=list)


class Delivery(Schema):
    kind = fields.Str(required=True, validate=validate.OneOf(KINDS))
    url = fields.Url(schemes={"http", "https"}, require_tld=False, load_default=None, allow_none=True)

    @validates_schema
    def url_belongs_to_webhooks(self, data: dict[str, object], **_: object) -> None:
        if (data["kind"] == "webhook") != bool(data.get("url")):
            raise ValidationError("a webhook needs a url, and nothing else has one", "url")


class CreateSubscription(Schema):
    """`start` is where its history begins: with what happens from now on, or with everything kept."""

    name = fields.Str(required=True, validate=_NAME)
    filters = fields.Nested(Filters, load_default=lambda: Filters().load({}))
    delivery = fields.Nested(Delivery, required=True)
    start = fields.Str(load_default="now", validate=validate.OneOf(STARTS))


class ChangeSubscription(Schema):
    """What is left out stays. `paused` stops delivery; the place is kept."""

    filters = fields.Nested(Filters)
    url = fields.Url(schemes={"http", "https"}, require_tld=False)
    paused = fields.Bool()

    @validates_schema
    def something_changes(self, data: dict[str, object], **_: object) -> None:
        if not data:
            raise ValidationError("name at least one thing to change")


class ReplaySubscription(Schema):
    """`from` is a cursor of `GET /events` or an ISO time; with `case` only that case is sent again.

    `release` carries out what another operator proposed, where two persons are needed; with `dry_run` it
    shows what waits.
    """

    from_ = fields.Str(data_key="from", validate=validate.Length(1, 64))
    case = fields.Str(validate=validate.Length(1, 64))
    dry_run = fields.Bool(load_default=False)
    release = fields.Bool(load_default=False)

    @validates_schema
    def something_is_meant(self, data: dict[str, object], **_: object) -> None:
        said = "from_" in data or "case" in data
        if data.get("release") and said:
            raise ValidationError("what is released was said when it was proposed", "release")
        if not data.get("release") and not said:
            raise ValidationError("say from where, or which case", "from")


class ReplayByName(ReplaySubscription):
    """`subscription` is its name or its id."""

    subscription = fields.Str(required=True, validate=validate.Length(1, 64))


class SubscriptionId(Schema):
    id = fields.UUID(required=True)


class SubscriptionList(Paged):
    state = fields.Str(validate=validate.OneOf(("active", "paused", "ended")))
    name = fields.Str()


class EventsQuery(Paged):
    """Lists are separated by commas. `subscription` applies that subscription's filters."""

    types = fields.Str()
    regions = fields.Str()
    items = fields.Str()
    departments = fields.Str()
    case = fields.Str()
    subscription = fields.UUID()


class InboxQuery(Paged):
    unread = fields.Bool(load_default=False)


class MessageId(Schema):
    id = fields.UUID(required=True)


class OutboxQuery(Paged):
    state = fields.Str(validate=validate.OneOf(MESSAGE_STATES))
    channel = fields.Str(validate=validate.OneOf(CHANNELS))
    case = fields.Str()


class InboxMessage(Schema):
    id = fields.UUID()
    case_no = fields.Str()
    template = fields.Str()
    title = fields.Str()
    text = fields.Str()
    at = fields.AwareDateTime()
    read_at = fields.AwareDateTime(allow_none=True)


class Inbox(Schema):
    items = fields.List(fields.Nested(InboxMessage))
    next = fields.Str(allow_none=True)
    unread = fields.Int()


class OutboxMessage(Schema):
    """`address` is masked; `text` is what was sent with the name masked."""

    id = fields.UUID()
    case_no = fields.Str()
    event_id = fields.UUID()
    template = fields.Str()
    template_version = fields.Int()
    channel = fields.Str()
    address = fields.Str(allow_none=True)
    title = fields.Str()
    text = fields.Str()
    state = fields.Str(validate=validate.OneOf(MESSAGE_STATES))
    reference = fields.Str(allow_none=True)
    reason = fields.Str(allow_none=True)
    queued_at = fields.AwareDateTime()
    ended_at = fields.AwareDateTime(allow_none=True)


class Outbox(Schema):
    items = fields.List(fields.Nested(OutboxMessage))
    next = fields.Str(allow_none=True)


class SubscriptionAnswer(Schema):
    """`secret` is there only in the answer to the creation of a webhook; `queue` only for a queue.

    `cursor` is there in the answer to the creation: where the subscription begins, for those who pull.
    """

    id = fields.UUID()
    name = fields.Str()
    department_code = fields.Str(allow_none=True)
    filters = fields.Nested(Filters)
    delivery = fields.Nested(Delivery)
    state = fields.Str()
    version = fields.Int()
    created_at = fields.AwareDateTime()
    queue = fields.Str()
    secret = fields.Str()
    cursor = fields.Str()


class Subscriptions(Schema):
    items = fields.List(fields.Nested(SubscriptionAnswer))
    next = fields.Str(allow_none=True)


class Attempt(Schema):
    at = fields.AwareDateTime()
    first = fields.Str()
    last = fields.Str()
    events = fields.Int()
    outcome = fields.Str()
    detail = fields.Str(allow_none=True)


class Deliveries(Schema):
    """`pending` counts what passes the filters and is not delivered yet; `held` is cases that wait alone."""

    subscription = fields.UUID()
    cursor = fields.Str()
    delivered = fields.Int()
    pending = fields.Int()
    failures = fields.Int()
    next_at = fields.AwareDateTime(allow_none=True)
    last_error = fields.Str(allow_none=True)
    held = fields.List(fields.Dict())
    attempts = fields.List(fields.Nested(Attempt))


class Replay(Schema):
    """`events` is how many pass the filters again, `types` the same by type; `cursor` where delivery goes on
    from. `state`: `planned` (a dry run), `proposed` (a second person has to release it) or `started`."""

    subscription = fields.UUID()
    events = fields.Int()
    cursor = fields.Str()
    types = fields.Dict(keys=fields.Str(), values=fields.Int())
    case = fields.Str(allow_none=True)
    dry_run = fields.Bool()
    state = fields.Str(validate=validate.OneOf(REPLAY_STATES))


class EventPage(Schema):
    """CloudEvents 1.0 in the order of the ledger. `next` is what to ask with next: always there, even when
    nothing is, since more is to come. `more` says that it is there already."""

    items = fields.List(fields.Dict())
    next = fields.Str()
    more = fields.Bool()
