"""A process log becomes historical cases: as they were, once, with their own deadlines."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cases_world import OPERATOR, World

from services.cases.streams import case_stream


def logged(external_id: str = "case-1", **changes: Any) -> dict[str, Any]:
    return {
        "external_id": external_id,
        "started_at": "2011-10-11T13:42:22.688+02:00",
        "deadline": "2011-12-06T13:41:31.788+01:00",
        "planned_end": "2011-12-05T13:41:31.788+01:00",
        "ended_at": "2011-11-24T15:37:16.553+01:00",
        "channel": "Internet",
        "department": "General",
        "responsible": "Resource21",
        "group": "Group 2",
        "events": [
            {"id": "t2", "name": "T02 Check", "at": "2011-10-12T08:26:25+02:00", "resource": "R10"},
            {"id": "t1", "name": "Confirmation", "at": "2011-10-11T13:45:40+02:00", "resource": "R21"},
        ],
    } | changes


def load(world: World, *cases: dict[str, Any], dry_run: bool = False) -> dict[str, Any]:
    body = {"cases": list(cases), "dry_run": dry_run}
    report: dict[str, Any] = world.call("import_log", OPERATOR, body).value
    return report


def find(world: World, external_id: str) -> dict[str, Any]:
    world.project()
    (row,) = world.call("list", OPERATOR, external_id=external_id).value["items"]
    return dict(row)


def test_events_lie_at_their_own_times_in_order(world: World) -> None:
    load(world, logged())
    row = find(world, "case-1")
    events = world.app.store.read_stream(case_stream(row["case_no"]))
    assert [event.type for event in events] == [
        "case.submitted", "case.accepted", "case.step_recorded", "case.step_recorded",
        "case.decided", "case.completed",
    ]  # fmt: skip
    assert [event.data.get("step") for event in events[2:4]] == ["Confirmation", "T02 Check"]
    assert events[-1].occurred_at == datetime.fromisoformat("2011-11-24T15:37:16.553+01:00")
    assert {event.data["case"]["source"] for event in events} == {"import"}
    assert {event.metadata["role"] for event in events} == {"import"}


def test_only_the_logs_deadline_is_statutory(world: World) -> None:
    load(world, logged(), logged("late", ended_at="2011-12-07T09:00:00+01:00"))
    assert find(world, "case-1")["colour"] == "normal"
    late = find(world, "late")
    assert late["colour"] == "red"
    assert late["clock_state"] == "closed"
    due_at = datetime.fromisoformat(str(late["statutory_due_at"]))
    assert due_at == datetime.fromisoformat("2011-12-06T13:41:31.788+01:00")
    assert late["promised_due_at"] is None


def test_an_open_case_stays_open(world: World) -> None:
    load(world, logged(ended_at=None))
    row = find(world, "case-1")
    assert row["status"] == "in_process"
    assert row["clock_state"] == "running"


def test_a_second_run_adds_nothing(world: World) -> None:
    first = load(world, logged(), logged("case-2"))
    second = load(world, logged(), logged("case-2"), logged("case-3"))
    assert (first["imported"], first["unchanged"]) == (2, 0)
    assert (second["imported"], second["unchanged"]) == (1, 2)


def test_a_dry_run_stores_nothing(world: World) -> None:
    report = load(world, logged(), dry_run=True)
    assert (report["imported"], report["dry_run"]) == (1, True)
    assert world.db.fetch("SELECT count(*) AS n FROM events") == [{"n": 0}]


def test_a_bad_row_is_named_and_stops_no_other(world: World) -> None:
    bad = logged("bad", started_at="yesterday", surprise=1, line=7)
    report = load(world, logged(), bad, {"external_id": "empty"})
    assert (report["total"], report["imported"], report["rejected"]) == (3, 1, 2)
    found = {(fault["line"], fault["field"], fault["code"]) for fault in report["errors"]}
    assert found == {
        (7, "started_at", "not_a_time"), (7, "surprise", "unknown_field"), (3, "started_at", "required"),
    }  # fmt: skip


def test_a_step_after_the_end_is_kept_and_flagged(world: World) -> None:
    report = load(world, logged(ended_at="2011-10-11T20:00:00+02:00"))
    row = find(world, "case-1")
    last = world.app.store.read_stream(case_stream(row["case_no"]))[-1]
    assert last.type == "case.step_recorded"
    assert "not_in_status" in last.data["flags"]
    assert row["status"] == "completed"
    assert [fault["code"] for fault in report["warnings"]] == ["event_after_end"]
