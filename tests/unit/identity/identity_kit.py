"""An identity service on a fresh database, called without a transport."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from services.identity import SERVICE
from services.identity.bootstrap import bootstrap
from services.identity.registers import PopulationRegister, SandboxRegister
from services.identity.service import IdentityService
from services.identity.settings import IdentitySettings
from shared.clock import SimulatedClock
from shared.database.migrate import migrate
from shared.database.pool import Database
from shared.eventstore.postgres import PostgresEventStore
from shared.readmodel.projector import catch_up
from shared.security.actor import ANONYMOUS, Actor, service_actor
from shared.security.keys import generate
from shared.security.tokens import TokenVerifier
from shared.service.call import Answer
from shared.testing.invoke import LocalRemote, invoke
from shared.testing.vault import new_vault

PRIVATE, PUBLIC = generate()

PLATFORM = service_actor("gateway")
OPERATOR = Actor(id="operator-1", roles=frozenset({"operator"}))
SECURITY = Actor(id="security-1", roles=frozenset({"security_admin"}))

PERSON = {
    "name": "王小明",
    "id_no": "11010519491231002x",
    "phone": "13900000001",
    "password": "Yiwang-2026",
    "login": "xiaoming",
    "email": "xm@example.com",
}

MARKS = b"marks key of the tests"


class People:
    """Calls an operation, with the read models brought up to date after it."""

    def __init__(self, dsn: str, register: PopulationRegister | None = None) -> None:
        self.clock = SimulatedClock(datetime(2026, 3, 2, 1, 0, tzinfo=UTC))
        self.db = Database(dsn, vault=new_vault(SERVICE.personal))
        migrate(self.db, SERVICE)
        self.service = IdentityService()
        self.service.app = bootstrap(
            clock=self.clock,
            db=self.db,
            store=PostgresEventStore(self.db, "identity", self.clock),
            remote=LocalRemote(),
            settings=IdentitySettings(PRIVATE, b"index key of the tests", mark_key=MARKS),
            register=register or SandboxRegister(),
        )
        self.verifier = TokenVerifier(PUBLIC, self.clock.now)

    def __call__(
        self, operation: str, actor: Actor = ANONYMOUS, body: dict[str, Any] | None = None, **more: Any
    ) -> Answer:
        answer = invoke(self.service, operation, actor=actor, body=body, **more)
        self.service.app.store.tick()
        for model in SERVICE.read_models:
            catch_up(self.service.app, model)
        return answer

    def sign_in(self, login: str, password: str = PERSON["password"], **more: Any) -> dict[str, Any]:
        value: dict[str, Any] = self("sign_in", body={"login": login, "password": password, **more}).value
        return value

    def actor(self, session: dict[str, Any]) -> Actor:
        return self.verifier.actor(session["access_token"])
