"""Cases that live side by side, one event per commit, at a steady rate."""

from __future__ import annotations

import json
from itertools import count
from threading import Event, Lock
from time import monotonic
from uuid import UUID

from benchmarks.histories import NUMBER, WHO, Template, few_templates
from services.cases.streams import case_stream
from shared.eventstore.event import Metadata, NewEvent
from shared.eventstore.postgres import PostgresEventStore


class Appender:
    """Several threads or greenlets may `run` it; together they keep to `rate`."""

    def __init__(self, store: PostgresEventStore, rate: float) -> None:
        self.stored: list[tuple[str, int, float]] = []
        self._store = store
        self._apart = 1.0 / rate
        self._next = monotonic() + 1.0  # when everything beside it has begun
        self._templates = few_templates()
        self._numbers = count()
        self._mine = Lock()

    def run(self, stop: Event) -> None:
        while not stop.is_set():
            number = next(self._numbers)
            case_no = f"115116020000202604{number:012}"
            self._live(self._templates[number % len(self._templates)], case_no, stop)

    def _live(self, template: Template, case_no: str, stop: Event) -> None:
        stream = case_stream(case_no)
        for version, fact in enumerate(template):
            stop.wait(max(0.0, self._turn() - monotonic()))
            if stop.is_set():
                return
            data = json.loads(fact.data.replace(NUMBER, case_no).replace(WHO, "citizen-1"))
            self._append(stream, version, NewEvent(fact.type, data, fact.at))

    def _append(self, stream: UUID, version: int, event: NewEvent) -> None:
        with self._store.unit_of_work() as unit:
            unit.append(stream, version, [event], Metadata("clerk-1", "clerk"))
        self.stored.append((str(stream), version + 1, monotonic()))

    def _turn(self) -> float:
        """When the next event is due. A rate that can't be kept is not made up for in a burst."""
        with self._mine:
            self._next = max(self._next + self._apart, monotonic() - 0.05)
            return self._next
