"""Whether a person's data may be erased, and by whom: two persons, and no case that is still open. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.domain.decision import Fact, Refusal

PROPOSED, ERASED = "subject.erasure_proposed", "subject.erased"


@dataclass(frozen=True, slots=True)
class ErasureState:
    """`proposed_by` is set while a proposal waits for a second person."""

    version: int = 0
    proposed_by: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Erase:
    subject_id: str
    reason: str
    by: str
    posts: Sequence[str] = ()
    """Roles of the post that the subject holds now."""


def fold(events: Iterable[tuple[str, Mapping[str, Any]]]) -> ErasureState:
    state = ErasureState()
    for type, data in events:
        proposed = type == PROPOSED
        state = ErasureState(
            state.version + 1, data["by"] if proposed else None, data["reason"] if proposed else ""
        )
    return state


def decide(state: ErasureState, command: Erase, open_cases: Sequence[str], cases: int) -> list[Fact]:
    """The first person proposes, another one erases; the first one's reason stands.

    Rules 10.4: keys are destroyed by two persons. 个人信息保护法 第四十七条: what the law still needs the
    data for is not erased, and a case that is being handled needs it.
    """
    if command.posts:
        held = ", ".join(sorted(command.posts))
        raise Refusal(
            "in_post",
            f"this account holds a post ({held}); what officers did stays signed with their names while they"
            " do. Dismiss them first",
            field="id",
            basis="个人信息保护法 第四十七条第二款",
        )
    if open_cases:
        shown = ", ".join(sorted(open_cases)[:5])
        raise Refusal("open_cases", f"still open: {shown}", basis="个人信息保护法 第四十七条第二款")
    if state.proposed_by is None:
        return [
            Fact(PROPOSED, {"subject_id": command.subject_id, "reason": command.reason, "by": command.by})
        ]
    if state.proposed_by == command.by:
        raise Refusal("needs_second_person", "somebody else has to release what you proposed")
    data = {
        "subject_id": command.subject_id,
        "reason": state.reason,
        "by": state.proposed_by,
        "released_by": command.by,
        "cases": cases,
    }
    return [Fact(ERASED, data)]
