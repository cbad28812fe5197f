"""A provider for demonstrations and tests: keeps what it would have sent, and sends nothing."""

from __future__ import annotations

from services.notify.gateways.gateway import Outcome, Outgoing, Verdict
from shared.clock import Clock
from shared.database.pool import Database


class SandboxGateway:
    """Commits on its own, as a real provider would: a caller's rollback doesn't unsend."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def send(self, message: Outgoing, idempotency_key: str) -> Outcome:
        # Need not be on the disk when it is answered for: a crash that takes it also takes the caller's
        # record of it, which comes later in the same log. It is asked for then, not there, and sent again.
        with self._db.gathered() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = off")
            cursor.execute(
                "INSERT INTO sandbox_message (key, channel, address, title, body, accepted_at)"
                " VALUES (%s, %s, %s, %s, %s, %s)"
                " ON CONFLICT (key) DO UPDATE SET requests = sandbox_message.requests + 1",
                (
                    idempotency_key, message.channel, message.kept_address, message.title,
                    message.kept_body, self._clock.now(),
                ),
            )  # fmt: skip
        return Outcome(Verdict.SENT, reference=f"sandbox:{idempotency_key}")

    def status(self, idempotency_key: str) -> Outcome:
        if self._db.fetch("SELECT 1 FROM sandbox_message WHERE key = %s", (idempotency_key,)):
            return Outcome(Verdict.SENT, reference=f"sandbox:{idempotency_key}")
        return Outcome(Verdict.ABSENT)
