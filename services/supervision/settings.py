"""What an operator may choose about supervision; read once, at start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shared.config.environment import Environment
from shared.domain.legal_clock import DEFAULT, RULE_SETS, RuleSet

AUTOMATIC = "automatic"
MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Settings:
    """`rules` names a rule set; `issue` is `manual` where a supervisor confirms a card before it counts;
    `scan_batch` is how many cases the alert scanner takes at once.
    """

    rules: str = DEFAULT.id
    issue: str = AUTOMATIC
    scan_batch: int = 200

    @property
    def rule_set(self) -> RuleSet:
        return RULE_SETS[self.rules]


def read_settings(values: Mapping[str, str] | None = None) -> Settings:
    """Raises `SettingError`."""
    env = Environment(values)
    return Settings(
        rules=env.choice("YIWANG_SUPERVISION_RULES", RULE_SETS, DEFAULT.id),
        issue=env.choice("YIWANG_SUPERVISION_ISSUE", (AUTOMATIC, MANUAL), AUTOMATIC),
        scan_batch=env.number("YIWANG_SUPERVISION_SCAN_BATCH", 200, least=1),
    )
