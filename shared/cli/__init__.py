"""The `yiwang` command."""

from __future__ import annotations

import sys

GREEN_COMMANDS = frozenset({"up", "run"})


def main() -> None:
    """Entry point. Commands that host services must make the process green before any other import."""
    if len(sys.argv) > 1 and sys.argv[1] in GREEN_COMMANDS:
        from shared.runtime.green import make_green  # noqa: PLC0415

        make_green()
    from shared.cli.app import run  # noqa: PLC0415

    run()
