"""What stands in `docs/events/`: made from the contracts, committed, and held to them by a test.

asyncapi.json         the whole document, as served at `/asyncapi.json`
schemas/<type>.json   the JSON Schema of each type's `data`
released.json         the schemas of the last release: what must not be broken
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from shared.registry.asyncapi import document
from shared.registry.compatibility import Break, breaks
from shared.registry.contracts import published
from shared.registry.json_schema import DIALECT, Shape, schema_of

FOLDER = Path("docs/events")
RELEASED = "released.json"


def schemas() -> dict[str, Shape]:
    return {name: schema_of(kind) for name, kind in published().items()}


def files() -> dict[str, str]:
    """Path within the folder to its text, without the release."""
    made = {"asyncapi.json": _text(document())}
    for name, shape in schemas().items():
        head = {"$schema": DIALECT, "$id": f"urn:yiwang:event:{name}", "title": name}
        made[f"schemas/{name}.json"] = _text(head | shape)
    return made


def differences(folder: Path) -> list[str]:
    """What in the folder is not as the code has it: `missing`, `outdated` or `nobody's`, with the path."""
    wanted = files()
    there = {
        path.relative_to(folder).as_posix(): path for path in folder.rglob("*.json") if path.name != RELEASED
    }
    told = [f"missing: {name}" for name in wanted if name not in there]
    told += [f"nobody's: {name}" for name in there if name not in wanted]
    told += [
        f"outdated: {name}"
        for name in wanted
        if name in there and there[name].read_text("utf-8") != wanted[name]
    ]
    return sorted(told)


def broken(folder: Path) -> list[Break]:
    """What the code breaks of the last release. Raises FileNotFoundError where there is none."""
    released: dict[str, Shape] = json.loads((folder / RELEASED).read_text("utf-8"))
    return breaks(released, schemas())


def unguarded(folder: Path) -> list[str]:
    """Types that came after the last release; all of them where there was none."""
    file = folder / RELEASED
    released = json.loads(file.read_text("utf-8")) if file.exists() else {}
    return sorted(schemas().keys() - released.keys())


def write(folder: Path) -> None:
    """Bring the folder to what the code says; the release stays as it is."""
    wanted = files()
    for path in folder.rglob("*.json"):
        name = path.relative_to(folder).as_posix()
        if name not in wanted and name != RELEASED:
            path.unlink()
    for name, text in wanted.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")


def release(folder: Path) -> None:
    """From now on what the code says is what must not be broken."""
    (folder / RELEASED).write_text(_text(schemas()), "utf-8")


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
