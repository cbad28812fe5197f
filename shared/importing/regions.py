"""A list of regions, as rows of identity's `import_regions`."""

from __future__ import annotations

from pathlib import Path

from shared.importing.table import Table, read_table

COLUMNS = {
    "region_code": ("区划代码", "行政区划代码", "代码", "编码", "code"),
    "name": ("名称", "区划名称", "地区名称", "行政区划名称"),
    "level": ("级别", "层级", "行政级别"),
    "parent_code": ("上级代码", "上级区划代码", "父级代码", "上级编码"),
}
LEVELS = {
    "省": "province", "省级": "province", "市": "city", "市级": "city", "地级": "city", "县": "county",
    "县级": "county", "区县": "county", "乡镇": "town", "乡级": "town", "街道": "town", "村": "village",
    "村级": "village", "社区": "village",
}  # fmt: skip


def read_regions(path: Path) -> Table:
    """`table.rows` go into `import_regions` as they are. Raises `TableError`, `OSError`."""
    table = read_table(path, COLUMNS, COLUMNS)
    for row in table.rows:
        level = row["level"].strip()
        row["level"] = LEVELS.get(level, level)
    return table
