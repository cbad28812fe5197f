"""Public data sets that lie beside the checkout and are no part of it."""

from __future__ import annotations

from pathlib import Path


def real_data(name: str) -> Path | None:
    """`shared/data/<name>` in the checkout's parent folder, if it is there."""
    found = Path(__file__).resolve().parents[2] / "shared" / "data" / name
    return found if found.exists() else None
