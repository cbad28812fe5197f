"""Submitting a case over HTTP on an embedded platform: everything in one process, as `make run` starts it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from random import Random
from statistics import quantiles
from time import monotonic

from benchmarks.bench import Bench
from benchmarks.picture import Bars, Curve
from benchmarks.result import Result, absolute, compared
from shared.cli.throwaway import ThrowAway, throw_away_platform
from shared.client import ApiClient
from shared.simulation.city import City
from shared.simulation.handling import Handling
from shared.simulation.run import items_to_apply_for

_NAME = "submit a case over HTTP"
CLIENTS, SECONDS = 4, 3.0
START = datetime(2026, 3, 2, 1, tzinfo=UTC)


def measure(bench: Bench) -> Iterator[Result | Bars | Curve]:
    times: list[float] = []
    rates, limits = [], []
    with throw_away_platform(START) as platform, ThreadPoolExecutor(CLIENTS) as pool:
        item = _item(platform)
        crew = [City(platform.url, platform.accounts(), platform.operator()) for _ in range(CLIENTS)]
        for city in crew:
            _submit_for(city, item, 0.5)
        for _ in range(bench.rounds):
            began = monotonic()
            parts = list(pool.map(lambda city: _submit_for(city, item, SECONDS), crew))
            took = [each for part in parts for each in part]
            rates.append(len(took) / (monotonic() - began))
            times += took
            limits.append(float(sum(pool.map(_ask_for_a_second, [platform.url] * CLIENTS))))
    where = f"embedded, {CLIENTS} clients, simulated clock, clients and server share the machine"
    said = f"{where}; reference is GET /livez, which asks no service"
    yield compared(_NAME, "cases/s", rates, limits, conditions=said)
    for name, seconds in (("p50", quantiles(times, n=100)[49]), ("p99", quantiles(times, n=100)[98])):
        yield absolute(f"{_NAME}, {name}", seconds * 1000, "ms", conditions=where)


def _item(platform: ThrowAway) -> dict[str, object]:
    """The first that a citizen can apply for wholly online."""
    city = City(platform.url, platform.accounts(), platform.operator())
    found = (item for item in items_to_apply_for(city) if "natural_person" in item["service_object"]
             and "full_online" in item["application_forms"] and not item.get("situations"))  # fmt: skip
    return next(found)


def _submit_for(city: City, item: dict[str, object], seconds: float) -> list[float]:
    """Seconds each submission took."""
    took, until, random = [], monotonic() + seconds, Random()
    while (began := monotonic()) < until:
        Handling(city, item, random).submit("full_online")
        took.append(monotonic() - began)
    return took


def _ask_for_a_second(url: str) -> int:
    """Answers in a second of the cheapest request there is: what the HTTP server alone can do."""
    client, answers, until = ApiClient(url), 0, monotonic() + 1.0
    while monotonic() < until:
        client.request("GET", "/livez")
        answers += 1
    return answers
