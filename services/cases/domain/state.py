"""What the past of a case says, as far as the next decision needs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.cases.domain import item as items
from services.cases.domain import process
from services.cases.domain.transitions import (
    BEFORE_ACCEPTANCE_STATUSES,
    CLOSED_STATUSES,
    NEW,
    OPEN_STATUSES,
)

NATURAL_PERSON = "natural_person"


@dataclass(frozen=True, slots=True)
class SpecialProcedure:
    sequence: int
    name: str
    stops_clock: bool
    started_at: datetime
    open: bool = True


@dataclass(frozen=True, slots=True)
class CaseState:
    """Built by `evolve` alone. `case` is the identity block every event carries; `item` the pinned
    ItemSnapshot. Both are read-only by agreement.

    `answer_from`: since when the applicant has been waiting for the answer of art. 32(4); None when
    an answer stopped that. `notice_given` is the one-off supplement notice, pre-review rounds apart.
    """

    version: int = 0
    status: str = NEW
    case: Mapping[str, Any] = field(default_factory=dict)
    item: Mapping[str, Any] = field(default_factory=dict)
    situation: str | None = None
    case_type: str = "promised"
    project_no: str | None = None
    applicant_type: str | None = None
    subject_id: str | None = None
    submitted_by: str | None = None
    delivery_method: str | None = None
    received: frozenset[str] = frozenset()
    received_at: datetime | None = None
    answer_from: datetime | None = None
    pre_review: str | None = None
    notice_given: bool = False
    supplement_pending: bool = False
    supplement_due_at: datetime | None = None
    originals_at_acceptance: str | None = None
    originals_at_delivery: str | None = None
    accepted_at: datetime | None = None
    deemed: bool = False
    deferred: frozenset[str] = frozenset()
    assignee: str | None = None
    handling_department_code: str | None = None
    passed: tuple[str, ...] = ()
    step_since: datetime | None = None
    special_procedures: tuple[SpecialProcedure, ...] = ()
    extensions: int = 0
    decided_at: datetime | None = None
    outcome: str | None = None
    payments: tuple[str, ...] = ()
    paid_fen: int = 0
    result_ready: bool = False
    dispatched: bool = False
    rated: bool = False
    result_revoked: bool = False
    closed_at: datetime | None = None

    @property
    def case_no(self) -> str | None:
        return self.case.get("case_no")

    @property
    def department_code(self) -> str | None:
        """The responsible department of the item; a transfer doesn't change it."""
        return self.case.get("department_code")

    @property
    def region_code(self) -> str | None:
        return self.case.get("region_code")

    @property
    def application_form(self) -> str | None:
        return self.case.get("application_form")

    @property
    def enterprise_id(self) -> str | None:
        """The applicant's subject id where the applicant is no natural person."""
        return None if self.applicant_type == NATURAL_PERSON else self.subject_id

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES

    @property
    def is_closed(self) -> bool:
        return self.status in CLOSED_STATUSES

    @property
    def before_acceptance(self) -> bool:
        return self.status in BEFORE_ACCEPTANCE_STATUSES

    @property
    def steps(self) -> list[Mapping[str, Any]]:
        return items.steps(self.item, self.situation)

    @property
    def current_step(self) -> str | None:
        """The step to be done next; None when all are done or the item names none."""
        return process.current(self.steps, self.passed, accepted=self.accepted_at is not None)

    @property
    def open_special_procedures(self) -> tuple[SpecialProcedure, ...]:
        return tuple(found for found in self.special_procedures if found.open)

    @property
    def missing_materials(self) -> list[str]:
        """Required materials that were not received."""
        return sorted(items.required_materials(self.item, self.situation) - self.received)


INITIAL = CaseState()
