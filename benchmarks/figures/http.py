"""Submitting cases over HTTP: on `yiwang stack`, every service a process, and all in one process."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from statistics import median, quantiles
from time import monotonic, sleep
from typing import Any

from benchmarks.bench import Bench
from benchmarks.echo import echo, seconds_used
from benchmarks.picture import Bars, Curve
from benchmarks.processes import spent, used
from benchmarks.result import Result, absolute, compared
from benchmarks.shapes import Shape, embedded, stack
from shared.simulation.city import City, Person
from shared.simulation.handling import Handling
from shared.simulation.run import items_to_apply_for

CLIENTS = 10
WANTED, WANTED_MS = 240.0, 39.0
"""Ten times the 24 cases/s that Open Zaak publishes, and a tenth of its median with 10 clients, 390 ms."""

SETTLED = 0.05
"""Processors above idle at which everything that follows a submission counts as done."""

_WORKER = Path(__file__).parents[1] / "workers" / "submitting.py"


def measure(bench: Bench) -> Iterator[Result | Bars | Curve]:
    seconds = 1.0 if bench.quick else 6.0
    for name, shape in (("stack", stack), ("embedded", embedded)):
        with shape() as platform:
            yield from _figures(f"submit a case over HTTP, {name}", platform, bench.rounds, seconds)
            if shape is stack:
                yield from _ceiling(platform, bench.rounds)


def _figures(name: str, platform: Shape, rounds: int, seconds: float) -> Iterator[Result]:
    requests = _submissions(platform.city())
    alive = [{"method": "GET", "path": "/livez", "token": None, "body": None}]
    idle = _idle(platform)
    with _clients(platform.url, requests) as submit, _clients(platform.url, alive) as ask:
        submit(seconds / 2)
        before = _settled(platform, idle)
        found = [submit(seconds) for _ in range(rounds)]
        ended = monotonic()
        after = _settled(platform, idle)
        reference = [_rate(ask(1.0)) for _ in range(rounds)]
    times = [each for part in found for each in part["times"]]
    cases = len(times)
    said = f"{CLIENTS} clients on {len(requests)} items, clients and PostgreSQL on the same processors"
    rates = [_rate(part) for part in found]
    yield absolute(name, median(rates), "cases/s", conditions=said, at_least=WANTED)
    yield compared(f"{name}, beside GET /livez", "cases/s", rates, reference, conditions=said)
    yield absolute(f"{name}, median", median(times) * 1000, "ms", conditions=said, at_most=WANTED_MS)
    yield absolute(f"{name}, 99 %", quantiles(times, n=100)[98] * 1000, "ms", conditions=said)
    client = sum(part["cpu"] for part in found) / cases * 1000
    yield absolute(f"{name}: clients", client, "ms CPU", conditions=said)
    late = f"{said}; seconds until all that follows the last answer was done"
    yield absolute(f"{name}: followed", after[0] - ended, "s", conditions=late)
    whole = spent(before[1], after[1])
    asleep = Counter({label: share * (after[0] - before[0]) for label, share in idle.items()})
    yield from _shares(name, whole, asleep, cases, said)


def _ceiling(platform: Shape, rounds: int) -> Iterator[Result]:
    """What is left of it when nothing is done: the same bodies to nameko's own HTTP and RPC, and back."""
    bodies = [{**each, "path": "/echo", "token": None} for each in _submissions(platform.city())]
    with echo(platform.data) as (url, pids), _clients(url, bodies) as ask:
        ask(1.0)
        before = seconds_used(pids, platform.pid, platform.data)
        found = [ask(2.0) for _ in range(rounds)]
        after = seconds_used(pids, platform.pid, platform.data)
    times = [each for part in found for each in part["times"]]
    said = f"{CLIENTS} clients, the same bodies, the stack's RabbitMQ, the stack beside it idle"
    name = "HTTP and RPC of bare nameko, an echo"
    yield absolute(name, median(map(_rate, found)), "requests/s", conditions=said)
    yield absolute(f"{name}, median", median(times) * 1000, "ms", conditions=said)
    cost = (after - before) / len(times) * 1000
    yield absolute(f"{name}: all processes", cost, "ms CPU", conditions=said)


