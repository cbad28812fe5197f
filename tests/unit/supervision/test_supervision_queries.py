"""Lists, statistics, rules, calendar, and how far the scanner is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from supervised import HEAD_OF_A, HEAD_OF_B, Supervised, at

from shared.contracts.supervision import CalendarAnswer, CardList, RuleList, ScanStatus, SupervisionStatistics
from shared.problems import Problem

Supervise = Callable[..., Supervised]


@pytest.fixture
def city(supervise: Supervise) -> Supervised:
    """Five cases of two departments: late, in time, late but open, paused, not due yet."""
    found = supervise("2018-10-15 10:00")
    for number, department in enumerate(("DEPT-A", "DEPT-A", "DEPT-B", "DEPT-B"), start=1):
        found.accepted(f"C{number}", department=department)
    found.happens("C1", "decided", "2018-10-26 10:00", outcome="granted")
    found.happens("C1", "completed", "2018-10-26 10:00", status="completed")
    found.happens("C2", "decided", "2018-10-16 10:00", outcome="granted")
    found.happens("C2", "completed", "2018-10-16 10:00", status="completed")
    for number in (1, 2):
        found.happens(f"C{number}", "delivered", "2018-10-26 11:00" if number == 1 else "2018-10-17 10:00")
    found.happens(
        "C4", "special_procedure_started", "2018-10-16 10:00", department="DEPT-B",
        sequence=1, type="B", name="听证", stops_clock=True,
    )  # fmt: skip
    found.time_is("2018-10-30 10:00")
    found.accepted("C5", department="DEPT-B")
    found.scan()
    return found


def test_cards_newest_first_filtered_and_paged(city: Supervised) -> None:
    everything = city.call("cards", params={"limit": 200})["items"]
    assert len(everything) == 5
    pages, after = [], ""
    while True:
        page = city.call("cards", params={"limit": 2, "after": after})
        assert CardList().validate(page) == {}
        pages += page["items"]
        after = page["next"]
        if not after:
            break
    assert [row["card_id"] for row in pages] == [row["card_id"] for row in everything]
    assert {row["case_no"] for row in city.call("cards", params={"level": "red"})["items"]} == {"C3"}
    assert len(city.call("cards", params={"case_no": "C1"})["items"]) == 2
    assert len(city.call("cards", params={"department": "DEPT-B", "state": "issued"})["items"]) == 3
    assert city.call("cards", params={"level": "", "state": "revoked"})["items"] == []


def test_a_department_head_sees_the_own_departments_cards(city: Supervised) -> None:
    assert {row["case_no"] for row in city.call("cards", HEAD_OF_A)["items"]} == {"C1"}
    assert {row["case_no"] for row in city.call("cards", HEAD_OF_B)["items"]} == {"C3"}
    assert city.call("cards", HEAD_OF_A, params={"department": "DEPT-B"})["items"] == []


def test_an_unknown_filter_or_place_is_refused(city: Supervised) -> None:
    for params in ({"level": "green"}, {"colour": "red"}, {"after": "nonsense"}, {"limit": 201}):
        with pytest.raises(Problem) as caught:
            city.call("cards", params=params)
        assert caught.value.status == 422


def test_statistics_by_department(city: Supervised) -> None:
    found = city.call("statistics", params={"by": "department"})
    assert SupervisionStatistics().validate(found) == {}
    a, b = found["items"]
    assert (a["key"], a["name"], a["cases"], a["open"]) == ("DEPT-A", "部门A", 2, 0)
    assert (a["completed"], a["completed_in_time"], a["completed_late"]) == (2, 1, 1)
    assert (a["warning"], a["yellow"], a["red"]) == (1, 1, 0)
    assert (b["cases"], b["open"], b["overdue"], b["paused"]) == (3, 3, 1, 1)
    assert (b["warning"], b["yellow"], b["red"], b["revoked"]) == (1, 1, 1, 0)


def test_statistics_by_region_and_item_and_within_days(city: Supervised) -> None:
    for by, key in (("region", "370102000000"), ("item", "ITEM-1")):
        (row,) = city.call("statistics", params={"by": by})["items"]
        assert (row["key"], row["cases"]) == (key, 5)
    day = {"by": "region", "from": "2018-10-30", "to": "2018-10-30"}
    (row,) = city.call("statistics", params=day)["items"]
    assert (row["cases"], row["yellow"]) == (1, 2)
    assert [row["key"] for row in city.call("statistics", HEAD_OF_A)["items"]] == ["DEPT-A"]


def test_rules_are_versioned_data_and_one_is_selected(city: Supervised) -> None:
    found = city.call("rules")
    assert RuleList().validate(found) == {}
    assert [(rule["id"], rule["version"], rule["selected"]) for rule in found["items"]] == [
        ("default", 1, True),
        ("model_a", 1, False),
    ]


def test_the_calendar_of_a_year(city: Supervised) -> None:
    found = city.call("calendar", params={"year": 2026})
    assert CalendarAnswer().validate(found) == {}
    assert found["working_days"] == 248
    assert "2026-10-10" in found["work"] and "2026-10-01" in found["rest"]
    assert found["office_hours"] == [["09:00", "12:00"], ["13:00", "17:00"]]
    assert not found["provisional"]
    assert city.call("calendar", params={"year": 2027})["provisional"]
    assert city.call("calendar")["year"] == 2018


def test_scan_status_shows_lag_and_what_waits(city: Supervised) -> None:
    found = city.call("scan_status")
    assert ScanStatus().validate(found) == {}
    assert (found["lag_seconds"], found["waiting"], found["outdated"], found["open"]) == (0, 0, 0, 3)
    assert found["next_check_at"] is not None
    city.clock.advance_to(at("2018-10-30 10:05"))
    assert city.call("scan_status")["lag_seconds"] == 300
    city.time_is("2018-12-30 10:00")
    assert city.call("scan_status")["waiting"] == 1
