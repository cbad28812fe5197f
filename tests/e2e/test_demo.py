"""The demo is its own judge: exit code 0 only if every branch, rebuild and comparison held."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from shared.simulation.branches import BRANCHES


@pytest.mark.timeout(600)
def test_the_demo_holds() -> None:
    """One case of every branch on every item it suits; `yiwang demo` itself runs at least 300."""
    command = [sys.executable, "-m", "shared.cli", "demo", "--cases", "1", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr[-3000:]
    proof = json.loads(done.stdout)
    assert proof["failures"] == []
    assert done.returncode == 0
    assert set(proof["branches"]) == set(BRANCHES)


def test_a_city_can_be_simulated_and_the_same_seed_gives_the_same_city() -> None:
    command = [sys.executable, "-m", "shared.cli", "simulate", "--days=1", "--cases-per-day=6", "--json"]
    runs = [subprocess.run(command, capture_output=True, text=True, check=False) for _ in range(2)]
    for run in runs:
        assert run.returncode == 0, run.stdout + run.stderr[-2000:]
    first, second = (json.loads(run.stdout) for run in runs)
    assert first["cases"] == 6
    assert first["branches"] == second["branches"]
