"""Runs a plan and says how every case ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from shared.client import ApiProblem
from shared.simulation.city import City
from shared.simulation.driver import Driver
from shared.simulation.handling import Handling
from shared.simulation.plan import Planned


@dataclass
class Outcome:
    """What became of one planned case; `problem` says why it did not get to its end."""

    branch: str
    item: str
    expected: str
    case_no: str = ""
    status: str = ""
    problem: str = ""

    @property
    def held(self) -> bool:
        return not self.problem and self.status == self.expected


@dataclass
class Run:
    city: City
    seed: int
    on_end: Callable[[Outcome], None] = lambda outcome: None
    outcomes: list[Outcome] = field(default_factory=list)
    actions: int = 0

    def drive(self, plan: list[Planned]) -> list[Outcome]:
        """Every case of the plan to its end. A case that goes wrong is reported, the others go on."""
        driver = Driver(self.city)
        for number, planned in enumerate(plan):
            driver.start(self._life(planned, number), planned.at)
        driver.run()
        return self.outcomes

    def _life(self, planned: Planned, number: int) -> Iterator[timedelta]:
        case = Handling(self.city, planned.item, Random(self.seed * 1_000_003 + number))
        outcome = Outcome(planned.branch.name, planned.item["name"], planned.branch.ends)
        try:
            yield from planned.branch.live(case)
        except (ApiProblem, LookupError, TimeoutError) as error:
            outcome.problem = f"after {case.done}: {error}"
        outcome.case_no, outcome.status = case.case_no, case.status
        self.actions += len(case.done)
        self.outcomes.append(outcome)
        self.on_end(outcome)


def items_to_apply_for(city: City) -> list[dict[str, Any]]:
    """Definitions of all items that can be applied for online and that a demo department can handle."""
    departments = city.departments()
    found = []
    for item in city.operator.pages("/items", appliable="true", limit=100):
        definition = city.operator.get(f"/items/{item['code']}")["definition"]
        if definition["department_code"] in departments:
            found.append(definition)
    return found
