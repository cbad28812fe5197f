"""A supervision service on a real database, fed with published case events, on a simulated clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from services.supervision import SERVICE
from services.supervision.application import SupervisionApplication
from services.supervision.bootstrap import bootstrap
from services.supervision.readmodels.cards import CARDS
from services.supervision.readmodels.case_clock import CASE_CLOCK, CaseClock
from services.supervision.scanner import scan
from services.supervision.service import SupervisionService
from services.supervision.settings import Settings
from shared.clock import SimulatedClock
from shared.database.migrate import create_schema, migrate
from shared.database.pool import Database
from shared.domain.working_calendar import LEGAL_ZONE
from shared.eventstore.event import Event
from shared.eventstore.postgres import PostgresEventStore
from shared.security.actor import Actor
from shared.testing.invoke import LocalRemote, invoke

SUPERVISOR = Actor("supervisor-1", frozenset({"supervisor"}))
SECOND_SUPERVISOR = Actor("supervisor-2", frozenset({"supervisor"}))
HEAD_OF_A = Actor("head-a", frozenset({"department_head"}), department_code="DEPT-A")
HEAD_OF_B = Actor("head-b", frozenset({"department_head"}), department_code="DEPT-B")

ITEM: dict[str, Any] = {
    "item_type": "01",
    "clock_start": "accepted",
    "deemed": "after_5_work_days",
    "statutory_limit": {"value": 10, "unit": "work_day"},
    "promised_limit": {"value": 7, "unit": "work_day"},
    "delivery_limit": {"value": 5, "unit": "work_day"},
    "extension": {"value": 5, "unit": "work_day"},
}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LEGAL_ZONE)


def stream_of(case_no: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"yiwang:case:{case_no}")


class Supervised:
    """`events` is the published feed so far, so that a rebuild can replay it."""

    def __init__(self, dsn: str, start: str, settings: Settings | None = None, model: CaseClock = CASE_CLOCK):
        self.db = Database(dsn)
        migrate(self.db, SERVICE)
        self.clock = SimulatedClock(at(start))
        self.app: SupervisionApplication = bootstrap(
            clock=self.clock,
            db=self.db,
            store=PostgresEventStore(self.db, "supervision", self.clock),
            remote=LocalRemote(),
            settings=settings or Settings(),
            model=model,
        )
        self.service = SupervisionService()
        self.service.app = self.app
        self.events: list[Event] = []
        self.versions: dict[str, int] = {}

    # Cases

    def happens(self, case_no: str, kind: str, when: str | None = None, **data: Any) -> Event:
        """A case event as the feed brings it; it occurred at `when`, by default now."""
        self.versions[case_no] = self.versions.get(case_no, 0) + 1
        department = data.pop("department", "DEPT-A")
        header = {
            "case_no": case_no,
            "item_code": "ITEM-1",
            "item_name": "食品经营许可",
            "department_code": department,
            "department_name": f"部门{department[-1]}",
            "region_code": "370102000000",
            "source": data.pop("source", "online"),
            "application_form": "full_online",
        }
        event = Event(
            id=uuid5(stream_of(case_no), str(self.versions[case_no])),
            stream=stream_of(case_no),
            version=self.versions[case_no],
            type=f"case.{kind}",
            schema_version=1,
            data={"case": header, "status": data.pop("status", kind), **data},
            metadata={},
            occurred_at=at(when) if when else self.clock.now(),
            recorded_at=self.clock.now(),
            source="cases",
        )
        self.events.append(event)
        self._apply([event])
        return event

    def accepted(self, case_no: str, when: str | None = None, **data: Any) -> None:
        item = ITEM | data.pop("item", {})
        self.happens(case_no, "submitted", when, item=item, **data)
        self.happens(case_no, "accepted", when, **data)

    def _apply(self, events: list[Event]) -> None:
        with self.db.transaction() as db:
            db.execute(f'SET LOCAL search_path TO "{CASE_CLOCK.schema}", public')
            self.app.model.apply(db, events)

    # Time

    def head_reaches(self, when: str | datetime, *, in_part: bool = False) -> None:
        """Everything the cases service committed before `when` has been applied.

        `in_part`: and after it something of which there is more to come.
        """
        moment = at(when) if isinstance(when, str) else when
        with self.db.transaction() as db:
            db.execute(
                "INSERT INTO checkpoints (subscriber, source, category, cursor, head_at, current)"
                " VALUES ('case_clock', 'cases', 'case', 'x', %s, %s)"
                " ON CONFLICT (subscriber, source, category) DO UPDATE"
                " SET head_at = excluded.head_at, current = excluded.current",
                (moment, not in_part),
            )

    def time_is(self, when: str) -> None:
        """The clock moves and the feed keeps up."""
        self.clock.advance_to(at(when))
        self.head_reaches(when)

    def scan(self) -> int:
        """Until nothing is due, as the timer does."""
        total = 0
        while count := scan(self.app):
            total += count
            assert total < 10_000, "the scanner goes round in circles"
        return total

    def day_by_day(self, first: str, last: str) -> list[tuple[str, str, str]]:
        """Scan hourly; answers (hour of issue, stage, level) of the cards that appear."""
        seen: list[tuple[str, str, str]] = []
        moment = at(first)
        while moment <= at(last):
            self.time_is(moment.isoformat()[:19])
            before = len(self.cards())
            self.scan()
            seen += [(f"{moment:%m-%d %H}", c["stage"], c["level"]) for c in self.cards()[before:]]
            moment += timedelta(hours=1)
        return seen

    # Cards

    def card_events(self) -> list[Event]:
        self.app.store.tick()
        return list(self.app.store.read_feed(category="card").events)

    def cards(self) -> list[dict[str, Any]]:
        """Bodies of what was issued, in order."""
        return [event.data for event in self.card_events() if event.type == "card.issued"]

    def project_cards(self) -> None:
        events = self.card_events()
        with self.db.transaction() as db:
            db.execute(f'SET LOCAL search_path TO "{CARDS.schema}", public')
            CARDS.apply(db, events)

    def call(self, operation: str, actor: Actor = SUPERVISOR, **more: Any) -> Any:
        self.project_cards()
        return invoke(self.service, operation, actor=actor, **more).value

    def act(self, card: str, action: str, actor: Actor, reason: str = "", **more: Any) -> Any:
        params = {"id": card, "action": action}
        return self.call("card_action", actor, params=params, body={"reason": reason}, **more)

    # Rows

    def rows(self, schema: str = CASE_CLOCK.schema, table: str = "case_clock") -> list[dict[str, Any]]:
        return self.db.fetch(f"SELECT * FROM {schema}.{table} ORDER BY 1, 2")  # noqa: S608

    def replayed(self, *batches: list[Event]) -> list[dict[str, Any]]:
        """Rows of a fresh copy of `case_clock` that was given these batches."""
        copy = f"copy_{uuid4().hex}"
        with self.db.transaction() as db:
            create_schema(db, CASE_CLOCK, copy)
            db.execute(f'SET LOCAL search_path TO "{copy}", public')
            for batch in batches:
                self.app.model.apply(db, batch)
        return self.rows(copy)
