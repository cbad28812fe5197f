"""Follows another service's events: the one rule of delivery, whatever the broker did on the way.

    `previous` is at or before my checkpoint, the event after it   apply
    the event is at or before my checkpoint                        drop
    anything else                                                  pull the owner's feed from there

Duplicates, lost messages, a lost last message (a `category.head` tells), redelivery in any order, a
purged queue, a new subscriber and a week offline are all this rule.

A cursor of another epoch (the owner was promoted or restored) is the fourth case: the owner is asked for
what follows the event applied last, which it finds by id. If it does not know that event, it lost it:
the subscriber stops, and an operator decides. Who has applied nothing yet names the place where it stood.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog

from shared.eventstore.cursor import Next, reaches, relate
from shared.eventstore.errors import UnknownCursor
from shared.messaging.cloudevents import HEAD, from_cloudevent
from shared.messaging.published import HEAD as FROM_NOW
from shared.messaging.published import behind, common
from shared.problems import Problem
from shared.readmodel import checkpoints, metrics
from shared.readmodel.applying import Applier, Batch, SubscriberStopped
from shared.readmodel.checkpoints import Checkpoint, CheckpointMoved
from shared.readmodel.consumer import Consumer, as_consumer
from shared.readmodel.model import ReadModel, Source, Subscription
from shared.service.application import Application

PULL = 500

Pull = Callable[[str, str, int], Mapping[str, Any]]
"""`pull(category, after, limit)`: the owner's `feed` operation, as `published.feed_page` answers.

Raises `Problem` 410 `unknown_cursor` (or `UnknownCursor`), or 503 when the owner can't be reached."""

log = structlog.get_logger(__name__)


