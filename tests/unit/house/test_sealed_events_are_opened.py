"""Guard: whoever makes events of rows opens and upcasts them, or what is sealed would pass for empty."""

from __future__ import annotations

import ast
import re

from house_plan import ROOT

_RAW = re.compile(r"\bSELECT\b[^;)\n]*\bdata\b[^;)\n]*\bFROM (public\.)?events\b")
PERSONAL_FREE = {
    "shared/seals/audit.py": "audits what lies there, and names a case by its number",
    "shared/personal/keys.py": "asks a first event whose it is, which is never sealed",
}


def test_events_made_of_rows_are_opened() -> None:
    lacking, raw = [], set()
    for folder in ("shared", "services"):
        for file in (ROOT / folder).rglob("*.py"):
            source, name = file.read_text("utf-8"), str(file.relative_to(ROOT))
            called = {
                node.func.id
                for node in ast.walk(ast.parse(source))
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            }
            if "to_event" in called and "as_readers_get_them" not in called:
                lacking.append(name)
            if _RAW.search(source) and name not in PERSONAL_FREE:
                raw.add(name)
    assert lacking == []
    assert raw == set()
