"""The legal clock: what a case's events, its item's limits and the working calendar say is due when.

    facts = EMPTY
    for event in events:
        facts = evolve_clock(facts, event.type, event.data, event.occurred_at)
    thresholds(facts, calendar)          # no "now": what is passed when, if nothing more happens
    read_clock(facts, calendar, now)     # what a person sees, with the reasons

Pure throughout. Statutory rules: the project's rules document, section 4; levels: section 5.2.
"""

from shared.domain.legal_clock.evolve import evolve_clock, fold_clock
from shared.domain.legal_clock.facts import EMPTY, ClockFacts, Extension, Procedure
from shared.domain.legal_clock.reading import ClockReading, Reading, read_clock
from shared.domain.legal_clock.rules import DEFAULT, LEVELS, MODEL_A, RULE_SETS, RuleSet
from shared.domain.legal_clock.thresholds import Crossing, Thresholds, thresholds

__all__ = [
    "DEFAULT",
    "EMPTY",
    "LEVELS",
    "MODEL_A",
    "RULE_SETS",
    "ClockFacts",
    "ClockReading",
    "Crossing",
    "Extension",
    "Procedure",
    "Reading",
    "RuleSet",
    "Thresholds",
    "evolve_clock",
    "fold_clock",
    "read_clock",
    "thresholds",
]
