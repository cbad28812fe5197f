"""One test per rule of rules 4.1 to 4.3, 5.2 and the interfaces' sentences about the clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from clock_histories import CALENDAR, accepted, at, history, item, pause

from shared.domain.legal_clock import EMPTY, read_clock, thresholds
from shared.domain.working_calendar import MIDNIGHT
from shared.service.calendar import seeded_calendar

MONDAY = "2018-10-15 10:00"


def test_nothing_runs_before_acceptance() -> None:
    facts = history(("submitted", MONDAY, {"item": item()}))
    found = thresholds(facts, CALENDAR)
    assert (found.state, found.statutory_due_at, found.red_at) == ("not_started", None, None)
    assert thresholds(EMPTY, CALENDAR).state == "not_started"


def test_the_starting_day_is_not_counted() -> None:
    """Accepted on the last evening before a holiday: the first counted day is after it."""
    found = thresholds(accepted("2026-09-30 23:59"), CALENDAR)
    assert found.promised_due_at == at("2026-10-15 17:00")  # 8, 9, 10 (Saturday at work), 12, 13, 14, 15


def test_a_case_accepted_on_a_holiday_counts_from_the_next_day() -> None:
    assert thresholds(accepted("2026-10-03 10:00"), CALENDAR).promised_due_at == at("2026-10-15 17:00")


def test_the_last_day_of_natural_days_moves_off_a_holiday() -> None:
    facts = accepted("2026-09-01 10:00", statutory_limit={"value": 30, "unit": "natural_day"})
    found = read_clock(facts, CALENDAR, at("2026-09-02 10:00"))
    assert found.statutory and found.statutory.due_at == at("2026-10-08 17:00")
    assert "末日 10-01 为休息日，顺延至 10-08（民法典第二百零三条）" in found.reasons


def test_months_end_on_the_corresponding_day_or_the_months_last() -> None:
    limit = {"value": 3, "unit": "month"}
    assert thresholds(accepted("2025-11-28 10:00", statutory_limit=limit), CALENDAR).red_at == at(
        "2026-02-28 17:00"
    )
    assert thresholds(accepted("2025-11-30 10:00", statutory_limit=limit), CALENDAR).red_at == at(
        "2026-02-28 17:00"
    )
    assert thresholds(accepted("2026-01-12 10:00", statutory_limit=limit), CALENDAR).red_at == at(
        "2026-04-13 17:00"
    )


@pytest.mark.parametrize(
    ("when", "due"),
    [
        ("2018-10-15 10:00", "2018-10-15 17:00"),
        ("2018-10-15 17:00", "2018-10-16 17:00"),
        ("2018-10-19 20:00", "2018-10-22 17:00"),
        ("2018-10-20 10:00", "2018-10-22 17:00"),
    ],
)
def test_zero_days_is_the_working_day_it_came_in(when: str, due: str) -> None:
    limit = {"value": 0, "unit": "work_day"}
    facts = history(("submitted", when, {"item": item(clock_start="received", promised_limit=limit)}))
    assert thresholds(facts, CALENDAR).promised_due_at == at(due)


def test_a_promise_of_the_same_day_has_no_warning_unless_it_came_in_after_closing() -> None:
    limit = {"value": 0, "unit": "work_day"}
    assert thresholds(accepted("2018-10-15 10:00", promised_limit=limit), CALENDAR).warning_at is None
    evening = thresholds(accepted("2018-10-15 18:00", promised_limit=limit), CALENDAR)
    assert evening.warning_at == at("2018-10-16 09:00")


def test_a_short_promise_warns_at_opening_on_its_last_day() -> None:
    found = thresholds(accepted(MONDAY, promised_limit={"value": 3, "unit": "work_day"}), CALENDAR)
    assert found.warning_at == at("2018-10-18 09:00")


def test_the_due_time_is_close_of_business_or_24_by_configuration() -> None:
    calendar = seeded_calendar(day_end=MIDNIGHT)
    reading = read_clock(accepted(MONDAY), calendar, at("2018-10-24 23:59"))
    assert reading.promised and reading.promised.due_at == at("2018-10-25 00:00")
    assert reading.promised.due_on == "2018-10-24"
    assert reading.colour == "warning"
    assert "承诺期限7个工作日，至 10-24 24:00 届满" in reading.reasons


def test_a_clock_from_receipt_runs_before_acceptance() -> None:
    facts = history(("submitted", MONDAY, {"item": item(clock_start="received")}))
    later = history(("accepted", "2018-10-18 10:00", {}), facts=facts)
    assert thresholds(facts, CALENDAR).state == "running"
    assert thresholds(later, CALENDAR).promised_due_at == at("2018-10-24 17:00")


@pytest.mark.parametrize("clock_start", ["received", "accepted"])
def test_a_supplement_asked_for_before_acceptance_means_nothing_runs(clock_start: str) -> None:
    facts = history(
        ("submitted", MONDAY, {"item": item(clock_start=clock_start)}),
        ("supplement_requested", "2018-10-16 10:00", {"before_acceptance": True}),
    )
    assert thresholds(facts, CALENDAR).state == "not_started"
    assert thresholds(facts, CALENDAR).crossings == ()
    facts = history(
        ("supplemented", "2018-11-05 10:00", {}), ("accepted", "2018-11-06 10:00", {}), facts=facts
    )
    days = {"received": "2018-11-14 17:00", "accepted": "2018-11-15 17:00"}
    assert thresholds(facts, CALENDAR).promised_due_at == at(days[clock_start])


def test_after_acceptance_a_supplement_lets_the_clock_run_on() -> None:
    facts = history(
        ("supplement_requested", "2018-10-16 10:00", {"before_acceptance": False}), facts=accepted(MONDAY)
    )
    assert (
        thresholds(facts, CALENDAR).promised_due_at == thresholds(accepted(MONDAY), CALENDAR).promised_due_at
    )
    assert "10-16 受理后要求补正，不停钟" in read_clock(facts, CALENDAR, at("2018-10-17 10:00")).reasons


def test_deemed_acceptance_counts_from_receipt_and_is_carded_as_a_missed_notice() -> None:
    facts = history(
        ("submitted", MONDAY, {"item": item()}),
        ("accepted", "2018-10-22 17:01", {"deemed": True, "accepted_at": at(MONDAY).isoformat()}),
    )
    found = thresholds(facts, CALENDAR)
    assert found.promised_due_at == at("2018-10-24 17:00")
    assert [(each.stage, each.level, each.at) for each in found.crossings if each.stage == "acceptance"] == [
        ("acceptance", "yellow", at("2018-10-22 17:00"))
    ]


def test_only_procedures_of_kind_b_that_stop_the_clock_take_days_out() -> None:
    plain = thresholds(accepted(MONDAY), CALENDAR).red_at
    for more in ({"stops_clock": False}, {"type": "A"}):
        facts = history(*pause(1, "2018-10-16 10:00", "2018-10-19 10:00", **more), facts=accepted(MONDAY))
        assert thresholds(facts, CALENDAR).red_at == plain


def test_overlapping_pauses_count_once() -> None:
    one = history(*pause(1, "2018-10-16 10:00", "2018-10-23 10:00"), facts=accepted(MONDAY))
    both = history(
        *pause(1, "2018-10-16 10:00", "2018-10-19 10:00"),
        *pause(2, "2018-10-18 10:00", "2018-10-23 10:00", "专家评审"),
        facts=accepted(MONDAY),
    )
    assert thresholds(one, CALENDAR).red_at == thresholds(both, CALENDAR).red_at == at("2018-11-05 17:00")


def test_the_reasons_are_lines_with_their_articles_in_two_languages() -> None:
    facts = history(*pause(1, "2018-10-17 10:00", "2018-10-22 10:00"), facts=accepted(MONDAY))
    assert (
        "10-17 至 10-22 听证，停钟（行政许可法第四十五条）" in read_clock(facts, CALENDAR, at(MONDAY)).reasons
    )
    english = read_clock(facts, CALENDAR, at(MONDAY), language="en").reasons
    assert "10-17 to 10-22 听证: clock stopped (Administrative Licensing Law art. 45)" in english
    other = history(*pause(1, "2018-10-17 10:00", "2018-10-22 10:00"), facts=accepted(MONDAY, item_type="07"))
    assert "10-17 至 10-22 听证，停钟" in read_clock(other, CALENDAR, at(MONDAY)).reasons


def test_an_open_pause_is_told_and_the_used_days_stand_still() -> None:
    facts = history(*pause(1, "2018-10-17 10:00", None), facts=accepted(MONDAY))
    found = [read_clock(facts, CALENDAR, at(day)) for day in ("2018-10-17 10:00", "2018-12-01 10:00")]
    assert [reading.state for reading in found] == ["paused", "paused"]
    assert [reading.promised.used_days for reading in found if reading.promised] == [2, 2]
    assert "10-17 起听证，停钟（行政许可法第四十五条），尚未结束" in found[1].reasons
    assert found[1].as_dict()["promised"]["due_at"] is None


def test_a_colour_reached_before_a_pause_stays_during_it() -> None:
    facts = history(*pause(1, "2018-10-25 10:00", None), facts=accepted(MONDAY))
    found = thresholds(facts, CALENDAR)
    assert found.colour_at(at("2018-12-01 10:00")) == "yellow"
    assert (found.yellow_at, found.red_at) == (at("2018-10-24 17:00"), None)


def test_an_extension_moves_limit_and_promise_and_says_so() -> None:
    facts = history(("extended", "2018-10-20 10:00", {"days": 5, "name": "延长审批"}), facts=accepted(MONDAY))
    found = thresholds(facts, CALENDAR)
    assert (found.promised_due_at, found.statutory_due_at) == (at("2018-10-31 17:00"), at("2018-11-05 17:00"))
    line = "10-20 批准延长审批5个工作日（行政许可法第四十二条），法定期限与承诺期限同时顺延"
    assert line in read_clock(facts, CALENDAR, at(MONDAY)).reasons


def test_an_extension_does_not_mend_a_promise_that_was_broken_before_it() -> None:
    late = history(("extended", "2018-10-25 10:00", {"days": 5, "name": "延长审批"}), facts=accepted(MONDAY))
    found = thresholds(late, CALENDAR)
    assert (found.yellow_at, found.red_at) == (at("2018-10-24 17:00"), at("2018-11-05 17:00"))
    assert any("承诺期限此前已届满" in line for line in read_clock(late, CALENDAR, at(MONDAY)).reasons)
    too_late = history(("extended", "2018-10-30 10:00", {"days": 5}), facts=accepted(MONDAY))
    assert thresholds(too_late, CALENDAR).red_at == at("2018-10-29 17:00")
    assert any("期限此前已届满" in line for line in read_clock(too_late, CALENDAR, at(MONDAY)).reasons)


def test_an_acceptance_that_is_revoked_ends_the_case_and_keeps_what_was_passed() -> None:
    facts = history(
        ("acceptance_revoked", "2018-10-25 10:00", {"status": "not_accepted"}), facts=accepted(MONDAY)
    )
    found = thresholds(facts, CALENDAR)
    assert (found.state, found.closed_colour, found.red_at) == ("closed", "yellow", None)


def test_an_extension_in_another_unit_is_counted_on_from_the_last_day() -> None:
    changes: dict[str, Any] = {"statutory_limit": {"value": 1, "unit": "month"}, "promised_limit": None}
    facts = history(("extended", "2018-10-20 10:00", {"days": 5}), facts=accepted(MONDAY, **changes))
    assert thresholds(facts, CALENDAR).statutory_due_at == at("2018-11-22 17:00")


def test_law_stops_at_the_decision_promise_at_completion_delivery_at_the_notice() -> None:
    facts = history(
        ("decided", "2018-10-23 10:00", {"outcome": "granted"}),
        ("completed", "2018-10-25 10:00", {}),
        ("result_ready", "2018-10-26 10:00", {}),
        facts=accepted(MONDAY),
    )
    found = read_clock(facts, CALENDAR, at("2019-01-01 10:00"))
    assert (found.state, found.colour) == ("closed", "yellow")
    readings = (found.statutory, found.promised, found.delivery)
    assert [(each.stopped_at, each.overdue) for each in readings if each] == [
        (at("2018-10-23 10:00"), False),
        (at("2018-10-25 10:00"), True),
        (at("2018-10-26 10:00"), False),
    ]


def test_done_at_the_last_second_is_in_time() -> None:
    for seconds, colour in ((0, "warning"), (1, "yellow")):
        end = at("2018-10-24 17:00") + timedelta(seconds=seconds)
        facts = history(
            ("decided", end.isoformat()[:19], {}),
            ("completed", end.isoformat()[:19], {}),
            facts=accepted(MONDAY),
        )
        assert thresholds(facts, CALENDAR).closed_colour == colour


def test_a_forwarded_case_is_done_when_it_is_sent_up() -> None:
    facts = history(("decided", "2018-10-23 10:00", {"outcome": "forwarded"}), facts=accepted(MONDAY))
    found = thresholds(facts, CALENDAR)
    assert (found.state, found.closed_colour, found.delivery_due_at) == ("closed", "warning", None)


def test_an_item_without_statutory_limit_never_gets_red() -> None:
    found = thresholds(accepted(MONDAY, statutory_limit=None), CALENDAR)
    assert found.red_at is None and found.yellow_at is not None
    assert found.colour_at(at("2028-01-01 10:00")) == "yellow"
    assert (
        "未规定法定期限，不出红牌"
        in read_clock(accepted(MONDAY, statutory_limit=None), CALENDAR, at(MONDAY)).reasons
    )


@pytest.mark.parametrize("end", ["withdrawn", "voided", "not_accepted", "lapsed"])
def test_a_case_that_ends_before_a_level_is_not_carded(end: str) -> None:
    facts = history((end, "2018-10-20 10:00", {}), facts=accepted(MONDAY))
    found = thresholds(facts, CALENDAR)
    assert (found.state, found.closed_colour, found.crossings) == ("closed", "normal", ())


def test_a_completed_case_that_left_a_special_procedure_open_is_carded_for_it_a_void_one_is_not() -> None:
    opened = history(*pause(1, "2018-10-16 10:00", None, limit_days=3), facts=accepted(MONDAY))
    done = history(("completed", "2018-10-18 10:00", {}), facts=opened)
    void = history(("voided", "2018-10-18 10:00", {}), facts=opened)
    assert "special_procedure" in {each.stage for each in thresholds(done, CALENDAR).crossings}
    assert "yellow" not in {each.level for each in thresholds(void, CALENDAR).crossings}


def test_deadlines_an_imported_log_states_stand_for_the_computed_ones() -> None:
    deadlines = {"statutory": "2018-10-20T12:34:00+08:00"}
    facts = history(
        ("submitted", MONDAY, {"item": item(), "deadlines": deadlines, "case": {"source": "import"}})
    )
    found = read_clock(facts, CALENDAR, at("2018-10-21 10:00"))
    assert (found.state, found.colour) == ("running", "red")
    assert found.thresholds.statutory_due_at == at("2018-10-20 12:34")
    assert found.reasons[-1] == "期限由导入的办件记录载明：10-20 12:34"


def test_a_situation_brings_its_own_limits() -> None:
    law = item(
        statutory_limit={"value": 10, "unit": "work_day", "applies_to": "S2"},
        promised_limit={"value": 8, "unit": "work_day", "applies_to": "S2"},
        situations=[{"code": "S1", "promised_limit": {"value": 0, "unit": "work_day"}}, {"code": "S2"}],
    )
    first, second = (
        thresholds(
            history(("submitted", MONDAY, {"item": law, "situation": s}), ("accepted", MONDAY, {})), CALENDAR
        )
        for s in ("S1", "S2")
    )
    assert (first.statutory_due_at, first.promised_due_at) == (None, at("2018-10-15 17:00"))
    assert (second.statutory_due_at, second.promised_due_at) == (
        at("2018-10-29 17:00"),
        at("2018-10-25 17:00"),
    )


def test_a_due_day_past_the_known_calendar_is_provisional() -> None:
    assert not thresholds(accepted("2026-12-01 10:00"), CALENDAR).provisional
    late = read_clock(accepted("2026-12-28 10:00"), CALENDAR, at("2026-12-29 10:00"))
    assert late.provisional and late.statutory
    assert "届满日超出已公布的放假安排（至 2026-12-31），为暂定日期" in late.reasons


def test_the_law_an_items_limit_comes_from_is_named() -> None:
    basis = [{"law": "中华人民共和国消防法", "article": "第十五条"}]
    facts = accepted(MONDAY, statutory_limit={"value": 10, "unit": "work_day", "basis": basis})
    assert any("（消防法第十五条）" in line for line in read_clock(facts, CALENDAR, at(MONDAY)).reasons)


def test_stored_and_published_data_give_the_same_facts() -> None:
    """Published data lacks personal fields; none of the clock's."""
    personal = {"applicant": {"name": "张三"}, "form": {"a": 1}, "query_code": "x", "contact": {}}
    stored = history(("submitted", MONDAY, {"item": item(), **personal}))
    assert stored == history(("submitted", MONDAY, {"item": item()}))
