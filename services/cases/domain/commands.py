"""What people, timers and department systems may ask of a case.

Numbers of documents, notices and receipts come in as values: the service allocates them in the
same transaction. `materials` and other nested parts are JSON-like mappings as in interfaces
("Case events"). Times are aware.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

# Exported again: whoever makes a command needs them too.
from services.cases.domain.people import Officer as Officer  # noqa: PLC0414
from services.cases.domain.people import Party as Party  # noqa: PLC0414

Json = Mapping[str, Any]


class Command:
    """Base of all commands."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Submit(Command):
    """`item` is the ItemSnapshot of the published version. `application_form` is one of the item's,
    or `window`: the counter may always be used beside the online ways.
    """

    case_no: str
    receipt_no: str
    query_code: str
    item: Json
    application_form: str
    applicant: Json
    submitted_by: Party
    source: str = "portal"
    situation: str | None = None
    contact: Json | None = None
    form: Json = field(default_factory=dict)
    materials: Sequence[Json] = ()
    delivery: Json | None = None
    project_no: str | None = None
    external_id: str | None = None
    deadlines: Json | None = None


@dataclass(frozen=True, slots=True)
class PreReview(Command):
    """`due_at` and `materials` belong to the outcome `supplement`, a round of pre-review."""

    outcome: str
    officer: Officer
    reason: str | None = None
    due_at: datetime | None = None
    materials: Sequence[Json] = ()


@dataclass(frozen=True, slots=True)
class RequestSupplement(Command):
    """`materials` lists {code, name?, reason?}; the whole of what is missing, told once."""

    notice_no: str
    reason: str
    materials: Sequence[Json]
    due_at: datetime
    officer: Officer


@dataclass(frozen=True, slots=True)
class Supplement(Command):
    materials: Sequence[Json]
    by: Party


@dataclass(frozen=True, slots=True)
class Accept(Command):
    document_no: str
    officer: Officer


@dataclass(frozen=True, slots=True)
class DeemAccepted(Command):
    """Silence counts as acceptance; fired by a timer, refused before its time."""

    document_no: str


@dataclass(frozen=True, slots=True)
class NotAccept(Command):
    """`ground` is incomplete | not_competent | not_required | other. Left out it is `not_competent`
    with a `referral`, else what the item does with incomplete material.
    """

    document_no: str
    reason: str
    officer: Officer
    referral: str | None = None
    ground: str | None = None


@dataclass(frozen=True, slots=True)
class Claim(Command):
    officer: Officer


@dataclass(frozen=True, slots=True)
class Transfer(Command):
    """`to_id` None gives the case to the department's pool."""

    reason: str
    officer: Officer
    to_id: str | None = None
    to_department_code: str | None = None


@dataclass(frozen=True, slots=True)
class Recall(Command):
    """Take the case back from its assignee, and from the department it was transferred to."""

    reason: str
    officer: Officer


@dataclass(frozen=True, slots=True)
class RecordStep(Command):
    """`action` is passed | returned | other. Start and end default to the end of the step before and now."""

    step: str
    action: str
    opinion: str
    officer: Officer
    next_step: str | None = None
    co_officer: Officer | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StartSpecialProcedure(Command):
    """`type` A lengthens the limit (`case.extended`), B is everything else. `limit_days` in the
    item's unit, working days unless it says otherwise.
    """

    type: str
    name: str
    reason: str
    limit_days: int
    approver: str
    notice_no: str
    officer: Officer


@dataclass(frozen=True, slots=True)
class EndSpecialProcedure(Command):
    """`sequence` or `name` choose among several open ones."""

    result: str
    opinion: str
    officer: Officer
    sequence: int | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Decide(Command):
    """`remedy` defaults to the standing text on review and litigation when something is refused."""

    outcome: str
    decision_no: str
    officer: Officer
    reason: str | None = None
    remedy: str | None = None
    forwarded_to: Json | None = None


@dataclass(frozen=True, slots=True)
class Complete(Command):
    """`document_no` and `decision_no` are needed when an immediate case is accepted and decided by it."""

    officer: Officer
    certificate: Json | None = None
    document_no: str | None = None
    decision_no: str | None = None


@dataclass(frozen=True, slots=True)
class VerifyOriginals(Command):
    """`result` is passed | failed, `method` hall | courier. `stage` follows from the status if left out."""

    result: str
    method: str
    officer: Officer
    stage: str | None = None


@dataclass(frozen=True, slots=True)
class Pay(Command):
    amount_fen: int
    method: str
    payment_no: str


@dataclass(frozen=True, slots=True)
class AnnounceResult(Command):
    """`ways` defaults to what the item offers."""

    officer: Officer
    ways: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Dispatch(Command):
    waybill_no: str
    officer: Officer
    carrier: str | None = None


@dataclass(frozen=True, slots=True)
class Deliver(Command):
    method: str
    officer: Officer | None
    collector: Json | str | None = None
    waybill_no: str | None = None


@dataclass(frozen=True, slots=True)
class Rate(Command):
    """`score` 5 is 非常满意."""

    score: int
    by: Party
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Withdraw(Command):
    reason: str
    by: Party


@dataclass(frozen=True, slots=True)
class Lapse(Command):
    """The supplement never came; fired by a timer, refused before the deadline."""

    reason: str = "申请人逾期未补正"


@dataclass(frozen=True, slots=True)
class Void(Command):
    """`kind` is void (a business reason) or deleted (an entry error)."""

    reason: str
    kind: str
    officer: Officer


@dataclass(frozen=True, slots=True)
class Urge(Command):
    by: Party
    content: str | None = None


@dataclass(frozen=True, slots=True)
class Correct(Command):
    """`corrects` is the id of the event that was wrong; `changes` maps field paths to right values."""

    corrects: str
    changes: Json
    reason: str
    officer: Officer
    released_by: Officer | None = None


@dataclass(frozen=True, slots=True)
class RevokeAcceptance(Command):
    reason: str
    officer: Officer


@dataclass(frozen=True, slots=True)
class RevokeResult(Command):
    reason: str
    officer: Officer
