"""What falls due by itself happens once, when its time has come, and not while somebody acts."""

from __future__ import annotations

from datetime import datetime, timedelta

from cases_world import CITIZEN, CLERK, START, World

from services.cases.streams import case_stream
from services.cases.timers.deadlines import fire_deadlines
from shared.clock import LEGAL_ZONE

FIFTH_DAY_END = datetime(2026, 3, 9, 17, 0, tzinfo=LEGAL_ZONE)
"""START is a Monday: the fifth working day after it is the next one."""


def fire(world: World) -> int:
    world.project()
    return fire_deadlines(world.app)


def test_silence_is_acceptance_when_the_fifth_day_has_ended(world: World) -> None:
    no = world.submit()["case_no"]
    world.clock.advance_to(FIFTH_DAY_END - timedelta(minutes=1))
    assert fire(world) == 0
    world.clock.advance_to(FIFTH_DAY_END + timedelta(minutes=1))
    assert fire(world) == 1
    accepted = world.app.store.read_stream(case_stream(no))[-1]
    assert accepted.type == "case.accepted"
    assert accepted.data["deemed"] is True
    assert datetime.fromisoformat(accepted.data["accepted_at"]) == START
    assert accepted.data["document_no"].endswith("-SL-2026-000001")


def test_it_fires_once_though_the_read_model_is_behind(world: World) -> None:
    no = world.submit()["case_no"]
    world.clock.advance_to(FIFTH_DAY_END + timedelta(minutes=1))
    assert fire(world) == 1
    assert fire_deadlines(world.app) == 0
    assert fire(world) == 0
    assert world.types(no) == ["case.submitted", "case.accepted"]


def test_an_answer_that_the_read_model_has_not_seen_stops_it(world: World) -> None:
    no = world.submit()["case_no"]
    world.project()
    world.act(CLERK, no, "not-accept", {"reason": "不属于本机关职权", "referral": "市局"})
    world.clock.advance_to(FIFTH_DAY_END + timedelta(minutes=1))
    assert fire_deadlines(world.app) == 1
    assert world.types(no) == ["case.submitted", "case.not_accepted"]
    assert world.db.fetch("SELECT outcome FROM fired_deadline") == [{"outcome": "not_in_status"}]
    assert world.db.fetch("SELECT count(*) AS n FROM document_counter WHERE kind = 'acceptance'") == [
        {"n": 0}
    ]


def test_a_supplement_that_never_comes_lapses_the_case(world: World) -> None:
    no = world.submit()["case_no"]
    answer = world.act(CLERK, no, "request-supplement", {"reason": "缺清单", "materials": ["M3"]})
    assert answer.value["status"] == "supplement_required"
    due = datetime(2026, 3, 16, 17, 0, tzinfo=LEGAL_ZONE)
    assert datetime.fromisoformat(world.call("case", CITIZEN, no=no).value["supplement_due_at"]) == due
    world.clock.advance_to(due)
    assert fire(world) == 0
    world.clock.advance_to(due + timedelta(seconds=1))
    assert fire(world) == 1
    assert world.types(no)[-1] == "case.lapsed"


def test_a_supplement_in_time_starts_five_new_days(world: World) -> None:
    no = world.submit()["case_no"]
    world.act(CLERK, no, "request-supplement", {"reason": "缺清单", "materials": ["M3"]})
    world.clock.advance_to(START + timedelta(days=7))
    world.act(CITIZEN, no, "supplement", {"materials": [{"code": "M3"}]})
    world.clock.advance_to(FIFTH_DAY_END + timedelta(hours=1))
    assert fire(world) == 0
    world.clock.advance_to(FIFTH_DAY_END + timedelta(days=7, minutes=1))
    assert fire(world) == 1
    assert world.types(no)[-1] == "case.accepted"


def test_a_batch_deals_with_many(world: World) -> None:
    numbers = [world.submit()["case_no"] for _ in range(5)]
    world.clock.advance_to(FIFTH_DAY_END + timedelta(minutes=1))
    assert fire(world) == 5
    assert all(world.types(no)[-1] == "case.accepted" for no in numbers)
