"""A TCP proxy of the test's own: between a process and what it speaks to, to hurt the way between them."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Lock, Thread
from time import sleep
from typing import Self

Dial = Callable[[], socket.socket]
"""Opens a connection to the other side; raises `OSError`."""

_CHUNK = 65536
_RESET = struct.pack("ii", 1, 0)


class Proxy:
    """Listens on a port of its own. Ways to hurt what passes, each until `heal`:

    `cut()` resets every connection and refuses new ones; `delay` holds each piece for so many seconds;
    `silence()` is the half-open connection: nobody is told anything, what is sent is acknowledged by the
    kernel here and goes nowhere, and new connections are accepted and hear nothing.
    """

    def __init__(self, dial: Dial) -> None:
        self.delay = 0.0
        self._dial = dial
        self._open = Event()
        self._open.set()
        self._refusing = False
        self._ended = False
        self._lock = Lock()
        self._sockets: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        Thread(target=self._accept, name=f"proxy-{self.port}", daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ended = True
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        self._refusing = True
        self.reset()

    def reset(self) -> None:
        """Break every connection with a reset; new ones are let through."""
        with self._lock:
            sockets, self._sockets = self._sockets, set()
        for one in sockets:
            with suppress(OSError):
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            _hang_up(one)

    def silence(self) -> None:
        self._open.clear()

    def heal(self) -> None:
        """Connections that were silenced stay lost: what they swallowed would make no sense later."""
        if not self._open.is_set():
            self.reset()
        self.delay, self._refusing = 0.0, False
        self._open.set()

    def _accept(self) -> None:
        while not self._ended:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self._refusing:
                near.close()
                continue
            self._keep(near)
            if self._open.is_set():
                Thread(target=self._join, args=(near,), daemon=True).start()

    def _join(self, near: socket.socket) -> None:
        try:
            far = self._dial()
        except OSError:
            near.close()
            return
        far.settimeout(None)  # an idle connection is no broken one
        self._keep(far)
        Thread(target=self._pump, args=(near, far), daemon=True).start()
        self._pump(far, near)

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(_CHUNK):
                if not self._open.is_set():
                    return  # swallowed; the sockets stay open and hear nothing more
                if self.delay:
                    sleep(self.delay)
                target.sendall(data)
        except OSError:
            pass  # broken on one side, so broken on both
        if self._open.is_set():
            for one in (source, target):
                _hang_up(one)

    def _keep(self, one: socket.socket) -> None:
        with self._lock:
            self._sockets.add(one)


def _hang_up(one: socket.socket) -> None:
    """Closing alone tells nobody while another thread still waits in it."""
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


def to_port(port: int) -> Dial:
    return lambda: socket.create_connection(("127.0.0.1", port), timeout=5)


def to_first_alive(ports: list[int]) -> Dial:
    """As a load balancer in front of a cluster does it."""

    def dial() -> socket.socket:
        for port in ports:
            with suppress(OSError):
                return socket.create_connection(("127.0.0.1", port), timeout=5)
        raise OSError("nobody is there")

    return dial
