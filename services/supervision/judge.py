"""Compares what a case's facts say with the cards it has, and appends the difference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.supervision.application import SupervisionApplication
from services.supervision.domain.card import NO_CARD, CardState, card_id, evolve_card
from services.supervision.domain.decide import Judgement, decide_cancel, decide_issue
from services.supervision.readmodels.case_clock import Row, key_of, untrue, wanted
from services.supervision.settings import MANUAL
from shared.domain.decision import Fact
from shared.domain.legal_clock import Crossing, read_clock, thresholds
from shared.domain.working_calendar import LEGAL_ZONE
from shared.eventstore.event import Event, Metadata
from shared.eventstore.store import UnitOfWork
from shared.service.execute import to_events

_BY = Metadata(actor="service:supervision", role="service")


@dataclass(frozen=True, slots=True)
class Judge:
    """`head`: every case event committed before it is known. Later moments are not judged."""

    app: SupervisionApplication
    unit: UnitOfWork
    head: datetime

    def cards_of(self, row: Row) -> list[Event]:
        """Issue, cancel and reinstate; answers all stored events of the cards concerned.

        Raises `StaleVersion` when somebody else touched such a card meanwhile.
        """
        found = thresholds(row.facts, self.app.model.calendar, self.app.model.rules)
        crossings = {key_of(each): each for each in found.crossings}
        concerned: list[Event] = []
        for key, card in row.carded.items():
            if untrue(crossings.get(key), card):
                stream, state = self._card(row, key)
                concerned += self._append(stream, state, decide_cancel(state, "facts_changed"))
        for key, crossing in crossings.items():
            if crossing.at < self.head and wanted(row.carded.get(key)):
                stream, state = self._card(row, key)
                facts = decide_issue(state, self._judgement(row, stream, crossing))
                concerned += self._append(stream, state, facts)
        return concerned

    def _card(self, row: Row, key: str) -> tuple[UUID, CardState]:
        stream = card_id(row.stream, key)
        return stream, load_card(self.unit, stream)

    def _append(self, stream: UUID, card: CardState, facts: list[Fact]) -> list[Event]:
        self.unit.append(stream, card.version, to_events(facts, self.app), _BY)
        return self.unit.read_stream(stream)

    def _judgement(self, row: Row, stream: UUID, crossing: Crossing) -> Judgement:
        """History an import brought is never pending: nobody is alerted by it."""
        pending = self.app.settings.issue == MANUAL and not row.facts.imported
        return Judgement(self._body(row, stream, crossing), pending)

    def _body(self, row: Row, stream: UUID, crossing: Crossing) -> Mapping[str, Any]:
        model = self.app.model
        return {
            "card_id": str(stream),
            "subject": row.header.get("case_no"),
            "case": dict(row.header),
            "case_stream": str(row.stream),
            "external_id": row.external_id,
            "stage": crossing.stage,
            "sequence": crossing.sequence,
            "level": crossing.level,
            "source": row.header.get("source"),
            "rule": {"id": model.rules.id, "version": model.rules.version},
            "due_at": crossing.due_at.astimezone(LEGAL_ZONE).isoformat(),
            "passed_at": crossing.at.astimezone(LEGAL_ZONE).isoformat(),
            "used_days": self._used_days(row, crossing),
            "calendar_version": model.calendar.version,
            "provisional": not model.calendar.is_known(model.calendar.day_of(crossing.due_at)),
        }

    def _used_days(self, row: Row, crossing: Crossing) -> int | None:
        """Of the clock the level is about, when it was found; None for stages without one."""
        reading = read_clock(row.facts, self.app.model.calendar, self.head, rules=self.app.model.rules)
        if crossing.stage == "delivery":
            return reading.delivery.used_days if reading.delivery else None
        if crossing.stage != "case":
            return None
        first, second = reading.promised, reading.statutory
        if crossing.level == "red":
            first, second = second, first
        about = first or second
        return about.used_days if about else None


def load_card(unit: UnitOfWork, stream: UUID) -> CardState:
    card = NO_CARD
    for event in unit.read_stream(stream):
        card = evolve_card(card, event.type, event.data)
    return card
