"""What a demo must show, gathered from the platform itself."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from time import monotonic, sleep
from typing import Any, Protocol

from shared.contracts.case_fields import APPLICATION_FORMS
from shared.simulation.city import City
from shared.simulation.run import Outcome, Run

EVENT_TYPES = (
    "submitted", "pre_reviewed", "supplement_requested", "supplemented", "accepted", "not_accepted",
    "claimed",
    "transferred", "recalled", "step_recorded", "special_procedure_started", "special_procedure_ended",
    "extended", "decided", "completed", "originals_verified", "fee_paid", "result_ready", "dispatched",
    "delivered", "rated", "withdrawn", "lapsed", "voided", "urged", "corrected", "acceptance_revoked",
    "result_revoked",
)  # fmt: skip
SETTLE_SECONDS = 120.0


class Platform(Protocol):
    @property
    def data(self) -> Any: ...


@dataclass
class Proof:
    """`failures` is empty when everything held."""

    outcomes: list[Outcome]
    actions: int
    seconds: float
    statuses: dict[str, int] = field(default_factory=dict)
    forms: dict[str, int] = field(default_factory=dict)
    events: dict[str, int] = field(default_factory=dict)
    cards: dict[str, int] = field(default_factory=dict)
    messages: dict[str, int] = field(default_factory=dict)
    rebuilt: str = ""
    verified: str = ""
    failures: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.failures

    def as_dict(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "outcomes"} | {
            "cases": len(self.outcomes),
            "cases_per_second": round(len(self.outcomes) / self.seconds, 2),
            "actions_per_second": round(self.actions / self.seconds, 1),
            "branches": Counter(outcome.branch for outcome in self.outcomes),
            "holds": self.holds,
        }


def prove(platform: Platform, city: City, run: Run, seconds: float) -> Proof:
    """Count, rebuild, verify, and compare with what the scripts meant. Blocks until the readers caught up."""
    proof = Proof(run.outcomes, run.actions, seconds)
    proof.failures += [
        f"{each.branch} on {each.item}: {each.problem or f'ended {each.status}, not {each.expected}'}"
        for each in run.outcomes
        if not each.held
    ]
    _count_cases(proof, city)
    _count_events(proof, city)
    proof.cards = _count(city, "/supervision/cards", "level")
    proof.messages = _count(city, "/operations/outbox", "state")
    proof.rebuilt = _run(platform, proof, "rebuild", "--all")
    proof.verified = _run(platform, proof, "verify")
    parked = city.operator.get("/operations/parked")["items"]
    proof.failures += [f"parked: {row}" for row in parked]
    _expect_everything(proof)
    return proof


def _count_cases(proof: Proof, city: City) -> None:
    rows = list(city.operator.pages("/cases", limit=200))
    proof.statuses = dict(Counter(row["status"] for row in rows))
    proof.forms = dict(Counter(row["application_form"] for row in rows))
    if len(rows) != len(proof.outcomes):
        proof.failures.append(f"{len(proof.outcomes)} cases were submitted, the work list has {len(rows)}")
    shown = {row["case_no"]: row["status"] for row in rows}
    proof.failures += [
        f"{each.case_no} is {each.status}, but the work list says {shown.get(each.case_no)}"
        for each in proof.outcomes
        if each.case_no and shown.get(each.case_no) != each.status
    ]


def _count_events(proof: Proof, city: City) -> None:
    """By pulling the department feed until it has shown the last thing that happened."""
    counted: Counter[str] = Counter()
    cursor: str | None = None
    until = monotonic() + SETTLE_SECONDS
    while True:
        page = city.operator.get("/events", after=cursor, limit=200)
        counted.update(event["type"] for event in page["items"])
        cursor = page["next"]
        if not page["items"]:
            if counted["case.submitted"] >= len(proof.outcomes) or monotonic() > until:
                break
            sleep(0.2)
    proof.events = dict(sorted(counted.items()))


def _count(city: City, path: str, by: str) -> dict[str, int]:
    return dict(Counter(row[by] for row in city.operator.pages(path, limit=200)))


def _run(platform: Platform, proof: Proof, *command: str) -> str:
    """Another `yiwang` command on the same platform, as an operator would type it."""
    whole = [sys.executable, "-m", "shared.cli", *command, "--data", str(platform.data)]
    done = subprocess.run(whole, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        proof.failures.append(f"{' '.join(command)} failed: {(done.stdout + done.stderr)[-1500:]}")
    return done.stdout.strip()


def _expect_everything(proof: Proof) -> None:
    """Every form, every status a case can end or rest in, every type of event."""
    missing = [f"case.{name}" for name in EVENT_TYPES if f"case.{name}" not in proof.events]
    if missing:
        proof.failures.append(f"no event of the types {missing}")
    if absent := set(APPLICATION_FORMS) - set(proof.forms):
        proof.failures.append(f"no case of the forms {sorted(absent)}")
    ends = {outcome.expected for outcome in proof.outcomes}
    if absent := ends - set(proof.statuses):
        proof.failures.append(f"no case ended as {sorted(absent)}")
    if absent := {"warning", "yellow", "red"} - set(proof.cards):
        proof.failures.append(f"no card of the levels {sorted(absent)}")
    if not proof.messages:
        proof.failures.append("nobody was told anything")
