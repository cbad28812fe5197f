"""A case that is asked for anything, and checked after every answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from case_scenario import CALENDAR, IMMEDIATE, MONDAY, PERMIT, PERSON, SERVICE, application

from services.cases import domain as d
from services.cases.domain.decide import RULES
from services.cases.schemas import check_stored
from shared.contracts.case_events import PUBLISHED, publish
from shared.domain.decision import Fact, Refusal
from shared.eventstore.event import Event

PAID = {**SERVICE, "fee": [{"name": "登记费", "amount_fen": 8000}]}
HOUSE = {**PERMIT, "deemed": "at_once", "incomplete": "not_accepted", "withdraw_until": {"step": "制证"}}
ITEMS = [PERMIT, SERVICE, IMMEDIATE, PAID, HOUSE, {**PERMIT, "steps": []}]
FORMS = ["original_pre_review", "original_verification", "full_online", "window"]
SECRETS = [PERSON["name"], PERSON["id_no"], PERSON["phone"], PERSON["address"], "王窗口", "隐言", "K7M2P9QX"]

OFFICIAL_WORDS = frozenset({"reason", "opinion"})
"""What officers write is published; only what applicants write stays inside."""


class Walk:
    def __init__(self) -> None:
        self.now = MONDAY
        self.state = d.INITIAL
        self.history: list[tuple[str, dict[str, Any], datetime]] = []

    def submit(self, item: Mapping[str, Any], **changes: Any) -> None:
        self.ask(application(item, **changes))

    def ask(self, command: d.Command) -> bool:
        """Whether it was granted. What is offered is never refused for the status; nothing else happens."""
        before, action = self.state, RULES[type(command)].action
        offered = d.allowed_actions(before)
        try:
            facts = d.decide(before, command, at=self.now, calendar=CALENDAR)
        except Refusal as refusal:
            assert action not in offered or refusal.code != "not_in_status"
            return False
        assert action in offered or action not in d.ACTIONS
        assert facts
        for fact in facts:
            self._take(fact)
        return True

    def replayed(self) -> d.CaseState:
        """The state out of the history as a store would give it back."""
        again = d.INITIAL
        for event, data, at in self.history:
            again = d.evolve(again, event, json.loads(json.dumps(data)), at)
        return again

    def _take(self, fact: Fact) -> None:
        before = self.state.status
        check_stored(fact.type, fact.data)
        self.state = d.evolve(self.state, fact.type, fact.data, self.now)
        self.history.append((fact.type, fact.data, self.now))
        assert self.state.status in d.TRANSITIONS[before].get(fact.type, ()), (before, fact.type)
        event = Event(UUID(int=1), UUID(int=2), 1, fact.type, 1, fact.data, {}, self.now, self.now, "cases")
        out = publish(event)
        assert PUBLISHED[fact.type]().validate(out) == {}
        told = {key: value for key, value in out.items() if key not in OFFICIAL_WORDS}
        assert not [secret for secret in SECRETS if secret in json.dumps(told, ensure_ascii=False)]
