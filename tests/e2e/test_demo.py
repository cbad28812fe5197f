"""The demo is its own judge: exit code 0 only if every branch, rebuild and comparison held."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from shared.simulation.branches import BRANCHES


@pytest.mark.timeout(600)
def test_the_demo_holds() -> None:
    """A case of every branch, and one on every item; `yiwang demo` itself tries each branch on each item."""
    command = [sys.executable, "-m", "shared.cli", "demo", "--cases", "1", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr[-3000:]
    proof = json.loads(done.stdout)
    assert proof["failures"] == []
    assert done.returncode == 0
    assert set(proof["branches"]) == set(BRANCHES)


def test_a_city_can_be_simulated() -> None:
    command = [sys.executable, "-m", "shared.cli", "simulate", "--days=1", "--cases-per-day=6", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    told = json.loads(done.stdout)
    assert told["cases"] == sum(told["branches"].values()) == 6
    assert told["wrong"] == []
