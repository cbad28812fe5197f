"""Work that goes on beside a test until the test has seen enough."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread


@contextmanager
def running(work: Callable[[Event], object], stop: Event | None = None) -> Iterator[None]:
    """`work` in a thread for the length of the block; told to stop then, and must within ten seconds."""
    stop = stop or Event()
    thread = Thread(target=work, args=(stop,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(10)
        if thread.is_alive():
            raise AssertionError("it was told to stop, and goes on")
