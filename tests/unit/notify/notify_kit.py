"""What the tests of notify are written with: published events, a stand-in for `cases`, a whole service."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from services.notify import SERVICE
from services.notify.application import NotifyApplication
from services.notify.bootstrap import bootstrap
from services.notify.ledger.copy import Ledger
from services.notify.messages.addressing import address_intents
from services.notify.messages.intents import CaseMessages
from services.notify.messages.sending import send_messages
from services.notify.service import NotifyService
from shared.clock import SimulatedClock
from shared.contracts.cases import CaseContacts
from shared.database.migrate import migrate
from shared.database.pool import Database
from shared.eventstore.event import Event
from shared.eventstore.postgres import PostgresEventStore
from shared.problems import Problem
from shared.readmodel.projector import catch_up
from shared.security.actor import Actor, service_actor
from shared.service.call import Answer, Call
from shared.service.operation import operation
from shared.testing.invoke import LocalRemote, invoke
from shared.testing.vault import new_vault

START = datetime(2025, 10, 17, 1, 0, tzinfo=UTC)
BUREAU = "11511602MB0000001A"
CITIZEN = Actor(id="person-1", roles=frozenset({"citizen"}))
OPERATOR = Actor(id="operator-1", roles=frozenset({"operator"}))


def department(code: str = BUREAU) -> Actor:
    return Actor(id=f"system-{code}", roles=frozenset({"department_system"}), department_code=code)


class CasesStandIn:
    """The one question notify asks `cases`; the answer is what a test puts in."""

    name = "cases"

    def __init__(self) -> None:
        self.known: dict[str, dict[str, Any]] = {}
        self.questions = 0
        self.away = False

    @operation(permission="cases.contact", body=CaseContacts)
    def contacts(self, call: Call) -> Answer:
        if self.away:
            raise Problem(503, "service_unavailable", "cases did not answer")
        given = {
            "applicant": {
                "subject_id": CITIZEN.id, "name": "张三丰", "phone": "13812345678", "email": None,
            },
            "contact": None,
        }  # fmt: skip
        self.questions += 1
        return Answer({no: self.known.get(no, given) for no in call.body["cases"]})


@dataclass
class Notify:
    app: NotifyApplication
    service: NotifyService
    cases: CasesStandIn
    clock: SimulatedClock
    versions: dict[UUID, int] = field(default_factory=dict)

    def call(self, name: str, **arguments: Any) -> Any:
        """An operation's value, on read models that are up to date."""
        self.project()
        return invoke(self.service, name, **arguments).value

    def happen(self, *events: Event) -> None:
        """What the subscriptions do when the feed brings these."""
        for subscription in (CaseMessages(), Ledger()):
            wanted = {source.category for source in subscription.sources}
            with self.app.db.transaction() as cursor:
                subscription.handle(self.app, cursor, [event for event in events if event.category in wanted])

    def tell(self) -> None:
        """Run the message timers until they have nothing to do now."""
        while address_intents(self.app) + send_messages(self.app):
            pass

    def later(self, **delta: float) -> None:
        self.clock.advance_to(self.clock.now() + timedelta(**delta))

    def project(self) -> None:
        while self.app.store.tick():
            pass
        for model in SERVICE.read_models:
            catch_up(self.app, model)

    def messages(self) -> list[Event]:
        while self.app.store.tick():
            pass
        return list(self.app.store.read_feed(category="message").events)

    def event(self, event_type: str, *, case_no: str = "C-1", **data: Any) -> Event:
        """A published case or card event. `case` updates the usual header."""
        header = case_header(case_no) | data.pop("case", {})
        stream = uuid5(NAMESPACE_URL, f"{event_type.partition('.')[0]}:{case_no}")
        self.versions[stream] = self.versions.get(stream, 0) + 1
        return Event(
            id=uuid4(),
            stream=stream,
            version=self.versions[stream],
            type=event_type,
            schema_version=1,
            data={"case": header, "status": "submitted", **data},
            metadata={},
            occurred_at=self.clock.now(),
            recorded_at=self.clock.now(),
            source="supervision" if event_type.startswith("card.") else "cases",
        )

    def kept(self, sql: str, *args: Any) -> list[dict[str, Any]]:
        return self.app.db.fetch(sql, args)


def case_header(case_no: str) -> dict[str, Any]:
    return {
        "case_no": case_no,
        "item_code": "ITEM-1",
        "item_name": "食品经营许可",
        "department_code": BUREAU,
        "department_name": "区市场监督管理局",
        "region_code": "511602000000",
        "source": "web",
        "application_form": "full_online",
    }


def make_notify(dsn: str, **parts: Any) -> Notify:
    clock = SimulatedClock(START)
    db = Database(dsn, vault=new_vault(SERVICE.personal))
    migrate(db, SERVICE)
    remote, cases = LocalRemote(), CasesStandIn()
    remote.services["cases"] = cases
    remote.caller = service_actor("notify")
    store = PostgresEventStore(db, "notify", clock)
    app = bootstrap(clock=clock, db=db, store=store, remote=remote, **parts)
    service = NotifyService()
    service.app = app
    return Notify(app, service, cases, clock)


class QueueStandIn:
    """A broker the way the runtime's publisher shows it: takes all of a batch, or raises."""

    def __init__(self) -> None:
        self.queues: dict[str, list[dict[str, Any]]] = {}
        self.before_confirm: Callable[[], None] = lambda: None

    def publish(self, queue: str, events: Sequence[dict[str, Any]]) -> None:
        self.queues.setdefault(queue, []).extend(events)
        self.before_confirm()

    def ids(self, queue: str) -> list[str]:
        return [event["id"] for event in self.queues.get(queue, [])]


def subscribe(notify: Notify, name: str = "bureau", *, actor: Actor | None = None, **body: Any) -> Any:
    stated = {"name": name, "delivery": {"kind": "queue"}, **body}
    return notify.call("create_subscription", actor=actor or department(), body=stated)
