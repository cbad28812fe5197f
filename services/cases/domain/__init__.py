"""The life of a case as pure decisions: no clock, no table, no framework.

    facts = decide(state, Accept(document_no, officer), at=now, calendar=calendar)
    for fact in facts:
        state = evolve(state, fact.type, fact.data, now)

`TRANSITIONS` says what may follow what. `record` takes facts from departments and logs, which are
never refused. `deemed_due_at` says when silence becomes acceptance.
"""

from services.cases.domain.commands import (
    Accept,
    AnnounceResult,
    Claim,
    Command,
    Complete,
    Correct,
    Decide,
    DeemAccepted,
    Deliver,
    Dispatch,
    EndSpecialProcedure,
    Lapse,
    NotAccept,
    Pay,
    PreReview,
    Rate,
    Recall,
    RecordStep,
    RequestSupplement,
    RevokeAcceptance,
    RevokeResult,
    StartSpecialProcedure,
    Submit,
    Supplement,
    Transfer,
    Urge,
    VerifyOriginals,
    Void,
    Withdraw,
)
from services.cases.domain.decide import decide
from services.cases.domain.deemed import deemed_due_at
from services.cases.domain.doors import ACTIONS, allowed_actions
from services.cases.domain.evolve import evolve, fold
from services.cases.domain.people import Officer, Party
from services.cases.domain.record import record
from services.cases.domain.state import INITIAL, CaseState, SpecialProcedure
from services.cases.domain.transitions import (
    CLOSED_STATUSES,
    EVENT_TYPES,
    OPEN_STATUSES,
    STATUSES,
    TRANSITIONS,
)

__all__ = [
    "ACTIONS", "CLOSED_STATUSES", "EVENT_TYPES", "INITIAL", "OPEN_STATUSES", "STATUSES",
    "TRANSITIONS", "Accept", "AnnounceResult", "CaseState", "Claim", "Command", "Complete",
    "Correct", "Decide", "DeemAccepted", "Deliver", "Dispatch", "EndSpecialProcedure", "Lapse",
    "NotAccept", "Officer", "Party", "Pay", "PreReview", "Rate", "Recall", "RecordStep",
    "RequestSupplement", "RevokeAcceptance", "RevokeResult", "SpecialProcedure",
    "StartSpecialProcedure", "Submit", "Supplement", "Transfer", "Urge", "VerifyOriginals", "Void",
    "Withdraw", "allowed_actions", "decide", "deemed_due_at", "evolve", "fold", "record",
]  # fmt: skip