class Subscriber:
    """One consumer of one source service. Transport-agnostic; for one thread or greenlet at a time.

    Everything raises: `SubscriberStopped` (give up until resumed), `ValueError` (no event of ours:
    dead-letter it), or a passing failure (`failures.is_passing`: come again with the same messages).
    Nothing is to be acknowledged before the call has returned.
    """

    def __init__(
        self,
        app: Application,
        what: ReadModel | Subscription | Consumer,
        service: str,
        pull: Pull,
        *,
        limit: int = PULL,
    ) -> None:
        self._app = app
        self._consumer = as_consumer(app, what)
        self._service = service
        self._pull = pull
        self._limit = limit
        self._applier = Applier(app, self._consumer)
        self._places: dict[str, str] = {}
        self._forgives = False
        self.name = self._consumer.name
        self.categories = self._consumer.categories(service)
        self.apart = self._consumer.apart

    def begin_again(self) -> None:
        """After an operator resumed it: what it applied and the owner lost is left as it is."""
        self._places.clear()
        self._forgives = True
        self._applier.begin_again()

    def receive(self, message: Mapping[str, Any]) -> None:
        """One message of the queue, an event or a head."""
        self.receive_batch([message])

    def receive_batch(self, messages: Sequence[Mapping[str, Any]]) -> None:
        """Messages in the order they came; what follows one another is applied in one transaction."""
        waiting: list[Mapping[str, Any]] = []
        for message in messages:
            category = _category(message)
            if category not in self.categories:
                continue
            if message["type"] == HEAD or (waiting and _category(waiting[-1]) != category):
                self._apply(waiting)
                waiting = []
            if message["type"] == HEAD:
                self._head(category, message["data"])
            elif self._follows(category, message, waiting):
                waiting.append(message)
        self._apply(waiting)

    def pull_until_current(self, category: str | None = None) -> int:
        """Read the owner's feed to its end; answers how many events were applied. Do so at each start."""
        total = 0
        for each in self.categories if category is None else (category,):
            while True:
                count, more = self.pull_page(each)
                total += count
                if not more:
                    break
        return total

    def pull_unless_fed(self, within: float) -> int:
        """After a silence: answers how many events were applied that should have come through the broker.

        One query and nothing else if a place was moved in the last `within` seconds: another replica is fed,
        and this one stands by.
        """
        with self._app.db.at_once() as db:
            unmoved = checkpoints.seconds_unmoved(db, self.name, self._service)
        if unmoved is not None and unmoved < within:
            return 0
        self._places.clear()  # another replica may have moved them long ago
        return self.pull_until_current()

    def pull_page(self, category: str) -> tuple[int, bool]:
        """Apply one page of the owner's feed; answers how many events, and whether there is more."""
        seen = self._place(category)
        metrics.PULLED.labels(self._app.name, self.name, self._service).inc()
        try:
            page = self._ask(category, seen)
            events = [from_cloudevent(message) for message in page["events"]]
            head_at = datetime.fromisoformat(page["head_at"]) if page["head_at"] else None
            source = Source(self._service, category)
            if not self._applier.apply(Batch(source, seen, events, page["cursor"], head_at)):
                raise Problem(503, "busy", f"another replica is applying for {self.name}")
        except CheckpointMoved:
            self._places.pop(category, None)
            return 0, True
        self._places[category] = page["cursor"]
        return len(events), head_at is None

    def _follows(self, category: str, message: Mapping[str, Any], waiting: list[Mapping[str, Any]]) -> bool:
        """Whether the message comes right after those waiting. Applies these and pulls at a gap."""
        place = waiting[-1]["cursor"] if waiting else self._place(category)
        relation = relate(place, message["previous"], message["cursor"])
        if relation in (Next.GAP, Next.FOREIGN):
            self._apply(waiting)
            waiting.clear()
            log.info("pulling", subscriber=self.name, category=category, because=relation.value)
            self.pull_until_current(category)
            relation = relate(self._place(category), message["previous"], message["cursor"])
        return relation is Next.FOLLOWS

    def _apply(self, messages: Sequence[Mapping[str, Any]]) -> None:
        if not messages:
            return
        category, cursor = _category(messages[0]), messages[-1]["cursor"]
        events = [from_cloudevent(message) for message in messages]
        batch = Batch(Source(self._service, category), self._place(category), events, cursor, None)
        try:
            if not self._applier.apply(batch):
                raise Problem(503, "busy", f"another replica is applying for {self.name}")
        except CheckpointMoved:
            self._places.pop(category, None)
            self.pull_until_current(category)
            return
        self._places[category] = cursor

    def _head(self, category: str, head: Mapping[str, Any]) -> None:
        """The owner says how far the category reaches: pull if we stand before that, else note the time."""
        place = self._place(category)
        try:
            current = reaches(place, head["cursor"])
        except UnknownCursor:
            current = False
        if not current:
            self.pull_until_current(category)
            return
        tick_at = datetime.fromisoformat(head["tick_at"])
        try:
            self._applier.apply(Batch(Source(self._service, category), place, (), place, tick_at))
        except CheckpointMoved:
            self._places.pop(category, None)

    def _place(self, category: str) -> str:
        if category not in self._places:
            self._places[category] = self._checkpoint(category).cursor
        return self._places[category]

    def _checkpoint(self, category: str) -> Checkpoint:
        """Our row; a new subscriber's is made here: at the owner's head, or at the beginning."""
        source = Source(self._service, category)
        with self._app.db.transaction() as db:
            known = checkpoints.load(db, self.name, source)
        if known is not None:
            return known
        begin = "" if self._consumer.from_start else str(self._pull(category, FROM_NOW, 1)["cursor"])
        with self._app.db.transaction() as db:
            checkpoints.start(db, self.name, source, begin)
        return self._checkpoint(category)

    def _ask(self, category: str, seen: str) -> Mapping[str, Any]:
        try:
            return self._pull(category, seen, self._limit)
        except (Problem, UnknownCursor) as error:
            if isinstance(error, Problem) and error.code != "unknown_cursor":
                raise
        return self._ask_behind_last(category)

    def _ask_behind_last(self, category: str) -> Mapping[str, Any]:
        """The owner began a new epoch: position by the event applied last, or by the place where we stood.

        If the owner lost that event we stop, for what was applied here never happened there. Resumed by an
        operator, we go on from the last place that both histories share.
        """
        known = self._checkpoint(category)
        log.warning("resynchronising", subscriber=self.name, source=self._service, category=category)
        after = behind(*known.last) if known.last else common(known.cursor)
        if known.last is None and self._consumer.from_start:
            after = ""
        try:
            return self._pull(category, after, self._limit)
        except (Problem, UnknownCursor) as error:
            if isinstance(error, Problem) and error.code != "unknown_cursor":
                raise
            if self._forgives and known.last:
                return self._ask_from_common(category, known)
            why = f"{self._service} does not know the {category} event that {self.name} applied last"
            raise SubscriberStopped(f"{why}: {known.last}") from error

    def _ask_from_common(self, category: str, known: Checkpoint) -> Mapping[str, Any]:
        log.warning("applied_what_was_lost", subscriber=self.name, category=category, last=str(known.last))
        try:
            return self._pull(category, common(known.cursor), self._limit)
        except (Problem, UnknownCursor) as error:
            if isinstance(error, Problem) and error.code != "unknown_cursor":
                raise
            raise SubscriberStopped(
                f"{self._service} and {self.name} share no place of {category}: rebuild, or start it anew"
            ) from error


def _category(message: Mapping[str, Any]) -> str:
    """Raises `ValueError` for what is neither an event nor a head."""
    try:
        if message["type"] == HEAD:
            return str(message["data"]["category"])
        if not isinstance(message["cursor"], str) or not isinstance(message["previous"], str):
            raise ValueError("an event without its places")
        return str(message["type"]).partition(".")[0]
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a message of ours: {error!r}") from error
