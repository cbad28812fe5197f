"""Questions to other services over nameko's RPC protocol, from any thread or greenlet of a process.

Our own client rather than nameko's proxies, which need a running nameko worker, wait without a
deadline, and leave the waiting caller hanging when the broker drops the connection.
"""

from __future__ import annotations

import json
import time
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread
from typing import Any
from uuid import uuid4

import structlog
from kombu import Connection, Consumer
from kombu.pools import producers
from kombu.utils.json import JSONEncoder

from shared.messaging.connection import BROKER_ERRORS, connect, connected
from shared.messaging.envelope import Envelope, deadline_in
from shared.messaging.line import Line
from shared.messaging.rpc_reply import RETRY, TRANSIENT
from shared.messaging.topology import RPC, reply_queue
from shared.observability import metrics
from shared.problems import Problem, not_found
from shared.security.actor import ANONYMOUS, Actor
from shared.security.tokens import service_token
from shared.service.call import Answer

log = structlog.get_logger(__name__)

_RETRY_SECONDS = 0.5
_CONFIRM_SECONDS = 3.0
"""In which the broker takes a question, which it keeps in memory. One that does not is asked anew."""

_GIVEN_BACK: dict[str, Any] = {}
_LOST = {"problem": Problem(503, "service_unavailable", "the connection was lost while waiting").as_dict()}


Mailbox = SimpleQueue[dict[str, Any]]


