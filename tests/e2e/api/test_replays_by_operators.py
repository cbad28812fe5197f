"""`yiwang replay` and `POST /operations/replays`, on a running platform."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from shared.cli.app import root
from shared.cli.throwaway import ThrowAway
from shared.client import ApiProblem
from shared.simulation.city import City
from shared.testing.waiting import await_that
from tests.e2e.shelf import Shelf


@pytest.fixture(scope="module")
def number(city: City) -> str:
    """An accepted case that departments have been told of."""
    number = Shelf(city, "accepted").cases["accepted"]
    await_that(lambda: len(city.operator.get("/events", case=number, types="case")["items"]) == 2)
    return number


@pytest.fixture(scope="module")
def subscription(city: City, number: str) -> Any:
    """A pull of everything, from the beginning, read to its end."""
    body = {"name": "replay-check", "delivery": {"kind": "pull"}, "start": "beginning"}
    made = city.operator.post("/subscriptions", body)
    await_that(lambda: bool(city.operator.get("/subscriptions", name="replay-check")["items"]))
    place = ""
    while True:
        page = city.operator.get("/events", after=place, subscription=made["id"], limit=200)
        place = page["next"]
        if not page["more"]:
            return made.body | {"read": place}


def yiwang(platform: ThrowAway, *words: str) -> Any:
    return CliRunner().invoke(root, [*words, "--data", str(platform.data)])


def test_a_dry_run_counts_by_type_and_sends_nothing(
    city: City, platform: ThrowAway, subscription: Any
) -> None:
    done = yiwang(platform, "replay", "--subscription", "replay-check", "--from", "2020-01-01", "--dry-run",
                  "--json")  # fmt: skip
    answer = json.loads(done.output)
    assert answer["state"] == "planned"
    assert sum(answer["types"].values()) == answer["events"] > 0
    page = city.operator.get("/events", after=subscription["read"], subscription=subscription["id"])
    assert [event for event in page["items"] if event.get("replayed")] == []


def test_one_case_comes_again_marked(city: City, platform: ThrowAway, subscription: Any, number: str) -> None:
    done = yiwang(platform, "replay", "--subscription", "replay-check", "--case", number)
    assert (done.exit_code, "sent again, live events wait behind" in done.output) == (0, True)
    page = city.operator.get("/events", after=subscription["read"], subscription=subscription["id"])
    history = [event["type"] for event in city.operator.get(f"/cases/{number}/events")["items"]]
    assert [event["type"] for event in page["items"] if event["type"].startswith("case.")] == history
    assert {(event["subject"], event["replayed"]) for event in page["items"]} == {(number, True)}


@pytest.mark.parametrize(
    ("name", "code", "says"),
    [
        ("work_list", "read_model_is_rebuilt", "yiwang rebuild work_list"),
        ("case_messages", "effects_never_repeat", "never happen twice"),
        ("nobody", "not_found", "nobody"),
    ],
)
def test_a_reader_inside_the_house_is_refused_with_what_to_do_instead(
    city: City, name: str, code: str, says: str
) -> None:
    with pytest.raises(ApiProblem) as refused:
        city.operator.post("/operations/replays", {"subscription": name, "from": "2020-01-01"})
    assert refused.value.code == code
    assert says in str(refused.value)


def test_the_command_line_says_what_it_needs(platform: ThrowAway) -> None:
    assert yiwang(platform, "replay", "--subscription", "replay-check").exit_code == 2
