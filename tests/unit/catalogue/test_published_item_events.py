"""Every catalogue event has a published form that follows its contract, and says nobody's id or note."""

from typing import Any

from catalogue_kit import EDITOR, OPERATOR, REVIEWER, Catalogue, demo_item

from services.catalogue import SERVICE
from services.catalogue.demo import demo_catalogue
from shared.contracts.item_events import PUBLISHED

ROW = {
    "line": 2, "department": "区民政局", "item_name": "低保", "item_code": "X1", "area_code": "511602000000",
    "task_type": "5",
}  # fmt: skip


def live_through(catalogue: Catalogue, item: dict[str, Any]) -> None:
    params = {"code": item["code"]}
    catalogue("import_items", EDITOR, {"rows": [ROW]})
    catalogue("create_item", EDITOR, item)
    catalogue("submit_item", EDITOR, params=params)
    catalogue("reject_item", REVIEWER, {"reason": "补依据"}, params=params)
    catalogue("change_item", EDITOR, item, params=params)
    catalogue("submit_item", EDITOR, params=params)
    catalogue("approve_item", REVIEWER, params=params)
    catalogue("publish_item", REVIEWER, params=params)
    catalogue("suspend_item", REVIEWER, {"reason": "升级"}, params=params)
    catalogue("resume_item", REVIEWER, params=params)
    catalogue("cancel_item", REVIEWER, {"reason": "取消"}, params=params)


def test_every_type_is_published_by_its_contract(catalogue: Catalogue, food_permit: dict[str, Any]) -> None:
    catalogue("define_items", OPERATOR, demo_catalogue())
    live_through(catalogue, demo_item("food-business-permit") | {"code": "LOCAL-1"})
    events = catalogue.service.app.store.read_feed().events
    assert {event.type for event in events} == set(PUBLISHED)
    for event in events:
        assert SERVICE.publish is not None
        data = SERVICE.publish(event)
        assert PUBLISHED[event.type]().validate(data or {}) == {}
        assert "by" not in (data or {})
