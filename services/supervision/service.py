"""Operations of supervision; thin."""

from __future__ import annotations

from typing import Any, ClassVar

from services.supervision import commands, queries
from services.supervision.application import SupervisionApplication
from shared.contracts.supervision import (
    CalendarQuery,
    CardAction,
    CardActionRef,
    CardsQuery,
    SupervisionStatisticsQuery,
)
from shared.service.call import Answer, Call
from shared.service.operation import operation


class SupervisionService:
    name: ClassVar[str] = "supervision"
    app: Any = None
    """A `SupervisionApplication`, put here by the runtime."""

    @operation(permission="supervision.read", query=CardsQuery)
    def cards(self, call: Call) -> Answer:
        return queries.list_cards(self._app, call)

    @operation(permission="supervision.read", body=CardAction, query=CardActionRef, needs_key=True)
    def card_action(self, call: Call) -> Answer:
        return commands.act_on_card(self._app, call)

    @operation(permission="supervision.read", query=SupervisionStatisticsQuery)
    def statistics(self, call: Call) -> Answer:
        return queries.statistics(self._app, call)

    @operation(permission="supervision.read")
    def rules(self, call: Call) -> Answer:
        return queries.list_rules(self._app, call)

    @operation(permission="supervision.read", query=CalendarQuery)
    def calendar(self, call: Call) -> Answer:
        return queries.show_calendar(self._app, call)

    @operation(permission="supervision.read")
    def scan_status(self, call: Call) -> Answer:
        return queries.scan_status(self._app, call)

    @property
    def _app(self) -> SupervisionApplication:
        app: SupervisionApplication = self.app
        return app
