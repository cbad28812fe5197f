"""What must be true of the world: everything acknowledged is stored, seen and counted, once, in order."""

from __future__ import annotations

from collections import Counter, defaultdict
from threading import Lock
from typing import Any
from uuid import UUID

from shared.eventstore.event import NewEvent


class Model:
    """Filled by whoever appends, after the acknowledgement; a plain copy of what history has to be."""

    def __init__(self) -> None:
        self.streams: dict[UUID, list[UUID]] = defaultdict(list)
        self.worth: Counter[UUID] = Counter()
        self._lock = Lock()

    def acknowledged(self, stream: UUID, events: list[NewEvent]) -> None:
        with self._lock:
            self.streams[stream] += [event.id for event in events]
            self.worth[stream] += sum(event.data["worth"] for event in events)

    def __len__(self) -> int:
        with self._lock:
            return sum(len(events) for events in self.streams.values())

    def check_events(self, rows: list[dict[str, Any]], who: str) -> None:
        """`rows` are (stream, version, event_id) in the order in which `who` has them."""
        found: dict[UUID, list[tuple[int, UUID]]] = defaultdict(list)
        for row in rows:
            found[UUID(row["stream"])].append((row["version"], UUID(row["event_id"])))
        for stream, wanted in self.streams.items():
            has = found.pop(stream, [])
            assert has == list(enumerate(wanted, start=1)), f"{who} has a wrong history of {stream}"
        assert not found, f"{who} has streams that nobody was told are stored"

    def check_counted(self, rows: list[dict[str, Any]], who: str) -> None:
        has = {UUID(row["stream"]): (row["number"], row["total"]) for row in rows}
        wanted = {stream: (len(ids), self.worth[stream]) for stream, ids in self.streams.items()}
        assert has == wanted, f"{who} counts otherwise than the model"
