"""A card's life: issued once per case, stage and level; answered, upheld, revoked or cancelled.

pending --confirm--> issued          (only where cards are issued by hand)
issued, urged --appeal--> appealed --confirm--> confirmed (upheld)
issued, urged --confirm--> confirmed (the department accepts it)
issued, confirmed, appealed, urged --urge--> urged
any standing --revoke--> revoked     (two people, rules 10.4)
any standing --facts changed--> cancelled --facts changed back--> issued: the same card
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid5

PENDING = "pending"
ISSUED = "issued"
CONFIRMED = "confirmed"
APPEALED = "appealed"
URGED = "urged"
REVOKED = "revoked"
CANCELLED = "cancelled"
STANDING = frozenset({PENDING, ISSUED, CONFIRMED, APPEALED, URGED})


def card_key(stage: str, level: str, sequence: int = 0) -> str:
    """`case/red`, `special_procedure.2/yellow`: what a case can have once."""
    return f"{stage}.{sequence}/{level}" if sequence else f"{stage}/{level}"


def card_id(case_stream: UUID, key: str) -> UUID:
    return uuid5(case_stream, key)


@dataclass(frozen=True, slots=True)
class CardState:
    """`common` is what every later event of the card repeats, so that readers need no look-up."""

    version: int = 0
    state: str = ""
    level: str = ""
    department_code: str | None = None
    appellant: str | None = None
    revocation_proposed_by: str | None = None
    common: Mapping[str, Any] | None = None

    @property
    def exists(self) -> bool:
        return self.version > 0

    @property
    def standing(self) -> bool:
        return self.state in STANDING


NO_CARD = CardState()
_COMMON = ("card_id", "subject", "case", "case_stream", "stage", "sequence", "level", "source")


def evolve_card(card: CardState, type: str, data: Mapping[str, Any]) -> CardState:
    after = replace(card, version=card.version + 1, state=str(data["state"]))
    by = str((data.get("by") or {}).get("id") or "")
    if type == "card.issued":
        return replace(
            after,
            level=str(data["level"]),
            department_code=data["case"].get("department_code"),
            common={name: data.get(name) for name in _COMMON},
        )
    if type == "card.appealed":
        return replace(after, appellant=by)
    if type == "card.revocation_proposed":
        return replace(after, revocation_proposed_by=by)
    if type in ("card.confirmed", "card.reinstated"):
        return replace(after, revocation_proposed_by=None)
    return after
