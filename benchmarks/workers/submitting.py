"""Sends requests over HTTP as fast as they are answered: one thread, plain sockets, ready-made bytes, since
it shares the processors with what it measures. Standard library only.

Input: a line `{address, clients, requests: [{method, path, token, body}]}`, then a line of seconds per round.
Answers each round with `{done, refused, seconds, times, cpu}`; `refused` has the first answer that was no
success, `cpu` is this process's own.
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
from collections.abc import Callable, Iterator
from itertools import cycle
from time import perf_counter, process_time
from typing import Any
from uuid import uuid4


class Client:
    """One connection that stays open, one request at a time."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.began = 0.0
        self._got = b""

    def send(self, request: bytes) -> None:
        self._got, self.began = b"", perf_counter()
        self.socket.sendall(request)

    def answer(self) -> tuple[int, bytes] | None:
        """Status and body when all of it is here."""
        piece = self.socket.recv(65536)
        if not piece:
            raise ConnectionError("the server hung up")
        self._got += piece
        head, gap, body = self._got.partition(b"\r\n\r\n")
        if not gap or len(body) < _length(head):
            return None
        return int(head[9:12]), body


def _length(head: bytes) -> int:
    lines = (line.partition(b":") for line in head.split(b"\r\n"))
    return next(int(value) for name, _, value in lines if name.lower() == b"content-length")


def written(wanted: dict[str, Any]) -> Callable[[], bytes]:
    """Makes the bytes of one request; commands have a key of their own each."""
    head = f"{wanted['method']} {wanted['path']} HTTP/1.1\r\nHost: bench\r\n"
    if wanted["token"]:
        head += f"Authorization: Bearer {wanted['token']}\r\n"
    if wanted["method"] == "GET":
        whole = (head + "\r\n").encode()
        return lambda: whole
    body = json.dumps(wanted["body"], ensure_ascii=False).encode()
    head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nIdempotency-Key: "
    before = head.encode()
    return lambda: before + uuid4().hex.encode() + b"\r\n\r\n" + body


def work(crew: list[Client], requests: Iterator[Callable[[], bytes]], seconds: float) -> dict[str, Any]:
    """Until `seconds` are over; requests that are out then are waited for, and counted."""
    times: list[float] = []
    refused: list[str] = []
    with selectors.DefaultSelector() as look:
        for client in crew:
            look.register(client.socket, selectors.EVENT_READ, client)
        used, began, busy = process_time(), perf_counter(), len(crew)
        for client in crew:
            client.send(next(requests)())
        while busy:
            for key, _ in look.select():
                answer = key.data.answer()
                if answer is None:
                    continue
                now = perf_counter()
                times.append(now - key.data.began)
                if answer[0] >= 300:
                    refused.append(f"{answer[0]} {answer[1].decode()[:500]}")
                if now - began < seconds:
                    key.data.send(next(requests)())
                else:
                    busy -= 1
    took = perf_counter() - began
    return {
        "done": len(times),
        "seconds": took,
        "times": times,
        "refused": refused[:1],
        "cpu": process_time() - used,
    }


def main() -> None:
    order = json.loads(sys.stdin.readline())
    crew = [Client(tuple(order["address"])) for _ in range(order["clients"])]
    requests = cycle([written(each) for each in order["requests"]])
    for line in sys.stdin:
        print(json.dumps(work(crew, requests, float(line))), flush=True)


if __name__ == "__main__":
    main()