def _shares(name: str, whole: Counter[str], asleep: Counter[str], cases: int, said: str) -> Iterator[Result]:
    """Processor time per case, all that follows it included, without what the idle platform uses."""
    each = {label: (seconds - asleep[label]) / cases * 1000 for label, seconds in whole.items()}
    yield absolute(f"{name}: all processes", sum(each.values()), "ms CPU", conditions=said)
    for label, cost in sorted(each.items(), key=lambda one: -one[1]):
        if cost >= 0.1:
            yield absolute(f"{name}: {label}", cost, "ms CPU", conditions=said)


def _rate(part: dict[str, Any]) -> float:
    return float(part["done"] / part["seconds"])


def _idle(platform: Shape) -> Counter[str]:
    """Processors in use by each, with nobody there."""
    sleep(2.0)
    before, began = used(platform.pid, platform.data), monotonic()
    sleep(4.0)
    share = spent(before, used(platform.pid, platform.data))
    return Counter({label: seconds / (monotonic() - began) for label, seconds in share.items()})  # type: ignore[misc]


def _settled(platform: Shape, idle: Counter[str]) -> tuple[float, dict[int, tuple[str, float]]]:
    """When it uses no more than idle again, and all it used by then; after a minute whatever it is."""
    until, before, at = monotonic() + 60.0, used(platform.pid, platform.data), monotonic()
    while True:
        sleep(1.5)
        after, now = used(platform.pid, platform.data), monotonic()
        if sum(spent(before, after).values()) / (now - at) < sum(idle.values()) + SETTLED or now > until:
            return now, after
        before, at = after, now


@contextmanager
def _clients(url: str, requests: list[dict[str, Any]]) -> Iterator[Any]:
    """`round(seconds)` inside the block, the process behind it idle meanwhile."""
    host, _, port = url.partition("//")[2].partition(":")
    order = {"address": [host, int(port)], "clients": CLIENTS, "requests": requests}
    with subprocess.Popen(
        [sys.executable, str(_WORKER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as process:
        assert process.stdin is not None  # noqa: S101 - asked for above
        assert process.stdout is not None  # noqa: S101
        say, hear = process.stdin, process.stdout
        say.write(json.dumps(order, ensure_ascii=False) + "\n")

        def round(seconds: float) -> dict[str, Any]:
            say.write(f"{seconds}\n")
            answered: dict[str, Any] = json.loads(hear.readline())
            if answered["refused"]:
                raise RuntimeError(f"a request was refused: {answered['refused'][0]}")
            return answered

        try:
            yield round
        finally:
            say.close()


class _Written(Exception):
    """The body, before it is sent."""


class _Pen:
    """Stands for a person; what they would submit is kept."""

    def __init__(self, person: Person) -> None:
        self.own = person.own

    def post(self, path: str, body: dict[str, Any]) -> Any:
        raise _Written(body)


def _submissions(city: City) -> list[dict[str, Any]]:
    """One for each item that a citizen can apply for wholly online."""
    citizen = city.person("citizen")
    bodies = [_body(city, item, citizen) for item in items_to_apply_for(city) if _suits(item)]
    return [
        {"method": "POST", "path": "/api/v1/cases", "token": citizen.token, "body": body} for body in bodies
    ]


def _suits(item: dict[str, Any]) -> bool:
    online = "natural_person" in item["service_object"] and "full_online" in item["application_forms"]
    return online and not item.get("situations")


def _body(city: City, item: dict[str, Any], citizen: Person) -> dict[str, Any]:
    handling = Handling(city, item, Random(7))
    applicant, _ = handling._applicant(False)
    handling._applicant = lambda window: (applicant, _Pen(citizen))  # type: ignore[method-assign, return-value, assignment]
    try:
        handling.submit("full_online")
    except _Written as written:
        return dict(written.args[0])
    raise AssertionError("unreachable")
