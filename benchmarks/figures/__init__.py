"""The figures, one module each. `measure(bench)` yields `Result`s and pictures as it gets them.

A module's name is the figure's on the command line, of its pictures' folder and in the results' file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import cast

from benchmarks.bench import Bench
from benchmarks.picture import Bars, Curve
from benchmarks.result import Result

Measure = Callable[[Bench], Iterator[Result | Bars | Curve]]


def names() -> list[str]:
    """All there are, by name."""
    return sorted(module.name for module in iter_modules(__path__))


def described(name: str) -> str:
    """The first line of what the module says of itself."""
    return (import_module(f"{__name__}.{name}").__doc__ or "").partition("\n")[0]


def measure_of(name: str) -> Measure:
    return cast("Measure", import_module(f"{__name__}.{name}").measure)
