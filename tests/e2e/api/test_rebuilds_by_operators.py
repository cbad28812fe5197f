"""`POST /operations/rebuilds`, on a running platform: a process beside the service does it."""

from __future__ import annotations

from typing import Any

import pytest

from shared.client import ApiProblem
from shared.simulation.city import City
from shared.testing.waiting import await_that
from tests.e2e.shelf import Shelf

BASE = "/operations/rebuilds"


@pytest.fixture(scope="module")
def number(city: City) -> str:
    """An accepted case whose clock is on record."""
    number = Shelf(city, "accepted").cases["accepted"]
    await_that(lambda: city.operator.get(f"/cases/{number}/clock")["state"] == "running", "its clock")
    return number


def ended(city: City, location: str) -> dict[str, Any]:
    path = location.removeprefix("/api/v1")

    def found() -> dict[str, Any] | None:
        run = city.operator.get(path).body
        return run if run["state"] in ("done", "failed") else None

    return dict(await_that(found, f"the end of {path}"))


@pytest.mark.parametrize(
    ("read_model", "service", "table"),
    [("work_list", "cases", "entry"), ("case_clock", "supervision", "case_clock")],
    ids=["of its own events", "of another service's"],
)
def test_it_is_asked_for_and_ends_with_a_comparison(
    city: City, number: str, read_model: str, service: str, table: str
) -> None:
    asked = city.operator.post(BASE, {"read_model": read_model})
    assert (asked.status, asked["service"]) == (202, service)
    run = ended(city, asked.headers["Location"])
    assert (run["state"], run["failure"]) == ("done", None)
    assert run["events"] > 0
    rows = {each["table"]: each for each in run["tables"]}
    assert rows[table]["after"] > 0
    assert city.operator.get(BASE, service=service)["items"][0]["id"] == asked["id"]
    assert city.operator.get(f"/cases/{number}")["status"] == "accepted"


def test_who_may_not_act_may_not_ask(city: City, sign_in: Any) -> None:
    auditor = sign_in("audit_admin")
    with pytest.raises(ApiProblem) as refused:
        auditor.post(BASE, {"read_model": "work_list"})
    assert refused.value.status == 403
    assert isinstance(auditor.get(BASE)["items"], list)


def test_what_is_not_there_is_not_found(city: City) -> None:
    for ask in (
        lambda: city.operator.post(BASE, {"read_model": "nobody"}),
        lambda: city.operator.get(f"{BASE}/6a1f3c1e-0d5b-4f0e-8a56-3f1f9f7d2f10"),
    ):
        with pytest.raises(ApiProblem) as missing:
            ask()
        assert missing.value.status == 404
