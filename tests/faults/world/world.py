"""The world: a database server, a broker, ways between that can be hurt, and the processes."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any, TextIO, cast
from uuid import UUID, uuid4

import psycopg2

from shared.clock import SystemClock
from shared.database.migrate import migrate
from shared.database.pool import Database
from shared.eventstore.errors import StoreUnavailable
from shared.eventstore.postgres import PostgresEventStore
from shared.readmodel.parking import list_parked
from shared.readmodel.replay import local_reader
from shared.readmodel.verify import verify
from shared.runtime.folder import new_key_pair
from shared.service.application import Application
from shared.service.spec import ServiceSpec
from shared.testing.postgres_node import PostgresNode
from shared.testing.proxy import Dial, Proxy, to_port
from shared.testing.rabbitmq import RabbitNode
from shared.testing.waiting import await_that
from tests.faults.world import SPECS, TILL
from tests.faults.world.beside import BesideCluster
from tests.faults.world.load import Load, Writer
from tests.faults.world.model import Model
from tests.faults.world.processes import Processes

RELAYS = ("relay_a", "relay_b")
ROLES = {"till": "till", "watcher": "watcher", "ticker": "ticker", **dict.fromkeys(RELAYS, "relay")}
LOG_END = 6000
HEARTBEAT = 3
"""Seconds between a client's heartbeats to the broker here, so that a silent one is noticed in ten."""

_LEADER = """
SELECT a.usename FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 7310012
"""
_STORED = "SELECT stream::text, version, id::text AS event_id FROM events ORDER BY txid, position"
_SEEN = "SELECT stream::text, version, event_id::text FROM seen ORDER BY place"


