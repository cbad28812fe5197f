"""Why a case is due when it is due, line by line."""

from __future__ import annotations

from datetime import datetime

from shared.domain.legal_clock.facts import RECEIVED, ClockFacts, Extension, Procedure
from shared.domain.legal_clock.messages import Words
from shared.domain.legal_clock.rules import Term
from shared.domain.legal_clock.thresholds import PAUSED, Terms, Thresholds
from shared.domain.limits import WORK_DAY, Limit
from shared.domain.working_calendar import LEGAL_ZONE, WorkingCalendar


def reasons(
    facts: ClockFacts,
    terms: Terms | None,
    delivery: Term | None,
    at: Thresholds,
    calendar: WorkingCalendar,
    *,
    language: str = "zh",
) -> list[str]:
    """Start, limits, what moved them, what stopped them: in this order."""
    first = facts.received_at or facts.accepted_at
    words = Words(language, calendar.day_of(first).year if first else 0)
    lines = [_start(facts, words)]
    if terms is not None:
        lines += _limits(facts, terms, at, words)
    lines += [_procedure(each, facts, words) for each in facts.procedures]
    lines += [_extension(each, facts, terms, words) for each in facts.extensions]
    if facts.supplement_while_running_at:
        lines.append(words("supplement", day=_day(facts.supplement_while_running_at, words)))
    lines += _moved(terms, words) if at.state != PAUSED else []
    lines += _stops(facts, words)
    lines += _delivery(facts, delivery, words)
    if at.provisional:
        lines.append(words("provisional", day=calendar.known_until.isoformat()))
    return lines


def _start(facts: ClockFacts, words: Words) -> str:
    start = facts.started_at
    if start is None:
        return words("waiting" if facts.waiting else "not_started")
    if facts.deemed:
        return words("deemed", day=_day(start, words))
    on_receipt = facts.clock_start == RECEIVED or facts.accepted_at is None
    return words("received" if on_receipt else "accepted", day=_day(start, words))


def _limits(facts: ClockFacts, terms: Terms, at: Thresholds, words: Words) -> list[str]:
    lines = []
    suffix = "_paused" if at.state == PAUSED else ""
    if facts.imported:
        return [words("stated", due=_due(term, words)) for term in (terms.statutory, terms.promised) if term][
            :1
        ]
    if facts.stated_statutory and terms.statutory:
        lines.append(words("stated", due=_due(terms.statutory, words)))
    elif terms.statutory and facts.statutory:
        limit, due = facts.statutory.shown(words.language), _due(terms.statutory, words)
        lines.append(words("statutory" + suffix, limit=limit, basis=_basis(facts, words), due=due))
    else:
        lines.append(words("no_statutory"))
    if terms.promised and facts.promised:
        limit = facts.promised.shown(words.language)
        lines.append(words("promised" + suffix, limit=limit, due=_due(terms.promised, words)))
    return lines


def _basis(facts: ClockFacts, words: Words) -> str:
    if facts.statutory_basis:
        return words("basis", basis=facts.statutory_basis)
    if facts.is_permit and facts.statutory and facts.statutory.unit == WORK_DAY:
        return words("article_82")
    return ""


def _procedure(each: Procedure, facts: ClockFacts, words: Words) -> str:
    kind = "paused" if each.stops_clock else "counted"
    law = ""
    if facts.is_permit:
        law = words("article_45" if each.stops_clock else "not_article_45")
    name, start = each.name or words("unnamed"), _day(each.started_at, words)
    if each.ended_at is None:
        return words(f"{kind}_open", start=start, name=name, law=law)
    return words(f"{kind}_closed", start=start, end=_day(each.ended_at, words), name=name, law=law)


def _extension(each: Extension, facts: ClockFacts, terms: Terms | None, words: Words) -> str:
    """It counts for what had not ended yet when it was granted."""
    days = Limit(each.days, facts.extension_unit).shown(words.language)
    law = words("article_42") if facts.is_permit else ""
    name = each.name or words("extension")
    both = (terms.statutory, terms.promised) if terms else ()
    counted = [term is not None and each in term.extensions for term in both]
    missed = [term is not None and each not in term.extensions for term in both]
    effect = "extended_both" if all(counted) else "extended_promised"
    if not any(counted):
        effect = "extended_nothing"
    elif counted[0] and not counted[1]:
        effect = "extended_broken_promise" if missed[1] else "extended_statutory"
    granted = words("extended", day=_day(each.granted_at, words), name=name, days=days, law=law)
    return granted + words(effect)


def _moved(terms: Terms | None, words: Words) -> list[str]:
    found = [term.due for term in (terms.statutory, terms.promised) if term] if terms else []
    return [
        words("moved", day=words.day(due.moved_from), due=words.day(due.day))
        for due in dict.fromkeys(found)
        if due.moved_from
    ]


def _stops(facts: ClockFacts, words: Words) -> list[str]:
    lines = []
    if facts.decided_at:
        lines.append(words("forwarded" if facts.forwarded else "decided", day=_day(facts.decided_at, words)))
    if facts.completed_at:
        lines.append(words("completed", day=_day(facts.completed_at, words)))
    elif facts.ended_at:
        lines.append(words("ended", day=_day(facts.ended_at, words)))
    return lines


def _delivery(facts: ClockFacts, term: Term | None, words: Words) -> list[str]:
    if term is None:
        return []
    law = words("article_44") if facts.is_permit else ""
    lines = [words("delivery", limit=term.limit.shown(words.language), law=law, due=_due(term, words))]
    if facts.result_ready_at:
        lines.append(words("ready", day=_day(facts.result_ready_at, words)))
    return lines


def _day(moment: datetime, words: Words) -> str:
    return words.day(moment.astimezone(LEGAL_ZONE).date())


def _due(term: Term, words: Words) -> str:
    """The last day and the time it ends; the end of a day is written 24:00, not 00:00 of the next."""
    local = term.due.at.astimezone(LEGAL_ZONE)
    clock = f"{local:%H:%M}" if local.date() == term.due.day else "24:00"
    return f"{words.day(term.due.day)} {clock}"
