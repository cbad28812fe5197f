"""What the guards of the house look at: the project's own files, its services, and their parts."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

from shared.service.spec import ServiceSpec, installed_services

ROOT = Path(__file__).parents[3]
FOLDERS = (".ci", "benchmarks", "deploy", "docs", "examples", "services", "shared", "tests")
_MADE = {"__pycache__", "out"}
TEXT = {"", ".cfg", ".css", ".html", ".json", ".lock", ".md", ".py", ".sh", ".sql", ".svg", ".toml", ".txt",
        ".yaml", ".yml"}  # fmt: skip

SERVICES: dict[str, ServiceSpec] = installed_services()
OWNERS = {name: spec for name, spec in SERVICES.items() if spec.categories}
"""Services that own facts: all but the gateway."""


def files(*suffixes: str) -> list[Path]:
    """Files that belong to the project and are text, without what a run makes."""
    wanted = set(suffixes) or TEXT
    top = [path for path in ROOT.iterdir() if path.is_file() and not path.name.startswith(".")]
    below = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file())
    found = (path for path in [*top, *below] if not _MADE & set(path.relative_to(ROOT).parts))
    return sorted(path for path in found if path.suffix in wanted)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def schemas(service: str) -> ModuleType:
    return import_module(f"services.{service}.schemas")


def imports(path: Path) -> Iterator[str]:
    """Dotted names a module imports, at its top or deeper."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name(path)} imports relatively"
            yield node.module or ""