class World:
    """`seed` makes the load's choices."""

    def __init__(
        self, folder: Path, postgres: PostgresNode, rabbit: RabbitNode, cluster: BesideCluster, seed: int
    ) -> None:
        self.folder, self.postgres, self.rabbit, self.cluster = folder, postgres, rabbit, cluster
        self.model = Model()
        self.broker: Dial = to_port(rabbit.port)
        self.to_broker = {name: Proxy(self._dial_broker) for name in ROLES if name != "ticker"}
        self.to_database = {name: Proxy(to_port(postgres.port)) for name in ROLES}
        self.processes = Processes(folder)
        self.applications = {spec.name: self._application(spec) for spec in SPECS.values()}
        self.clock_file = folder / "clock"
        self.clock_file.write_text("0")
        self.load = Load(self._dsn("till"), SystemClock(), self.model, seed)
        self.writer = Writer(self._dsn("till"), SystemClock(), self.model)

    def start(self) -> None:
        for spec in SPECS.values():
            migrate(self.applications[spec.name].db, spec)
        secrets = {
            "YIWANG_TOKEN_PUBLIC_KEY": new_key_pair()[1],
            "YIWANG_SEAL_KEY": new_key_pair()[0],
            "YIWANG_SERVICE_SECRET": "a secret of this world, long enough for HS256",
        }
        for name, role in ROLES.items():
            self.processes.start(name, role, secrets | self._environment(name))
        self.news()

    def stop(self) -> None:
        self.processes.stop_all()
        for proxy in (*self.to_broker.values(), *self.to_database.values()):
            proxy.__exit__()
        self.load.close()
        self.writer.close()
        for app in self.applications.values():
            app.db.close()

    def tell(self, out: TextIO) -> None:
        """The ends of everybody's logs, the brokers' too: for who looks at what went wrong."""
        logs = [*sorted(self.folder.glob("*.log")), *self.rabbit.logs()]
        logs += sorted(self.folder.glob("cluster/**/*.log"))
        for file in logs:
            said = file.read_text(errors="replace")[-LOG_END:]
            print(f"--- {file.parent.name}/{file.name}", said, sep="\n", file=out)
        dead = self.processes.dead()
        print(f"--- died by themselves: {', '.join(dead) or 'nobody'}", file=out)

    def news(self) -> float:
        """Append something and wait until it is seen; answers the seconds that took."""
        began = monotonic()
        self.seen(self.writer.append(uuid4()))
        return monotonic() - began

    def seen(self, event: UUID) -> None:
        sql = "SELECT 1 FROM seen WHERE event_id = %s"
        await_that(lambda: self.rows("watcher", sql, (str(event),)), "the watcher to see news")

    def leader(self) -> str | None:
        """Which relay leads, by the role it signed in with."""
        rows = self.rows("till", _LEADER)
        return rows[0]["usename"] if rows else None

    def check(self) -> None:
        """History against the model, in every place where it is kept. Waits until all have caught up."""
        assert not self.processes.dead(), "nobody dies whom nobody killed"
        wanted = len(self.model)
        await_that(lambda: self._count("watcher", "seen") >= wanted, "the watcher to catch up")
        for service, schema in (("till", "rm_counted"), ("watcher", "rm_counted_afar")):
            await_that(lambda s=service, m=schema: self._counted(s, m) >= wanted, f"{schema} to catch up")
            rows = self.rows(service, f"SELECT stream::text, number, total FROM {schema}.counted")  # noqa: S608
            self.model.check_counted(rows, schema)
        self.model.check_events(self.rows("till", _STORED), "the store")
        self.model.check_events(self.rows("watcher", _SEEN), "the watcher")
        for app in self.applications.values():
            assert list_parked(app.db) == []
        assert self.verified(), "the read model equals a replay"

    def check_seen_so_far(self) -> None:
        """Everything acknowledged by now is seen, though nothing has come to rest."""
        wanted = len(self.model)
        await_that(lambda: self._count("watcher", "seen") >= wanted, "what is acknowledged to be seen")

    def verified(self) -> bool:
        till = self.applications["till"]
        return verify(till.db, TILL.read_models[0], {"till": local_reader(till.store)}).equal

    def rows(self, service: str, sql: str, args: Any = ()) -> list[dict[str, Any]]:
        """None found while the database is away."""
        try:
            return self.applications[service].db.fetch(sql, args)
        except StoreUnavailable:
            return []

    @contextmanager
    def frozen(self, name: str) -> Iterator[None]:
        self.processes.freeze(name)
        try:
            yield
        finally:
            self.processes.thaw(name)

    def use_broker(self, dial: Dial) -> None:
        """From now on everybody speaks to this one; what goes through the other is broken off."""
        self.broker = dial
        for proxy in self.to_broker.values():
            proxy.reset()

    def heal(self) -> None:
        for proxy in (*self.to_broker.values(), *self.to_database.values()):
            proxy.heal()

    def broker_url(self, name: str) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.to_broker[name].port}//?heartbeat={HEARTBEAT}"

    def _dial_broker(self) -> socket.socket:
        return self.broker()

    def _count(self, service: str, table: str) -> int:
        rows = self.rows(service, f"SELECT count(*) AS number FROM {table}")  # noqa: S608
        return rows[0]["number"] if rows else 0

    def _counted(self, service: str, schema: str) -> int:
        rows = self.rows(service, f"SELECT coalesce(sum(number), 0) AS number FROM {schema}.counted")  # noqa: S608
        return rows[0]["number"] if rows else 0

    def _dsn(self, service: str) -> str:
        return self.postgres.dsn(service)

    def _application(self, spec: ServiceSpec) -> Application:
        self.postgres.ask(f"CREATE DATABASE {spec.name}")
        db, clock = Database(self._dsn(spec.name), size=4), SystemClock()
        return Application(spec.name, clock, db, PostgresEventStore(db, spec.name, clock), cast(Any, None))

    def _environment(self, name: str) -> dict[str, str]:
        self._create_role(name)
        port = self.to_database[name].port
        found = {
            "WORLD_CLOCK": str(self.clock_file),
            "YIWANG_DATA": str(self.folder),
            "YIWANG_LOG_LEVEL": "INFO",
        }
        for service in SPECS:
            found[f"YIWANG_{service.upper()}_DSN"] = f"postgresql://{name}@127.0.0.1:{port}/{service}"
        return found | ({"YIWANG_AMQP_URL": self.broker_url(name)} if name in self.to_broker else {})

    def _create_role(self, name: str) -> None:
        """One per process, to tell their sessions apart; superusers, since a role ends its own alone."""
        try:
            self.postgres.ask(f"CREATE ROLE {name} SUPERUSER LOGIN")
        except psycopg2.errors.DuplicateObject:
            return
