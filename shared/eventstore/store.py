"""What an event store promises. `postgres.py` keeps it for real, `memory.py` for tests.

`tests/contract/` holds both to the same tests.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from shared.eventstore.command import First
from shared.eventstore.event import Event, Metadata, NewEvent


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Events in feed order, and how far the feed reaches.

    `cursor` is where to go on from: the last event's, or, when nothing of the category followed,
    a later place that was looked through. Every event of this page's category that was committed
    before `head_at` is in this page or before it. `head_at` None means there is more to read, even
    when this page is short or empty: a page looks through a bounded stretch only.
    `previous` of an event is a cursor with no event of its category between the two.
    """

    events: Sequence[Event]
    cursor: str
    head_at: datetime | None


class UnitOfWork(Protocol):
    """One transaction. Leaving the context commits, an exception rolls all of it back."""

    @property
    def cursor(self) -> Any:
        """psycopg2 cursor of the same transaction, for the service's own rows (None in memory)."""
        ...

    first: Any
    """What `begin_command` was asked to find out, once it has claimed the key; None in memory."""

    def begin_command(
        self, principal: str, key: str, fingerprint: str, first: First | None = None
    ) -> dict[str, Any] | None:
        """Claim an idempotency key; call it first.

        Answers the stored answer if this command succeeded before. Raises `CommandKeyReused` when
        the key came with another fingerprint. Blocks while another transaction holds the same key.
        """
        ...

    def finish_command(self, answer: dict[str, Any], *, personal: bool = False) -> None:
        """Store the answer that the same key shall get again. Only successes are stored.

        `personal`: its `value` is sealed for the principal.
        """
        ...

    def together(self, subjects: Iterable[str] = ()) -> None:
        """Keep what is appended from here on, and send it in one statement: when somebody looks (`cursor`,
        `read_stream`), at the latest with the commit. Only then does it raise `StaleVersion`.

        `subjects`: whose new streams are to come. Their keys are asked for at once.
        """
        ...

    def append(
        self, stream: UUID, expected_version: int, events: Sequence[NewEvent], metadata: Metadata
    ) -> int:
        """Append and answer the stream's new version. 0 is expected of a stream that is not there.

        Raises `StaleVersion` if the stream is not at `expected_version`; then the transaction is
        over and the context must be left. In a unit that does nothing but append and read streams it
        may come only when the context is left: all is sent then, in one statement. So it is after
        `together`.
        """
        ...

    def read_stream(self, stream: UUID, after_version: int = 0) -> list[Event]:
        """The stream's events in order, those appended in this transaction included."""
        ...

    @property
    def txid(self) -> int:
        """This transaction's id; with the service's name it makes the token a write answers with."""
        ...


class EventStore(Protocol):
    def unit_of_work(self) -> AbstractContextManager[UnitOfWork]: ...

    def read_stream(self, stream: UUID, after_version: int = 0) -> list[Event]: ...

    def read_feed(self, after: str = "", *, category: str | None = None, limit: int = 1000) -> FeedPage:
        """Committed events after a cursor ("" is the beginning), in the one order every reader sees.

        Never skips an event and never hands one out twice, however long its writer took to commit.
        Shows what the ticks taken so far show: `tick()` first to see the newest.
        Raises `UnknownCursor`.
        """
        ...

    def follow(self, after: str, *, category: str | None = None, limit: int = 1000) -> FeedPage:
        """As `read_feed`, for who stands near the end all the time: several such readers of one process cost
        one. May be up to a second old while this process hears of no tick."""
        ...

    def head(self) -> str:
        """A cursor after everything the newest tick shows: where a subscriber that starts at "now" begins."""
        ...

    def tick(self) -> bool:
        """Take a tick if there is anything new to show. True if one was taken. Primary only."""
        ...

    def wait(self, timeout: float) -> bool:
        """Block until a tick was taken since this thread's last call, or `timeout` seconds. May be early."""
        ...

    def wait_for_append(self, timeout: float) -> bool:
        """The same for appends of this process: what the ticker waits for."""
        ...

    def reached(self, cursor: str, txid: int, *, category: str | None = None) -> bool:
        """Whether a reader standing at `cursor` has seen what transaction `txid` appended.

        Everything, or all of one category: a reader of that category stands still at its last event.
        """
        ...

    def appended_by(self, txid: int) -> set[tuple[UUID, str]]:
        """The streams and categories a committed transaction appended to; empty if it isn't (yet) one."""
        ...

    def common(self, cursor: str) -> str | None:
        """The place of the present epoch that a cursor of an earlier one stands for, or the last that both
        epochs share if it stood beyond that. None for an epoch of which nothing is known here."""
        ...

    def find(self, id: UUID, stream: UUID, version: int) -> str | None:
        """The cursor of an event in the present epoch, for readers whose own cursor is no longer known."""
        ...
