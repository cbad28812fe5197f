"""Which tests go to the same process when several run side by side (`make test` runs two).

A platform, a broker, a browser take seconds to start and memory to keep: the tests that use one stay
together. Everything else stays together by file, so that a module's fixtures are made once.
"""

from __future__ import annotations

from pathlib import Path

import pytest

_SHARED = {"platform": "platform", "city": "platform", "rabbit": "broker", "broker_url": "broker"}
"""Fixture -> the group of the tests that use it, also through other fixtures."""


def group(item: pytest.Item) -> str | None:
    names = getattr(item, "fixturenames", ())
    return next((_SHARED[name] for name in _SHARED if name in names), None)


def assign(items: list[pytest.Item]) -> None:
    """A file is never divided: its tests may tell one story after the other."""
    files: dict[Path, str] = {}
    for item in items:
        files[item.path] = group(item) or files.get(item.path) or item.nodeid.split("::", 1)[0]
    for item in items:
        item.add_marker(pytest.mark.xdist_group(files[item.path]))
