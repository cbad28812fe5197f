"""A list of service items, as rows of the catalogue's `import_items`."""

from __future__ import annotations

from pathlib import Path

from shared.importing.table import Table, read_table

COLUMNS = {
    "department": ("部门", "部门名称", "实施主体", "实施部门", "实施机构", "dept_name"),
    "main_item": ("主项", "主项名称", "事项主项"),
    "item_name": ("事项名称", "实施事项名称", "名称", "name", "task_name"),
    "item_code": ("事项编码", "实施编码", "事项代码", "实施清单编码", "code", "task_code"),
    "area_code": ("区划代码", "行政区划代码", "行政区划", "区划编码", "region_code"),
    "task_type": ("事项类型", "事项类型代码", "类型", "item_type"),
    "dept_code": (
        "部门编码",
        "部门代码",
        "组织机构代码",
        "统一社会信用代码",
        "实施主体编码",
        "department_code",
    ),
}
_REQUIRED = ("department", "item_name", "item_code", "area_code", "task_type")


def read_items(path: Path) -> Table:
    """`table.rows` go into `import_items` as they are. Raises `TableError`, `OSError`."""
    return read_table(path, COLUMNS, _REQUIRED)
