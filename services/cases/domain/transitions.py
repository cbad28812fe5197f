"""Which event may follow in which status, and which statuses it may lead to.

The one truth: guards, `allowed_actions` and the tests read this table. A row says
"in any of these statuses the event may happen, and afterwards the case is in one of those";
`SAME` leaves the status as it is. What the table allows, a guard may still refuse; what it
doesn't allow never happens by command. Pushed and imported facts may break it, and are flagged.
"""

from __future__ import annotations

NEW = ""
"""The status of a case number that has no event yet."""

SAME = "="

ANSWERABLE = "submitted pre_review_passed pre_review_failed supplemented"
BEFORE_ACCEPTANCE = f"{ANSWERABLE} supplement_required"
HANDLING = "accepted in_process suspended"
OPEN = f"{BEFORE_ACCEPTANCE} {HANDLING} decided"
ENDED_EARLY = "not_accepted returned withdrawn lapsed voided"
CLOSED = f"completed delivered {ENDED_EARLY}"

_TABLE: dict[str, list[tuple[str, str]]] = {
    # event                            in these statuses                        leads to one of
    "case.submitted": [(NEW, "submitted")],
    "case.pre_reviewed": [
        (
            "submitted pre_review_failed supplemented",
            "pre_review_passed pre_review_failed supplement_required",
        )
    ],
    "case.supplement_requested": [(ANSWERABLE, "supplement_required"), ("accepted in_process", SAME)],
    "case.supplemented": [("supplement_required pre_review_failed", "supplemented"), (HANDLING, SAME)],
    "case.accepted": [("submitted pre_review_passed supplemented", "accepted")],
    "case.not_accepted": [(ANSWERABLE, "not_accepted returned")],
    "case.claimed": [(f"{OPEN} completed", SAME)],
    "case.transferred": [(f"{OPEN} completed", SAME)],
    "case.recalled": [(f"{OPEN} completed", SAME)],
    "case.step_recorded": [("accepted in_process", "in_process"), ("decided", SAME)],
    "case.special_procedure_started": [
        ("accepted in_process", "in_process suspended"),
        ("suspended", SAME),
    ],
    "case.special_procedure_ended": [
        ("suspended", "suspended in_process"),
        ("in_process decided completed", SAME),
    ],
    "case.extended": [(HANDLING, SAME)],
    "case.decided": [("accepted in_process", "decided")],
    "case.completed": [("decided", "completed")],
    "case.originals_verified": [
        (f"submitted pre_review_passed supplemented {HANDLING} decided completed", SAME)
    ],
    "case.fee_paid": [(f"{HANDLING} decided completed", SAME)],
    "case.result_ready": [("completed", SAME)],
    "case.dispatched": [("completed", SAME)],
    "case.delivered": [("completed", "delivered")],
    "case.rated": [("completed delivered not_accepted returned", SAME)],
    "case.withdrawn": [(OPEN, "withdrawn")],
    "case.lapsed": [("supplement_required", "lapsed")],
    "case.voided": [(OPEN, "voided")],
    "case.urged": [(OPEN, SAME)],
    "case.corrected": [(f"{OPEN} {CLOSED}", SAME)],
    "case.acceptance_revoked": [(HANDLING, "not_accepted")],
    "case.result_revoked": [("completed delivered", SAME)],
    "case.subject_erased": [(CLOSED, SAME)],
}

EVENT_TYPES: tuple[str, ...] = tuple(_TABLE)
NOT_STATED = frozenset({"case.subject_erased"})
"""What no command and no fact of others says of a case: it happened to the person, and each case is told."""

STATUSES: tuple[str, ...] = tuple(dict.fromkeys(f"{OPEN} {CLOSED}".split()))
OPEN_STATUSES = frozenset(OPEN.split())
CLOSED_STATUSES = frozenset(CLOSED.split())
BEFORE_ACCEPTANCE_STATUSES = frozenset(BEFORE_ACCEPTANCE.split())


def _expand() -> dict[str, dict[str, frozenset[str]]]:
    table: dict[str, dict[str, frozenset[str]]] = {status: {} for status in (NEW, *STATUSES)}
    for event, rows in _TABLE.items():
        for sources, targets in rows:
            for status in sources.split() or [NEW]:
                table[status][event] = frozenset([status] if targets == SAME else targets.split())
    return table


TRANSITIONS: dict[str, dict[str, frozenset[str]]] = _expand()
"""status -> event type -> the statuses it may lead to."""


def permits(status: str, path: tuple[str, ...]) -> bool:
    """May these events happen one after another, starting from `status`?"""
    reachable = {status}
    for event in path:
        reachable = {after for now in reachable for after in TRANSITIONS.get(now, {}).get(event, ())}
    return bool(reachable)


def usual_statuses(event: str) -> tuple[str, ...]:
    """Where an event leads when it comes in its place; () when it never changes the status."""
    found = [target for _, targets in _TABLE.get(event, []) if targets != SAME for target in targets.split()]
    return tuple(dict.fromkeys(found))
