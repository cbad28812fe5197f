"""Which tests go to the same process when several run side by side.

`make test` runs two; a third was slower on two cores.

A file is never divided: its tests may tell one story after the other, and its fixtures are made once. Nor
are the folders below, whose files share what takes long to start.

xdist's own groups (`--dist loadgroup`) do nothing under pytest 9.2, which no longer lets it mark a test's id.
"""

from __future__ import annotations

from typing import Any

from xdist.scheduler import LoadFileScheduling

TOGETHER = ("tests/e2e/shapes/", "tests/integration/")


class ByFile(LoadFileScheduling):  # type: ignore[misc]
    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        return next((folder for folder in TOGETHER if file.startswith(folder)), file)


def scheduler(config: Any, log: Any) -> ByFile:
    return ByFile(config, log)
