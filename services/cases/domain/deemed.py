"""When silence turns into acceptance."""

from __future__ import annotations

from datetime import datetime

from services.cases.domain import item as items
from services.cases.domain.state import CaseState
from shared.domain.working_calendar import WorkingCalendar

ANSWER_DAYS = 5
"""行政许可法 第三十二条第一款第（四）项."""


def deemed_due_at(state: CaseState, calendar: WorkingCalendar) -> datetime | None:
    """The moment from which the case counts as accepted if nobody answers; None when no such
    period is running (the item has none, or an answer stopped it).

    `after_5_work_days`: the end of the fifth working day after the material arrived. `at_once`: the
    law wants the answer on the spot; that is held to be the end of the working day on which, or
    after which, it arrived, so that an application of the night isn't accepted unseen.
    """
    start = state.answer_from
    rule = items.deemed_rule(state.item)
    if start is None or rule == "none" or not state.before_acceptance:
        return None
    day = calendar.day_of(start)
    if rule == "at_once":
        end = calendar.end_of(calendar.next_working_day(day))
        return end if end > start else calendar.end_of(calendar.add_working_days(day, 1))
    return calendar.end_of(calendar.add_working_days(day, ANSWER_DAYS))
