"""Items: search and guides for everybody, the lists for editors and reviewers."""

from __future__ import annotations

from marshmallow import Schema

from services.gateway.routes.route import API, Condition, Route, Size, command, read
from shared.contracts import catalogue as contract

_TAG = "catalogue"
_STEPS: dict[str, tuple[str, type[Schema]]] = {
    "submit": ("提交审核 Submit for review", contract.Nothing),
    "approve": ("审核通过 Approve", contract.Opinion),
    "reject": ("退回修改 Reject", contract.Reason),
    "publish": ("发布 Publish", contract.Nothing),
    "suspend": ("暂停 Suspend", contract.Reason),
    "resume": ("恢复 Resume", contract.Nothing),
    "cancel": ("取消 Cancel", contract.Reason),
}


def _step(name: str, title: str, body: type[Schema]) -> Route:
    return command(
        f"/items/{{code}}/{name}", "catalogue", f"{name}_item", title, _TAG,
        body=body, answer=contract.ItemAnswer, condition=Condition.OPTIONAL,
    )  # fmt: skip


CATALOGUE_ROUTES = (
    read(
        "/items", "catalogue", "search", "事项检索 Search items", _TAG,
        query=contract.ItemSearch, answer=contract.ItemList, public=True,
    ),
    read("/items/drafts", "catalogue", "drafts", "编辑中的事项 Items being edited", _TAG),
    read(
        "/items/{code}", "catalogue", "item", "事项 One item", _TAG,
        query=contract.ItemCode, public=True,
    ),
    read(
        "/items/{code}/guide", "catalogue", "guide", "办事指南 Guide", _TAG,
        query=contract.ItemCode, public=True,
    ),
    read(
        "/items/{code}/versions", "catalogue", "versions", "历史版本 Versions", _TAG,
        query=contract.ItemVersionQuery, public=True,
    ),
    read("/bundles", "catalogue", "bundles", "一件事 Bundles of items", _TAG, public=True),
    command(
        "/items", "catalogue", "create_item", "新建事项 Draft an item", _TAG,
        body=contract.ItemDefinition, answer=contract.ItemAnswer, status=201,
        location=f"{API}/items/{{code}}",
    ),
    Route(
        "PUT", f"{API}/items/{{code}}", "修改事项 Change an item", _TAG, "catalogue", "change_item",
        body=contract.ItemDefinition, answer=contract.ItemAnswer, key=True, condition=Condition.OPTIONAL,
    ),
    *(_step(name, title, body) for name, (title, body) in _STEPS.items()),
    command(
        "/items/imports", "catalogue", "import_items", "导入目录清单 Import a list of items", _TAG,
        body=contract.ImportItems, answer=contract.ImportReport, size=Size.IMPORT, timeout=60.0,
        example={"rows": [{"line": 2, "item_name": "食品经营许可", "dept_code": "510000"}], "dry_run": True},
    ),
    command(
        "/items/definitions", "catalogue", "define_items", "导入实施清单 Define items in full", _TAG,
        body=contract.DefineItems, size=Size.IMPORT, timeout=60.0,
        note="Creates and publishes; what is there already and unchanged stays as it is.",
    ),
)  # fmt: skip
