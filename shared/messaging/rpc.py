"""Makes a plain service class answer over nameko RPC.

One JSON envelope in, `{"answer": ...}` or `{"problem": ...}` out: nothing but data crosses, so a caller
in another language, or on another framework, could take part.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import psycopg2
import structlog
from nameko.exceptions import MethodNotFound
from nameko.messaging import QueueConsumer
from nameko.rpc import Rpc, RpcConsumer

from shared.domain.decision import Refusal
from shared.eventstore.errors import StoreUnavailable, UnknownCursor
from shared.eventstore.waiting import wait_for
from shared.messaging.connection import BROKER_ERRORS
from shared.messaging.envelope import Envelope, fingerprint, serving
from shared.messaging.operations import CommonOperations, OwnerOperations, operations_of
from shared.messaging.rpc_reply import answer_on_line, send_reply
from shared.messaging.topology import request_queue
from shared.observability import metrics
from shared.problems import Problem
from shared.security.actor import ANONYMOUS
from shared.security.tokens import TokenVerifier
from shared.service.application import Application
from shared.service.call import Answer, Call
from shared.service.execute import refused
from shared.service.operation import Operation, load
from shared.service.spec import ServiceSpec

log = structlog.get_logger(__name__)

RECONNECT_SECONDS = 1.0
"""Between a service's attempts to be there for questions again after it lost the broker."""


class SturdyQueueConsumer(QueueConsumer):
    """nameko's own waits two seconds longer each time, half a minute at last: a service that is up, beside a
    broker that is up again, and nobody can ask it."""

    @contextmanager
    def establish_connection(self) -> Iterator[Any]:
        with self.create_connection() as connection:
            connection.ensure_connection(
                self.on_connection_error, interval_start=RECONNECT_SECONDS, interval_step=0
            )
            yield connection


class SturdyRpcConsumer(RpcConsumer):
    """nameko's own kills the whole service when a reply can't be published, and has the broker write each
    reply to its disk; its queue, durable and on one node, can't be consumed from while that node is down.

    We keep the service: the request stays unacknowledged and comes again after the reconnection,
    where its deadline discards it or its idempotency key answers it.
    """

    queue_consumer = SturdyQueueConsumer()

    def __init__(self) -> None:
        super().__init__()
        self._by_key: dict[str, Any] = {}

    def setup(self) -> None:
        if self.queue is None:  # type: ignore[has-type]
            self.queue = request_queue(self.container.service_name)
            self.queue_consumer.register_provider(self)
            self._registered = True

    def get_provider_for_method(self, routing_key: str) -> Any:
        """By name; nameko looks through all of a service's operations for each question."""
        if len(self._by_key) != len(self._providers):
            service = self.container.service_name
            self._by_key = {f"{service}.{one.method_name}": one for one in self._providers}
        found = self._by_key.get(routing_key)
        if found is None:
            raise MethodNotFound(routing_key.rpartition(".")[2])
        return found

    def handle_result(self, message: Any, result: Any, exc_info: Any) -> Any:
        error = exc_info[1] if exc_info else None
        try:
            if not answer_on_line(message, result, error):
                send_reply(self.container.config["AMQP_URI"], message, result, error)
                self.queue_consumer.ack_message(message)
        except BROKER_ERRORS as lost:
            log.error("reply_not_sent", error=repr(lost), service=self.container.service_name)
        return result, exc_info


class SturdyRpc(Rpc):
    rpc_consumer = SturdyRpcConsumer()


def load_class(path: str) -> type:
    """The class at `package.module:Class` or `package.module.Class`."""
    module, _, name = path.replace(":", ".").rpartition(".")
    found: type = getattr(import_module(module), name)
    return found


def service_base(spec: ServiceSpec) -> type:
    """The service's class with the operations that every service has."""
    own = load_class(spec.service_class)
    common = OwnerOperations if spec.owns_database else CommonOperations
    clash = operations_of(own).keys() & operations_of(common).keys()
    if clash:
        raise TypeError(f"{spec.name} must not define {sorted(clash)}: every service has these already")
    return type(own.__name__, (own, common), {"name": spec.name})


