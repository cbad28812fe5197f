"""A read model: tables that are replayed from events, and nothing else.

Each lives in a PostgreSQL schema of its own, `rm_<name>`; a rebuild makes a second schema beside it
and swaps the names. Handlers therefore write unqualified table names: the projector sets the
`search_path`. Queries name the schema (`rm_work_list.entry`).
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from shared.eventstore.event import Event


@dataclass(frozen=True, slots=True)
class Source:
    """A feed a read model or subscription follows: one category of one service."""

    service: str
    category: str


class ReadModel:
    """Subclass, name it, give it DDL and `apply`.

    `apply` gets events of its sources in feed order, in batches, inside a transaction that also
    moves the checkpoint. It must give the same rows for the same events whatever the batch sizes:
    it reads no clock, draws no serial ids, calls nobody. Raising parks the failing stream.
    One whose rows depend on one stream each is a `FoldedReadModel` and is rebuilt in parallel.
    """

    name: ClassVar[str]
    service: ClassVar[str]
    sources: ClassVar[tuple[Source, ...]]
    ddl: ClassVar[str]
    """CREATE TABLE / INDEX statements with unqualified names. `public` is behind it in the search path."""
    apart: ClassVar[float] = 0.0
    """As `Subscription.apart`."""
    personal: ClassVar[frozenset[str]] = frozenset()
    """Columns that hold what is personal or secret: a verification says that they differ, not how."""

    source: ClassVar[str] = ""
    """Text of the module that the class is in, as it was when it was imported: a program that is replaced on
    disk while it runs must not be taken for the new one. Empty for a class made by hand, in a shell."""

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        module = inspect.getmodule(cls)
        try:
            cls.source = inspect.getsource(module) if module else ""
        except (OSError, TypeError):
            cls.source = ""

    @property
    def schema(self) -> str:
        return f"rm_{self.name}"

    def apply(self, db: Any, events: Sequence[Event]) -> None:
        """`db` is a psycopg2 cursor. Parametrised SQL only."""
        raise NotImplementedError


class Subscription:
    """Follows feeds like a read model, but has effects and a memory of its own (plain tables).

    It is never rebuilt. A new one starts at *now*, unless `from_start` (for one that keeps a copy and
    does nothing outward). `handle` runs in a transaction with the checkpoint: it writes intent, it
    does not send.
    """

    name: ClassVar[str]
    sources: ClassVar[tuple[Source, ...]]
    from_start: ClassVar[bool] = False
    apart: ClassVar[float] = 0.0
    """Seconds from the beginning of a batch of another service's events to the next one's, unless there was
    more than fits into one. So it is late by that much at most, and not at all after a pause as long; under
    load a batch's cost, which hardly depends on how much is in it, is shared among more events."""

    def handle(self, app: Any, db: Any, events: Sequence[Event]) -> None:
        raise NotImplementedError
