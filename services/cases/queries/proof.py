"""Whoever may see a case may have the proof that its events were sealed as they are."""

from __future__ import annotations

from services.cases.bootstrap import CasesApplication
from services.cases.commands.access import is_handling_staff, sees_personal_data
from services.cases.queries.case import visible_case
from shared.problems import conflict
from shared.seals.proof import Unprovable, make_proof
from shared.service.call import Answer, Call


def proof(app: CasesApplication, call: Call) -> Answer:
    """Of all events, internal ones too, as hashes; what they are of only for who handles the case."""
    file = visible_case(app, call)
    content = sees_personal_data(call.actor, file.state) and is_handling_staff(call.actor, file.state)
    with app.db.transaction() as cursor:
        try:
            return Answer(make_proof(cursor, app.name, file.stream, file.case_no, content=content))
        except Unprovable as error:
            raise conflict("case_was_changed", str(error)) from error
