"""Case events become intents to tell the applicant: written with the checkpoint, carried out later."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, ClassVar

from services.notify.domain.names import intent_id
from services.notify.domain.occasions import occasion
from services.notify.messages.texts import current_version
from shared.eventstore.event import Event
from shared.readmodel.model import Source, Subscription

HANDLER = "case_messages"
APPLICANT = "applicant"

_INSERT = """
INSERT INTO intent (id, event_id, handler, recipient, case_no, template, template_version, params,
                    next_at, created_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (event_id, handler, recipient) DO NOTHING
"""


class CaseMessages(Subscription):
    """Starts at now: a platform that is given a history must not send it to people again."""

    name: ClassVar[str] = HANDLER
    sources: ClassVar[tuple[Source, ...]] = (Source("cases", "case"),)
    from_start: ClassVar[bool] = False
    apart: ClassVar[float] = 0.25

    def handle(self, app: Any, db: Any, events: Sequence[Event]) -> None:
        now = app.clock.now()
        for event in events:
            found = occasion(event.type, event.data)
            if found is None:
                continue
            key = (str(event.id), HANDLER, APPLICANT)
            row = (
                str(intent_id(event.id, HANDLER, APPLICANT)),
                *key,
                found.params["case_no"],
                found.template,
                current_version(found.template),
                json.dumps(found.params, ensure_ascii=False),
                now,
                now,
            )
            db.execute(_INSERT, row)