class RpcClient:
    """One reply queue per process and service; `start` before the first request, `stop` at the end."""

    def __init__(self, url: str, name: str) -> None:
        self._url = url
        self._name = name
        self._address = str(uuid4())
        self._line: Line | None = None
        self._waiting: dict[str, SimpleQueue[dict[str, Any]]] = {}
        self._producers = producers[connect(url, confirm=True)]
        self._lock = Lock()
        self._stop = Event()
        self.ready = Event()
        self._thread = Thread(target=self._listen, name=f"rpc-replies-{name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(timeout=5)

    def request(self, service: str, operation: str, envelope: Envelope) -> dict[str, Any]:
        """Send and wait until the envelope's deadline. Raises the 503 problem when no answer came."""
        ticket = str(uuid4())
        mailbox: Mailbox = SimpleQueue()
        with self._lock:
            self._waiting[ticket] = mailbox
        deadline = envelope.deadline or deadline_in(10)
        try:
            if not self.ready.wait(max(0, deadline - time.time())):
                raise _unavailable(service, "there is no connection to the broker")
            line = self._line
            if line is None:
                self._publish(service, operation, envelope, ticket)
                return mailbox.get(timeout=max(0.001, deadline - time.time()))
            found = self._ask(line, f"{service}.{operation}", _written(envelope), ticket, mailbox, deadline)
            if found is _GIVEN_BACK:
                raise _unavailable(service, "it is not running")
            return found
        except OSError as error:
            log.warning("request_not_sent", target=service, operation=operation, error=repr(error))
            raise _unavailable(service, "the broker can't be reached") from error
        except Empty:
            metrics.REMOTE_TIMEOUTS.labels(self._name, service).inc()
            raise _unavailable(service, f"{operation} gave no answer in time") from None
        finally:
            with self._lock:
                self._waiting.pop(ticket, None)

    def _ask(
        self, line: Line, key: str, body: bytes, ticket: str, mailbox: Mailbox, deadline: float
    ) -> dict[str, Any]:
        """Raises `Empty` at the deadline, `OSError` when the broker says nothing at all for
        `_CONFIRM_SECONDS`: halfway it is sent what it must give back."""
        heard = line.heard
        line.ask(body, key, ticket, self._address)
        for probe in (f"nobody.{ticket}", None):
            try:
                left = deadline - time.time()
                return mailbox.get(timeout=max(0.001, min(left, _CONFIRM_SECONDS / 2)))
            except Empty:
                if line.heard != heard or left <= _CONFIRM_SECONDS / 2:
                    break
                if probe is None:
                    raise TimeoutError("the broker says nothing") from None
                line.ask(b"{}", probe, "", self._address)
        return mailbox.get(timeout=max(0.001, deadline - time.time()))

    def _publish(self, service: str, operation: str, envelope: Envelope, ticket: str) -> None:
        try:
            with self._producers.acquire(block=True) as producer:
                producer.publish(
                    _written(envelope),
                    content_type="application/json",
                    content_encoding="utf-8",
                    exchange=RPC,
                    declare=[RPC],
                    routing_key=f"{service}.{operation}",
                    delivery_mode=TRANSIENT,
                    mandatory=True,
                    reply_to=self._address,
                    correlation_id=ticket,
                    retry=True,
                    retry_policy=RETRY,
                    confirm_timeout=_CONFIRM_SECONDS,
                )
        except BROKER_ERRORS as error:
            if "NO_ROUTE" in str(error):  # kombu wraps the channel error in one of its own, or does not
                raise _unavailable(service, "it is not running") from error
            log.warning("request_not_sent", target=service, operation=operation, error=repr(error))
            raise _unavailable(service, "the broker can't be reached") from error

    def _listen(self) -> None:
        while not self._stop.is_set():
            try:
                with connected(self._url) as connection:
                    self._consume(connection)
            except BROKER_ERRORS as error:
                if not self._stop.is_set():
                    log.warning("replies_interrupted", service=self._name, error=repr(error))
            self.ready.clear()
            self._line = None
            self._lose_waiting()
            self._stop.wait(_RETRY_SECONDS)

    def _consume(self, connection: Connection) -> None:
        queue = reply_queue(self._name, self._address)
        channel = connection.channel()
        consumer = Consumer(channel, queues=[queue], callbacks=[self._deliver], accept=["json"], no_ack=True)
        with consumer:
            self._line = Line.of(channel, RPC.name)
            if self._line is not None:
                channel.events["basic_return"].add(self._given_back)
            self.ready.set()
            checked = time.monotonic()
            while not self._stop.is_set():
                with suppress(TimeoutError):
                    connection.drain_events(timeout=1)
                # Not only when nothing came: nothing else is sent from here, and a broker that hears nothing
                # hangs up in the middle of the busiest hour.
                if time.monotonic() - checked >= 1:
                    connection.heartbeat_check()
                    checked = time.monotonic()

    def _deliver(self, body: Any, message: Any) -> None:
        with self._lock:
            mailbox = self._waiting.get(message.properties.get("correlation_id"))
        if mailbox is None:
            return  # its caller has stopped waiting
        if body.get("error"):
            mailbox.put({"problem": _framework_problem(body["error"]).as_dict()})
        else:
            mailbox.put(body["result"])

    def _given_back(self, _error: Any, _exchange: str, _key: str, message: Any) -> None:
        """Nobody is bound for it."""
        with self._lock:
            mailbox = self._waiting.get(message.properties.get("correlation_id"))
        if mailbox is not None:
            mailbox.put(_GIVEN_BACK)

    def _lose_waiting(self) -> None:
        """Whoever waits is told now: the reply may have gone with the connection."""
        with self._lock:
            waiting = list(self._waiting.values())
        for mailbox in waiting:
            mailbox.put(_LOST)


def _written(envelope: Envelope) -> bytes:
    """As nameko reads a call."""
    call = {"args": [envelope.as_dict()], "kwargs": {}}
    return json.dumps(call, ensure_ascii=False, cls=JSONEncoder).encode()


class NamekoRemote:
    """`shared.service.application.Remote` over RPC, for one service's own questions and forwarded ones."""

    def __init__(self, client: RpcClient, service: str, secret: str) -> None:
        self._client = client
        self._token = service_token(service, secret)

    def call(
        self,
        service: str,
        operation: str,
        *,
        actor: Actor | None = None,
        body: dict[str, Any] | None = None,
        params: dict[str, Any] | None = None,
        key: str | None = None,
        timeout: float = 10.0,
        if_match: int | None = None,
        after_token: str | None = None,
        correlation_id: str | None = None,
        language: str = "zh-CN",
    ) -> Answer:
        envelope = Envelope(
            token=self._token_of(actor),
            body=body or {},
            params=params or {},
            key=key,
            if_match=if_match,
            after_token=after_token,
            correlation_id=correlation_id,
            language=language,
            deadline=deadline_in(timeout),
        )
        reply = self._client.request(service, operation, envelope)
        if "problem" in reply:
            raise Problem.from_dict(reply["problem"])
        return Answer.from_dict(reply["answer"])

    def _token_of(self, actor: Actor | None) -> str | None:
        if actor is None or "service" in actor.roles:
            return self._token
        if actor == ANONYMOUS:
            return None
        token: str | None = actor.extra.get("token")
        if token is None:
            raise ValueError("an actor without its token can't be vouched for to another service")
        return token


def _framework_problem(error: dict[str, Any]) -> Problem:
    """What nameko itself refused before our code saw the request."""
    if error.get("exc_type") == "MethodNotFound":
        return not_found(f"operation {error.get('value')}")
    log.error("request_refused_by_framework", error=str(error))
    return Problem(500, "internal_error", "the other service could not read the request")


def _unavailable(service: str, why: str) -> Problem:
    return Problem(503, "service_unavailable", f"{service} can't be asked: {why}")
