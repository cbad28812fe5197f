"""A card appears after its limit has passed, once, and costs nothing before."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from supervised import ITEM, Supervised, at

from services.supervision.readmodels.case_clock import CaseClock
from services.supervision.scanner import CLAIM_DUE, CLAIM_OUTDATED, judge_due
from services.supervision.settings import MANUAL, Settings
from shared.domain.legal_clock import MODEL_A

Supervise = Callable[..., Supervised]
MONDAY = "2018-10-15 10:00"


def levels(city: Supervised) -> list[str]:
    return [card["level"] for card in city.cards()]


def test_warning_yellow_and_red_each_at_their_time(supervise: Supervise) -> None:
    city = supervise(MONDAY)
    city.accepted("C1")
    assert city.day_by_day("2018-10-15 11:00", "2018-10-31 11:00") == [
        ("10-22 18", "case", "warning"),
        ("10-24 18", "case", "yellow"),
        ("10-29 18", "case", "red"),
    ]


def test_model_a_is_selectable(supervise: Supervise) -> None:
    city = supervise(MONDAY, model=CaseClock(rules=MODEL_A))
    city.accepted("C1")
    assert city.day_by_day("2018-10-15 11:00", "2018-10-31 11:00") == [
        ("10-19 11", "case", "warning"),
        ("10-24 11", "case", "yellow"),
        ("10-29 11", "case", "red"),
    ]


def test_the_card_says_what_was_passed_when_and_by_which_rules(supervise: Supervise) -> None:
    city = supervise(MONDAY)
    city.accepted("C1")
    city.time_is("2018-10-24 18:00")
    city.scan()
    card = city.cards()[-1]
    assert card["level"] == "yellow"
    assert card["due_at"] == card["passed_at"] == "2018-10-24T17:00:00+08:00"
    assert (card["used_days"], card["mode"], card["state"]) == (8, "issued", "issued")
    assert card["rule"] == {"id": "default", "version": 1}
    assert card["subject"] == card["case"]["case_no"] == "C1"
    assert card["calendar_version"].startswith("chinesecalendar-")


def test_scanning_again_issues_nothing_again(supervise: Supervise) -> None:
    city = supervise(MONDAY)
    city.accepted("C1")
    city.time_is("2018-11-30 10:00")
    assert city.scan() == 1
    assert levels(city) == ["warning", "yellow", "red"]
    assert city.scan() == 0
    assert len(city.card_events()) == 3


def test_a_lagging_feed_makes_no_false_card(supervise: Supervise) -> None:
    """The decision was taken in time; its event is still on the way when the limit passes."""
    city = supervise(MONDAY)
    city.accepted("C1")
    city.time_is("2018-10-22 16:00")
    city.clock.advance_to(at("2018-11-20 10:00"))
    assert city.scan() == 0
    city.happens("C1", "decided", "2018-10-22 16:30", outcome="granted")
    city.happens("C1", "completed", "2018-10-22 16:31")
    city.happens("C1", "delivered", "2018-10-23 09:00")
    city.head_reaches("2018-11-20 10:00")
    assert city.scan() == 0
    assert city.cards() == []


def test_history_told_in_part_makes_no_false_card(supervise: Supervise) -> None:
    """A case of years ago arrives in two batches; between them it looks open and long overdue."""
    city = supervise("2026-03-02 09:00")
    city.head_reaches("2026-03-02 09:00")
    deadlines = {"statutory": "2018-10-29T17:00:00+08:00"}
    city.happens("OLD", "submitted", "2018-10-15 10:00", item=ITEM, source="import", deadlines=deadlines)
    city.head_reaches("2026-03-02 09:00", in_part=True)
    assert city.scan() == 0
    city.happens("OLD", "completed", "2018-10-20 10:00", source="import")
    city.head_reaches("2026-03-02 09:00")
    assert city.scan() == 0
    assert city.cards() == []


def test_no_head_no_card(supervise: Supervise) -> None:
    city = supervise(MONDAY)
    city.accepted("C1")
    city.clock.advance_to(at("2018-11-20 10:00"))
    assert city.scan() == 0


def test_a_paused_clock_is_not_carded_and_a_resumed_one_later(supervise: Supervise) -> None:
    city = supervise(MONDAY)
    city.accepted("C1")
    pause = {"sequence": 1, "type": "B", "name": "听证", "stops_clock": True, "limit_days": 90}
    city.happens("C1", "special_procedure_started", "2018-10-17 10:00", **pause)
    city.time_is("2018-11-20 10:00")
    assert city.scan() == 0
    city.happens("C1", "special_procedure_ended", "2018-11-20 10:00", sequence=1, name="听证")
    assert [level for _, _, level in city.day_by_day("2018-11-20 11:00", "2018-11-28 11:00")] == [
        "warning",
        "yellow",
    ]


def test_decided_in_time_but_completed_late_is_yellow_and_never_red(supervise: Supervise) -> None:
    city = supervise(MONDAY)
    city.accepted("C1")
    city.happens("C1", "decided", "2018-10-24 10:00", outcome="granted")
    city.happens("C1", "result_ready", "2018-10-24 10:00")
    city.time_is("2018-12-24 10:00")
    city.scan()
    assert levels(city) == ["warning", "yellow"]


def test_a_result_that_waits_too_long_is_carded_in_its_own_stage(supervise: Supervise) -> None:
    city = supervise(MONDAY)
    city.accepted("C1")
    city.happens("C1", "decided", "2018-10-16 10:00", outcome="granted")
    city.happens("C1", "completed", "2018-10-16 10:00")
    city.time_is("2018-10-30 10:00")
    city.scan()
    assert [(card["stage"], card["level"]) for card in city.cards()] == [("delivery", "yellow")]


def test_a_late_special_procedure_is_carded_in_its_own_stage_each_by_itself(supervise: Supervise) -> None:
    city = supervise(MONDAY)
    city.accepted("C1", item={"statutory_limit": None, "promised_limit": None})
    for sequence, name in ((1, "现场核查"), (2, "听证")):
        data = {"sequence": sequence, "name": name, "stops_clock": False, "type": "B", "limit_days": 3}
        city.happens("C1", "special_procedure_started", "2018-10-16 10:00", **data)
    city.happens("C1", "special_procedure_ended", "2018-10-18 10:00", sequence=1, name="现场核查")
    city.time_is("2018-10-30 10:00")
    city.scan()
    assert [(card["stage"], card["sequence"], card["level"]) for card in city.cards()] == [
        ("special_procedure", 2, "warning"),
        ("special_procedure", 2, "yellow"),
    ]


def test_two_scanners_at_once_issue_each_card_once(supervise: Supervise) -> None:
    city = supervise(MONDAY, settings=Settings(scan_batch=7))
    for number in range(40):
        city.accepted(f"C{number}")
    city.time_is("2018-10-24 18:00")
    start = Barrier(4)

    def run() -> int:
        start.wait()
        return sum(iter(lambda: judge_due(city.app), 0))

    with ThreadPoolExecutor(4) as pool:
        handled = [job.result() for job in [pool.submit(run) for _ in range(4)]]
    city.scan()
    assert sum(handled) <= 40
    assert sorted(card["subject"] for card in city.cards()) == sorted(
        f"C{n}" for n in range(40) for _ in "wy"
    )


def test_scanning_while_events_arrive_loses_neither(supervise: Supervise) -> None:
    """Projector and scanner write the same rows: facts and cards all arrive, and nothing goes round."""
    city = supervise(MONDAY)
    numbers = range(30)
    for number in numbers:
        city.accepted(f"C{number}")
    city.time_is("2018-10-24 18:00")
    with ThreadPoolExecutor(2) as pool:
        arriving = pool.submit(lambda: [city.happens(f"C{n}", "claimed") for n in numbers for _ in range(3)])
        scanning = pool.submit(lambda: [judge_due(city.app) for _ in range(60)])
        arriving.result()
        scanning.result()
    city.scan()
    assert {row["version"] for row in city.rows()} == {5}
    assert len(city.cards()) == 2 * len(numbers)
    assert city.replayed(city.events, city.card_events()) == city.rows()


def test_where_cards_are_issued_by_hand_they_wait(supervise: Supervise) -> None:
    city = supervise(MONDAY, settings=Settings(issue=MANUAL))
    city.accepted("C1")
    city.time_is("2018-10-22 18:00")
    city.scan()
    assert [(card["mode"], card["state"]) for card in city.cards()] == [("pending", "pending")]


def test_a_case_with_a_parked_event_is_left_out_until_it_is_repaired(supervise: Supervise) -> None:
    city = supervise(MONDAY)
    city.accepted("C1")
    with city.db.transaction() as db:
        db.execute(
            "INSERT INTO parked (subscriber, stream, event_id, source, version, event)"
            " SELECT 'case_clock', stream, stream, 'cases', 3, '{}' FROM rm_case_clock.case_clock"
        )
    city.time_is("2018-11-20 10:00")
    assert city.scan() == 0
    with city.db.transaction() as db:
        db.execute("UPDATE parked SET skipped_at = now()")
    assert city.scan() == 1


def test_work_is_found_by_due_time_not_by_looking_at_open_cases(supervise: Supervise) -> None:
    city = supervise(MONDAY)
    with city.db.transaction() as db:
        db.execute(
            "INSERT INTO rm_case_clock.case_clock"
            " (stream, version, status, facts, crossings, state, completed, provisional,"
            " next_check_at, basis)"
            " SELECT gen_random_uuid(), 1, 'accepted', '{}', '[]', 'running', false, false,"
            " now() + n * interval '1 minute', %s FROM generate_series(1, 20000) AS n",
            (city.app.model.basis,),
        )
        db.execute("ANALYZE rm_case_clock.case_clock")
        asked = {
            "head": at(MONDAY),
            "current": False,
            "subscriber": "case_clock",
            "limit": 200,
            "basis": city.app.model.basis,
        }
        for query, index in ((CLAIM_DUE, "case_clock_due"), (CLAIM_OUTDATED, "case_clock_basis")):
            db.execute("EXPLAIN " + query, asked)
            plan = "\n".join(row[0] for row in db.fetchall())
            assert index in plan, plan
            assert "Seq Scan on case_clock" not in plan, plan


def test_rows_of_another_calendar_are_computed_again_whatever_their_time(supervise: Supervise) -> None:
    city = supervise(MONDAY)
    city.accepted("C1")
    due = city.rows()[0]["promised_due_at"]
    calendar = city.app.model.calendar.with_days("local-2", {at("2018-10-22 00:00").date(): False})
    city.app.model = CaseClock(calendar=calendar)
    city.head_reaches(MONDAY)
    assert city.scan() == 1
    row = city.rows()[0]
    assert row["promised_due_at"] == at("2018-10-25 17:00") > due
    assert row["basis"].startswith("local-2|")
    assert city.scan() == 0
