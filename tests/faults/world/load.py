"""Writers that append to the till, and insist with the same key until they know that it is stored."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from time import sleep
from uuid import UUID, uuid4

from shared.clock import Clock
from shared.database.pool import Database
from shared.eventstore.errors import StoreUnavailable
from shared.eventstore.event import Metadata, NewEvent
from shared.eventstore.postgres import PostgresEventStore
from shared.testing.waiting import await_that
from tests.faults.world.model import Model

WRITERS = 3
STREAMS = 8
PAUSE = 0.2
AGAIN = 0.1


class Writer:
    """For one thread."""

    def __init__(self, dsn: str, clock: Clock, model: Model) -> None:
        self._db = Database(dsn, size=1)
        self._store = PostgresEventStore(self._db, "till", clock)
        self._clock = clock
        self._model = model
        self._versions: Counter[UUID] = Counter()
        self.refused: Counter[str] = Counter()

    def append(self, stream: UUID, number: int = 1, *, insist: bool = True, bent: bool = False) -> UUID:
        """Answers the last event's id when everything is acknowledged. Without `insist` it raises
        `StoreUnavailable` at the first failure, and the same events are still owed (`settle`)."""
        facts = [self._coin(stream, n, bent) for n in range(number)]
        self._owed = (stream, facts, str(uuid4()))
        return self.settle(insist=insist)

    def settle(self, *, insist: bool = True) -> UUID:
        stream, facts, key = self._owed
        while True:
            try:
                self._once(stream, facts, key)
                break
            except StoreUnavailable as error:
                self.refused[str(error.context.get("sqlstate"))] += 1
                if not insist:
                    raise
                sleep(AGAIN)
        self._versions[stream] += len(facts)
        self._model.acknowledged(stream, facts)
        return facts[-1].id

    def close(self) -> None:
        self._db.close()

    def _coin(self, stream: UUID, n: int, bent: bool) -> NewEvent:
        worth = self._versions[stream] + n + 1
        data = {"worth": worth, "note": "x" * 300} | ({"bent": True} if bent else {})
        return NewEvent("coin.laid", data, self._clock.now())

    def _once(self, stream: UUID, facts: list[NewEvent], key: str) -> None:
        with self._store.unit_of_work() as unit:
            if unit.begin_command("writer", key, key) is None:
                unit.append(stream, self._versions[stream], facts, Metadata("writer", command_id=key))
                unit.finish_command({"stored": len(facts)})


class Load:
    """`WRITERS` threads, each with streams of its own."""

    def __init__(self, dsn: str, clock: Clock, model: Model, seed: int) -> None:
        self._writers = [Writer(dsn, clock, model) for _ in range(WRITERS)]
        self._model = model
        self._random = Random(seed)
        self._stop = threading.Event()
        self._errors: list[BaseException] = []

    @contextmanager
    def running(self) -> Iterator[None]:
        self._stop.clear()
        crew = [
            threading.Thread(target=self._write, args=(writer, Random(self._random.random())))
            for writer in self._writers
        ]
        for thread in crew:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in crew:
                thread.join()
        assert not self._errors, self._errors

    def more(self, number: int = 30) -> None:
        """Wait until so many further events are acknowledged."""
        before = len(self._model)
        await_that(lambda: self._errors or len(self._model) >= before + number, "further events")

    def close(self) -> None:
        for writer in self._writers:
            writer.close()

    def _write(self, writer: Writer, random: Random) -> None:
        streams = [uuid4() for _ in range(STREAMS)]
        try:
            while not self._stop.wait(random.random() * PAUSE):
                writer.append(random.choice(streams), random.choice((1, 1, 1, 3)))
        except Exception as error:
            self._errors.append(error)
            raise
