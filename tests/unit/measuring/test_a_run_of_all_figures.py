"""`python -m benchmarks`: one figure that fails keeps nobody from the others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from benchmarks import __main__ as run
from benchmarks.bench import Bench
from benchmarks.picture import Bars
from benchmarks.result import absolute, compared

FIELDS = {"name", "value", "unit", "reference", "ratio", "target", "conditions"}


def breaks(bench: Bench) -> Iterator[Any]:
    yield absolute("never kept", 1.0, "ms", conditions="")
    raise RuntimeError("no broker here")


def draws(bench: Bench) -> Iterator[Any]:
    yield compared("with a picture", "ms", [1.0], [2.0], conditions="", at_most=1.0)
    yield Bars("drawn", "Drawn", "ms", {"a": [1.0]}, "a")


def only_says(bench: Bench) -> Iterator[Any]:
    yield compared("rate & rest", "cases/s", [10.0], [40.0], conditions="")
    yield absolute("nothing at all", 0.0, "ms", conditions="")


FIGURES = {"breaks": breaks, "draws": draws, "says": only_says}


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(run, "OUT", tmp_path)
    monkeypatch.setattr(run, "FIGURES", tmp_path / "figures")
    monkeypatch.setattr(run, "names", lambda: list(FIGURES))
    monkeypatch.setattr(run, "described", str.title)
    monkeypatch.setattr(run, "measure_of", FIGURES.__getitem__)
    return tmp_path


def measured(*named: str) -> Result:
    return CliRunner().invoke(run.main, named)


def test_a_figure_that_fails_is_told_at_the_end_and_the_others_are_measured(out: Path) -> None:
    done = measured()
    assert done.exit_code == 1
    assert "no broker here" in done.output
    assert done.output.rstrip().endswith("failed, and left as they were before: breaks")
    found = json.loads((out / "results.json").read_text("utf-8"))
    assert [each["name"] for each in found] == ["with a picture", "rate & rest", "nothing at all"]
    assert all(set(each) >= FIELDS for each in found)


def test_a_run_without_a_failure_ends_with_0(out: Path) -> None:
    assert measured("draws", "says").exit_code == 0


def test_every_figure_has_a_picture(out: Path) -> None:
    measured()
    drawn = {path.name: ElementTree.fromstring(path.read_text("utf-8")) for path in out.glob("*.svg")}  # noqa: S314 - ours
    assert set(drawn) == {"drawn.svg", "says-cases-s.svg", "says-ms.svg"}
    said = " ".join(drawn["says-cases-s.svg"].itertext())
    assert "rate & rest: beside it" in said
