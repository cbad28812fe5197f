"""Takes committed events from the store to the broker, in feed order, at least once.

One relay per service is active (`lead.py`). It saves its place after the confirms, over the very session
that holds the lead: an old leader can't write over a new one's place, and what a leader published and did
not save before it died is published again by the next.

An event without a bound queue does not hold the others up: it is in the feed, and whoever binds later
pulls it from there. It is counted, and an error is logged when a category begins to have nobody
though it is `expected` to have somebody: one that had a queue before, or that an installed service follows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event as Stop
from time import monotonic
from typing import Any
from uuid import UUID

import structlog

from shared.eventstore.errors import StoreUnavailable, UnknownCursor
from shared.eventstore.event import Event
from shared.messaging import relay_metrics as metrics
from shared.messaging.cloudevents import head_message
from shared.messaging.lead import STANDBY, Lead
from shared.messaging.published import publish
from shared.messaging.publisher import Publisher, PublishFailed, Unroutable
from shared.service.application import Application
from shared.service.spec import ServiceSpec

SUBSCRIBER = "relay"
BATCH = 500
POLL = 1.0
"""Seconds after which the feed is looked at without having been woken by the ticker."""

HEAD_EVERY = 1.0
BACKOFF = (2 * STANDBY, 10.0)
"""Seconds after a first failure, and at most. The first is longer than the others' looks: who can't reach the
broker must not be the first to lead again."""

_ALL = "*"

log = structlog.get_logger(__name__)


@dataclass
class _Place:
    """Where the relay stands, and per category the cursor of the event it published last."""

    cursor: str = ""
    published: dict[str, str] = field(default_factory=dict)
    last: tuple[UUID, UUID, int] | None = None


class Relay:
    """`step` may be driven by one thread or greenlet. `now` is a monotonic clock in seconds."""

    def __init__(
        self,
        app: Application,
        spec: ServiceSpec,
        publisher: Publisher,
        *,
        expected: Iterable[str] = (),
        batch: int = BATCH,
        poll: float = POLL,
        now: Callable[[], float] = monotonic,
    ) -> None:
        self._app = app
        self._spec = spec
        self._publisher = publisher
        self._batch = batch
        self._poll = poll
        self._now = now
        self._lead = Lead(app.db, SUBSCRIBER, spec.name, now=now)
        self._place = _Place()
        self._head_said: float | None = None
        self._lonely: set[str] = set()
        self._expected = set(expected)

    @property
    def leads(self) -> bool:
        return self._lead.held

    def step(self) -> int:
        """Publish one page and save the place; answers how many events of the feed it has dealt with.

        0 also while another relay leads. Raises `PublishFailed` or `StoreUnavailable` after giving up
        the lead; the page is then published again by whoever leads next.
        """
        try:
            if not self.leads and not self._take_lead():
                return 0
            return self._relay()
        except BaseException:
            self.close()
            raise

    def run(self, stop: Stop) -> None:
        failures = 0
        while not stop.is_set():
            try:
                if self.step() == 0:
                    self._rest(stop)
                failures = 0
            except (PublishFailed, StoreUnavailable) as error:
                failures += 1
                metrics.FAILED.labels(self._spec.name).inc()
                log.warning("relay_waits", service=self._spec.name, reason=str(error))
                stop.wait(min(BACKOFF[1], BACKOFF[0] * 2 ** (failures - 1)))
            except Exception:  # closed set: a relay that ends would end every subscriber's news
                failures += 1
                log.exception("relay_failed", service=self._spec.name)
                stop.wait(min(BACKOFF[1], BACKOFF[0] * 2 ** (failures - 1)))
        self.close()

    def close(self) -> None:
        """Give up the lead and the broker."""
        metrics.LEADING.labels(self._spec.name).set(0)
        self._lead.release()
        self._publisher.close()

    def _rest(self, stop: Stop) -> None:
        if self.leads:
            self._app.store.wait(min(self._poll, HEAD_EVERY))
        else:
            stop.wait(STANDBY)

    def _take_lead(self) -> bool:
        if not self._lead.take():
            return False
        self._place = _place(self._lead.read(_LOAD, (SUBSCRIBER, self._spec.name)))
        metrics.LEADING.labels(self._spec.name).set(1)
        log.info("relay_leads", service=self._spec.name, cursor=self._place.cursor)
        return True

    def _relay(self) -> int:
        self._lead.confirm()
        try:
            page = self._app.store.follow(self._place.cursor, limit=self._batch)
        except UnknownCursor:
            self._resynchronise()
            return 1
        place = _Place(page.cursor, dict(self._place.published), self._place.last)
        messages = self._messages(page.events, place)
        if messages:
            self._publish(messages)
        if page.events or page.cursor != self._place.cursor:
            self._save(place)
        self._place = place
        if page.head_at is not None:
            self._say_heads(page.head_at)
        return len(page.events) or int(page.head_at is None)

    def _messages(self, events: Sequence[Event], place: _Place) -> list[dict[str, Any]]:
        messages = []
        for event in events:
            message = publish(self._spec, event, place.published.get(event.category, ""))
            if message is not None:
                messages.append(message)
                place.published[event.category] = event.cursor
            place.last = (event.id, event.stream, event.version)
        return messages

    def _publish(self, messages: Sequence[dict[str, Any]]) -> None:
        categories = [str(message["type"]).partition(".")[0] for message in messages]
        lonely: set[str] = set()
        try:
            self._publisher.publish_batch(messages)
        except Unroutable as unroutable:
            for message in unroutable.messages:
                category = str(message["type"]).partition(".")[0]
                metrics.UNROUTABLE.labels(self._spec.name, category).inc()
                lonely.add(category)
        self._expected |= set(categories) - lonely
        for category in lonely - self._lonely:
            say = log.error if category in self._expected else log.debug
            say("nobody_subscribes", service=self._spec.name, category=category)
        self._lonely = (self._lonely - set(categories)) | lonely
        for category in categories:
            metrics.PUBLISHED.labels(self._spec.name, category).inc()

    def _say_heads(self, head_at: datetime) -> None:
        if self._head_said is not None and self._now() - self._head_said < HEAD_EVERY:
            return
        heads = [
            head_message(self._spec.name, category, self._place.published.get(category, ""), head_at)
            for category in self._spec.categories
        ]
        if heads:
            self._publisher.publish_batch(heads)
        self._head_said = self._now()
        metrics.HEAD_AT.labels(self._spec.name).set(head_at.timestamp())

    def _save(self, place: _Place) -> None:
        last = place.last or (None, None, None)
        everything = {_ALL: place.cursor, **place.published}
        rows = [
            (
                SUBSCRIBER, self._spec.name, category, cursor,
                *(str(part) if isinstance(part, UUID) else part for part in last),
            )
            for category, cursor in everything.items()
        ]  # fmt: skip
        self._lead.write(_SAVE, rows, "(%s, %s, %s, %s, %s::uuid, %s::uuid, %s::int)")

    def _resynchronise(self) -> None:
        """A new epoch of our own feed: go on behind the event published last, or from the beginning.

        Going on, `previous` names that place for every category, so that nobody takes what was published
        in the old epoch for what never was. Subscribers see the new epoch in the next message and find
        their own place by pulling.
        """
        saved = _place(self._lead.read(_LOAD, (SUBSCRIBER, self._spec.name)))
        if saved.cursor != self._place.cursor and self._app.store.common(saved.cursor) == saved.cursor:
            self._place = saved  # carried over when the epoch began
            return
        found = self._app.store.find(*self._place.last) if self._place.last else None
        log.warning("relay_resynchronised", service=self._spec.name, from_start=found is None)
        published = dict.fromkeys(self._spec.categories, found) if found else {}
        self._place = _Place(found or "", published, self._place.last)
        self._save(self._place)


_SAVE = """
INSERT INTO checkpoints (subscriber, source, category, cursor, last_event, last_stream, last_version)
VALUES %s
ON CONFLICT (subscriber, source, category) DO UPDATE SET cursor = excluded.cursor,
    last_event = excluded.last_event, last_stream = excluded.last_stream,
    last_version = excluded.last_version, updated_at = clock_timestamp()
"""


_LOAD = """
SELECT category, cursor, last_event::text, last_stream::text, last_version FROM checkpoints
WHERE subscriber = %s AND source = %s
"""


def _place(rows: Iterable[Any]) -> _Place:
    place = _Place()
    for category, at, event, stream, version in rows:
        if category != _ALL:
            place.published[category] = at
            continue
        place.cursor = at
        place.last = (UUID(event), UUID(stream), version) if event else None
    return place
