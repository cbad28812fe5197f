"""Supervision's own parts: the model whose calendar and rules judge."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.supervision.readmodels.case_clock import CASE_CLOCK, CaseClock
from services.supervision.settings import Settings
from shared.service.application import Application


@dataclass
class SupervisionApplication(Application):
    settings: Settings = field(default_factory=Settings)
    model: CaseClock = CASE_CLOCK