def expose(spec: ServiceSpec, app: Application, verifier: TokenVerifier) -> type:
    """A nameko service class: each operation becomes an RPC entrypoint of the same name."""
    plain = service_base(spec)
    members: dict[str, Any] = {"app": app, "spec": spec}
    for name, marked in operations_of(plain).items():
        members[name] = _entrypoint(_fresh(getattr(plain, name), marked, spec), marked, spec.name, verifier)
    return type(plain.__name__, (plain,), members)


def _fresh(
    method: Callable[[Any, Call], Answer], marked: Operation, spec: ServiceSpec
) -> Callable[[Any, Call], Answer]:
    """A read that names a token waits until the service's read models show that write."""
    models = [model.name for model in spec.read_models]
    if marked.needs_key or not models:
        return method

    def read(self: Any, call: Call) -> Answer:
        if call.after_token:
            wait_for(self.app, call.after_token, models)
        return method(self, call)

    return read


def _entrypoint(
    method: Callable[[Any, Call], Answer], marked: Operation, service: str, verifier: TokenVerifier
) -> Callable[..., Any]:
    def entry(self: Any, envelope: Any) -> dict[str, Any]:
        started = time.perf_counter()
        outcome, answer = answer_call(lambda call: method(self, call), marked, envelope, service, verifier)
        metrics.CALLS.labels(service, marked.name, outcome).inc()
        metrics.CALL_SECONDS.labels(service, marked.name).observe(time.perf_counter() - started)
        return answer

    entry.__name__ = marked.name
    entry.__operation__ = marked  # type: ignore[attr-defined]
    decorated: Callable[..., Any] = SturdyRpc.decorator(entry)
    return decorated


def answer_call(
    run: Callable[[Call], Answer], marked: Operation, raw: Any, service: str, verifier: TokenVerifier
) -> tuple[str, dict[str, Any]]:
    """Outcome for the metrics, and what goes back. Raises nothing: the policy for every error is here."""
    try:
        envelope = Envelope.from_dict(raw)
        if envelope.expired:
            metrics.EXPIRED_CALLS.labels(service).inc()
            raise Problem(503, "service_unavailable", f"{service} came to the request too late")
        call = open_call(envelope, marked, verifier)
        with serving(envelope):
            return "ok", {"answer": run(call).as_dict()}
    except Problem as problem:
        return "refused", {"problem": problem.as_dict()}
    except Refusal as refusal:
        return "refused", {"problem": refused(refusal).as_dict()}
    except UnknownCursor as unknown:
        return "refused", {"problem": Problem(410, "unknown_cursor", str(unknown)).as_dict()}
    except (StoreUnavailable, psycopg2.OperationalError, psycopg2.InterfaceError) as error:
        log.error("store_unavailable", service=service, operation=marked.name, error=str(error).strip())
        detail = f"{service} can't reach its database just now; try again"
        return "failed", {"problem": Problem(503, "store_unavailable", detail).as_dict()}
    except Exception:
        log.exception("operation_failed", service=service, operation=marked.name)
        detail = "something went wrong here; it has been logged"
        return "failed", {"problem": Problem(500, "internal_error", detail).as_dict()}


def open_call(envelope: Envelope, marked: Operation, verifier: TokenVerifier) -> Call:
    """The checked request: who asks, whether they may, and whether it is well formed. Raises `Problem`."""
    actor = verifier.actor(envelope.token) if envelope.token else ANONYMOUS
    actor.require(marked.permission)
    if marked.needs_key and not envelope.key:
        raise Problem(400, "idempotency_key_required", "the header Idempotency-Key is missing")
    body = load(marked.body, envelope.body, "body")
    params = load(marked.query, envelope.params, "query")
    return Call(
        actor=actor,
        body=body,
        params=params,
        key=envelope.key,
        fingerprint=envelope.fingerprint or fingerprint(marked.name, envelope.body, envelope.params),
        if_match=envelope.if_match,
        after_token=envelope.after_token,
        correlation_id=envelope.correlation_id,
        language=envelope.language,
    )
