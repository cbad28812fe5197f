"""Rows of application material: what a snapshot asks for against what was handed in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.cases.domain import item as items
from shared.domain.decision import Refusal

Rows = Sequence[Mapping[str, Any]]
WINDOW_SOURCES = frozenset({"hall", "window", "proxy", "courier", "import"})
"""Where a person takes the papers: an incomplete application is taken too, and answered by a notice."""

ONE_LIST = "优化营商环境条例 第三十五条"


def check_codes(item: items.Item, materials: Rows) -> Iterator[Refusal]:
    """Nothing outside the guide may be demanded or is expected."""
    known = items.material_names(item)
    for index, row in enumerate(materials or ()):
        code = row.get("code") if isinstance(row, Mapping) else None
        if not code:
            yield Refusal(
                "material_code_required", "each row names a material", field=f"materials.{index}.code"
            )
        elif known and code not in known:
            yield Refusal(
                "unknown_material",
                f"{code} is not in the guide of this item",
                field=f"materials.{index}.code",
                basis=ONE_LIST,
            )


def check_submitted(
    item: items.Item, situation: str | None, materials: Rows, source: str
) -> Iterator[Refusal]:
    """Online, required material comes with the application; at a window it may be noted as not received."""
    yield from check_codes(item, materials)
    rows = [row for row in materials or () if isinstance(row, Mapping)]
    tolerant = source in WINDOW_SOURCES
    listed = {row.get("code") for row in rows if tolerant or row.get("received", True)}
    missing = sorted(items.required_materials(item, situation) - listed)
    if missing:
        yield Refusal(
            "materials_missing",
            f"required material is missing: {', '.join(missing)}",
            field="materials",
            basis="CASE-24",
        )


def filled(item: items.Item, materials: Rows) -> list[dict[str, Any]]:
    """Rows as they are stored: name from the guide, received unless said otherwise, one copy."""
    names = items.material_names(item)
    return [
        {
            **row,
            "name": row.get("name") or names.get(str(row.get("code"))) or str(row.get("code")),
            "method": row.get("method") or "attachment",
            "quantity": row.get("quantity") or 1,
            "received": row.get("received", True) is not False,
        }
        for row in materials
    ]


def wanted(item: items.Item, materials: Rows) -> list[dict[str, Any]]:
    """Rows of a notice: code, name from the guide, reason."""
    names = items.material_names(item)
    return [
        {
            "code": row.get("code"),
            "name": row.get("name") or names.get(str(row.get("code"))) or str(row.get("code")),
            "reason": row.get("reason"),
        }
        for row in materials
    ]
