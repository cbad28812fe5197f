"""Runs services in this process: their entrypoints under nameko, their loops beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

import eventlet
import structlog
from nameko.containers import ServiceContainer

from shared.config.settings import Settings
from shared.messaging.connection import HEARTBEAT_SECONDS, hurried, is_embedded
from shared.messaging.following import Following, describe, followings
from shared.messaging.queues import QueuePublisher
from shared.messaging.rpc import expose
from shared.messaging.rpc_client import RpcClient
from shared.observability import metrics
from shared.readmodel.projector import ProjectorLoop
from shared.runtime.assemble import WORKERS, build_application, make_remote, make_sealing, make_verifier
from shared.runtime.loops import Loops
from shared.runtime.wiring import relay_loops, service_loops
from shared.service.application import Application
from shared.service.spec import ServiceSpec

log = structlog.get_logger(__name__)

FRONT_WORKERS = 64
"""The gateway's workers mostly wait for others."""


@dataclass
class Hosted:
    spec: ServiceSpec
    app: Application
    client: RpcClient
    container: ServiceContainer
    followed: list[Following]
    projector: ProjectorLoop | None
    failed: bool = False

    @property
    def consuming(self) -> bool:
        return not self.failed and self.client.ready.is_set() and all(one.consuming for one in self.followed)

    def describe(self) -> dict[str, Any]:
        """What `status` tells of this process beside what stands in the database."""
        return {"consuming": self.consuming, "following": describe(self.followed)}


class Host:
    """`start` begins everything but relays, `wait_until_ready` waits until it consumes, `stop` finishes the
    work at hand."""

    def __init__(self, settings: Settings, specs: Iterable[ServiceSpec]) -> None:
        self.settings = settings
        self.services: dict[str, Hosted] = {}
        self.loops = Loops()
        self._verifier = make_verifier(settings)
        specs = tuple(specs)
        self._sealing = make_sealing(settings) if any(spec.categories for spec in specs) else None
        self._started = False
        for spec in specs:
            self.services[spec.name] = self._prepare(spec)

    def start(self) -> None:
        for hosted in self.services.values():
            hosted.client.start()
        for hosted in self.services.values():
            hosted.container.start()
            eventlet.spawn(self._watch, hosted)
        for hosted in self.services.values():
            for loop in service_loops(
                hosted.spec, hosted.app, hosted.projector, hosted.followed, self._sealing
            ):
                self.loops.start(loop)
        self._started = True
        for name in self.services:
            metrics.READY.labels(name).set_function(partial(self._ready, name))

    def start_relays(self) -> None:
        """When the subscribers have bound their queues, or the first events would find none."""
        specs = [hosted.spec for hosted in self.services.values()]
        for hosted in self.services.values():
            for loop in relay_loops(hosted.spec, hosted.app, self.settings, specs):
                self.loops.start(loop)

    def wait_until_ready(self, timeout: float = 30.0) -> None:
        """Raise `RuntimeError` naming the services that do not consume in time."""
        with eventlet.Timeout(timeout, False):
            while not all(self.readiness().values()):
                eventlet.sleep(0.02)
            return
        late = [name for name, ready in self.readiness().items() if not ready]
        raise RuntimeError(f"not ready after {timeout} seconds: {', '.join(late)}")

    def readiness(self) -> dict[str, bool]:
        """By service, whether it consumes. What `/readyz` shows."""
        return {name: self._started and hosted.consuming for name, hosted in self.services.items()}

    def stop(self, timeout: float = 15.0) -> None:
        """The front door first, so that nobody is let in to a house that is closing."""
        self._started = False
        with hurried(self.settings.amqp_url):
            self._stop(timeout)

    def _stop(self, timeout: float) -> None:
        late = self.loops.stop(timeout)
        if late:
            log.warning("loops_did_not_stop", loops=late)
        front = [hosted for hosted in self.services.values() if not hosted.spec.owns_database]
        owners = [hosted for hosted in self.services.values() if hosted.spec.owns_database]
        for group in (front, owners):
            list(eventlet.GreenPool().imap(lambda one: self._stop_one(one, timeout), group))
        list(eventlet.GreenPool().imap(lambda one: one.client.stop(), self.services.values()))
        for hosted in owners:
            hosted.app.db.close()

    def _ready(self, name: str) -> float:
        return float(self.readiness()[name])

    def failed(self) -> list[str]:
        """Services that died of an error. The process should end then: half a service answers nobody."""
        return [name for name, hosted in self.services.items() if hosted.failed]

    def _prepare(self, spec: ServiceSpec) -> Hosted:
        client = RpcClient(self.settings.amqp_url, spec.name)
        app = build_application(spec, self.settings, make_remote(self.settings, spec.name, client))
        app.parts.setdefault("readiness", self.readiness)
        if not is_embedded(self.settings.amqp_url):
            app.parts.setdefault("queue_publisher", QueuePublisher(self.settings.amqp_url))
        container = ServiceContainer(expose(spec, app, self._verifier), self._nameko_config(spec))
        followed = followings(spec, app, self.settings.amqp_url)
        projector = ProjectorLoop(app, spec) if spec.owns_database else None
        hosted = Hosted(spec, app, client, container, followed, projector)
        app.parts["running"] = hosted.describe
        app.parts["sealing"] = self._sealing
        app.parts["rebuild_release"] = self.settings.rebuild_release
        return hosted

    def _nameko_config(self, spec: ServiceSpec) -> dict[str, Any]:
        return {
            "AMQP_URI": self.settings.amqp_url,
            "HEARTBEAT": 0 if is_embedded(self.settings.amqp_url) else HEARTBEAT_SECONDS,
            "WEB_SERVER_ADDRESS": f"{self.settings.bind}:{self.settings.port}",
            "max_workers": WORKERS if spec.owns_database else FRONT_WORKERS,
            "serializer": "json",
        }

    def _stop_one(self, hosted: Hosted, timeout: float) -> None:
        with eventlet.Timeout(timeout, False):
            hosted.container.stop()
            return
        log.warning("service_did_not_stop", service=hosted.spec.name, seconds=timeout)

    def _watch(self, hosted: Hosted) -> None:
        try:
            hosted.container.wait()
        except Exception:
            hosted.failed = True
            log.exception("service_died", service=hosted.spec.name)
