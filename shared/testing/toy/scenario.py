"""The toy platform on one broker, from the first call to the last message: prints JSON of what it saw.

`python -m shared.testing.toy.scenario` with the YIWANG_* variables of a stack; a process of its own, since
it is green. Each step waits on a condition, none on a time.
"""

from __future__ import annotations

from shared.runtime.green import make_green
from shared.testing.waiting import await_that

make_green()  # before anything else is imported

import json  # noqa: E402
import sys  # noqa: E402
from collections.abc import Callable  # noqa: E402
from typing import Any  # noqa: E402

from kombu import Queue  # noqa: E402

from shared.config.settings import Settings, read_settings  # noqa: E402
from shared.messaging.cloudevents import routing_key  # noqa: E402
from shared.messaging.connection import connect  # noqa: E402
from shared.messaging.rpc_client import RpcClient  # noqa: E402
from shared.messaging.topology import EVENTS, queue_name  # noqa: E402
from shared.observability.logging import configure_logging  # noqa: E402
from shared.problems import Problem  # noqa: E402
from shared.runtime.assemble import make_remote, migrate_service  # noqa: E402
from shared.runtime.host import Host  # noqa: E402
from shared.testing.toy import TOYS  # noqa: E402

QUEUE = queue_name("teller", "tell", "keeper")


class Scenario:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.host = Host(settings, TOYS.values())
        self._client = RpcClient(settings.amqp_url, "scenario")
        self._remote = make_remote(settings, "scenario", self._client)
        self._laid = 0

    def run(self) -> dict[str, Any]:
        self._client.start()
        self.host.start()
        self.host.wait_until_ready()
        self.host.start_relays()
        try:
            return {step.__name__.strip("_"): step() for step in self._steps()}
        finally:
            self._client.stop()
            self.host.stop()

    def _steps(self) -> list[Callable[[], Any]]:
        return [self._published, self._two_hops, self._problem, self._nobody, self._duplicate,
                self._lost, self._malformed, self._parallel, self._status]  # fmt: skip

    def _published(self) -> list[str]:
        """A command's event, through the relay and the broker, to the subscriber."""
        self._lay("grey")
        self._lay("white")
        return self._until_told(2)

    def _two_hops(self) -> dict[str, int]:
        answer: dict[str, int] = {}
        await_that(lambda: answer.update(self._call("front", "chain")) or len(answer) == 2, "two colours")
        return answer

    def _problem(self) -> list[Any]:
        return [
            self._refusal("keeper", "fail"),
            self._refusal("keeper", "lay", body={"colour": "red"}, key="red"),
            self._refusal("keeper", "lay", body={"shape": "round"}, key="round"),
            self._refusal("keeper", "lay", body={"colour": "blue"}),
            self._refusal("keeper", "feed", params={"category": "pebble", "after": "nonsense"}),
            self._refusal("keeper", "no_such_operation"),
        ]

    def _nobody(self) -> Any:
        return self._refusal("nobody", "anything")

    def _duplicate(self) -> list[str]:
        """Everything so far once more, then a new one: told once each."""
        for message in self._feed():
            self._send(json.dumps(message).encode(), routing_key(message))
        self._lay("after-duplicates")
        return self._until_told(3)

    def _lost(self) -> list[str]:
        """An event that the broker swallows is fetched from the owner's feed."""
        with connect(self.settings.amqp_url) as connection:
            channel = connection.channel()
            channel.queue_unbind(QUEUE, EVENTS.name, "pebble.*")
            self._lay("lost")
            await_that(lambda: self._relayed() >= self._laid, "the relay to have published into nowhere")
            channel.queue_bind(QUEUE, EVENTS.name, "pebble.*")
        return self._until_told(4)

    def _malformed(self) -> dict[str, Any]:
        """What is no event goes aside; what follows it is not held up."""
        rubbish = [b"not json", b"\xff\xfe", b'{"type": "pebble.laid"}', b"[]"]
        for body in rubbish:
            self._send(body, "pebble.laid")
        self._lay("after-rubbish")
        told = self._until_told(5)
        await_that(lambda: self._size(f"{QUEUE}.dead") == len(rubbish), "the dead-letter queue")
        return {"told": told, "dead": self._size(f"{QUEUE}.dead"), "left": self._size(QUEUE)}

    def _parallel(self) -> int:
        """More chains at once than any service has workers: none may wait for one that waits for it."""
        import eventlet  # noqa: PLC0415

        pool = eventlet.GreenPool(100)
        answers = list(pool.imap(lambda _: len(self._call("front", "chain")), range(100)))
        return len(answers)

    def _status(self) -> dict[str, Any]:
        status: dict[str, Any] = self._remote.call("teller", "status").value
        return {name: status[name] for name in ("consuming", "stopped", "parked")}

    def _lay(self, colour: str) -> None:
        self._laid += 1
        self._remote.call("keeper", "lay", body={"colour": colour}, key=f"lay-{self._laid}")

    def _call(self, service: str, operation: str) -> Any:
        return self._remote.call(service, operation).value

    def _refusal(self, service: str, operation: str, **arguments: Any) -> Any:
        try:
            self._remote.call(service, operation, **arguments)
        except Problem as problem:
            return [problem.status, problem.code, problem.detail]
        return None

    def _until_told(self, number: int) -> list[str]:
        told: list[str] = []
        await_that(lambda: told.__setitem__(slice(None), self._call("teller", "told")) or len(told) >= number,
                   f"{number} told")  # fmt: skip
        return told

    def _feed(self) -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = self._remote.call(
            "keeper", "feed", params={"category": "pebble"}
        ).value["events"]
        return events

    def _relayed(self) -> int:
        """How many events stand at or before the relay's place."""
        db = self.host.services["keeper"].app.db
        rows = db.fetch("SELECT last_version FROM checkpoints WHERE subscriber = 'relay' AND category = '*'")
        return int(rows[0]["last_version"]) if rows else 0

    def _send(self, body: bytes, key: str) -> None:
        with connect(self.settings.amqp_url) as connection:
            producer = connection.Producer(connection.channel())
            producer.publish(
                body, exchange=EVENTS, routing_key=key, content_type="application/x-whatever",
                content_encoding="binary",
            )  # fmt: skip

    def _size(self, queue: str) -> int:
        with connect(self.settings.amqp_url) as connection:
            return int(Queue(queue)(connection.channel()).queue_declare(passive=True).message_count)


def main() -> None:
    settings = read_settings(TOYS)
    configure_logging(30, "console", "toy")
    for spec in TOYS.values():
        migrate_service(settings, spec)
    json.dump(Scenario(settings).run(), sys.stdout)


if __name__ == "__main__":
    main()
