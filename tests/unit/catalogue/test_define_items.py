"""Full definitions are published in one go, and defining them again changes nothing."""

from typing import Any

import pytest
from catalogue_kit import CASES, CITIZEN, EDITOR, OPERATOR, Catalogue

from services.catalogue.demo import demo_catalogue
from shared.problems import Problem


def test_demo_items_are_published_and_a_second_run_appends_nothing(catalogue: Catalogue) -> None:
    first = catalogue("define_items", OPERATOR, demo_catalogue()).value
    events = catalogue.events()
    second = catalogue("define_items", OPERATOR, demo_catalogue()).value
    assert [item["changed"] for item in first["items"]] == [True] * 12
    assert [item["changed"] for item in second["items"]] == [False] * 12
    assert [bundle["changed"] for bundle in second["bundles"]] == [False] * 3
    assert catalogue.events() == events == 27


def test_a_changed_definition_becomes_the_next_version_and_the_old_one_stays(
    stocked: Catalogue, food_permit: dict[str, Any]
) -> None:
    food_permit["promised_limit"] = {"value": 5, "unit": "work_day"}
    stocked("define_items", OPERATOR, {"items": [food_permit]})
    snapshot = stocked("item_for_case", CASES, params={"code": food_permit["code"]}).value
    versions = stocked("versions", CITIZEN, params={"code": food_permit["code"]}).value["items"]
    assert (snapshot["version"], snapshot["promised_limit"]["value"]) == (2, 5)
    assert [(v["version"], v["definition"]["promised_limit"]["value"]) for v in versions] == [(2, 5), (1, 7)]


def test_one_unlawful_item_stops_all_of_them(catalogue: Catalogue) -> None:
    body = demo_catalogue()
    body["items"][1]["promised_limit"] = {"value": 11, "unit": "work_day"}
    with pytest.raises(Problem) as caught:
        catalogue("define_items", OPERATOR, body)
    assert [(e.field, e.code) for e in caught.value.errors] == [
        ("items.1.promised_limit", "promise_exceeds_statute")
    ]
    assert catalogue.events() == 0


def test_amounts_become_whole_fen(stocked: Catalogue) -> None:
    code = next(i["code"] for i in demo_catalogue()["items"] if i["fee"])
    assert stocked("item_for_case", CASES, params={"code": code}).value["fee"] == [
        {"name": "不动产登记费（住宅）", "amount_fen": 8000}
    ]


def test_an_editor_may_not_publish_in_bulk(catalogue: Catalogue) -> None:
    with pytest.raises(Problem) as caught:
        catalogue("define_items", EDITOR, demo_catalogue())
    assert caught.value.status == 403


def test_bundles_name_their_members(stocked: Catalogue) -> None:
    shown = stocked("bundles", CITIZEN).value["items"]
    restaurant = next(bundle for bundle in shown if bundle["key"] == "open-a-restaurant")
    assert [member["name"] for member in restaurant["members"]][:2] == [
        "个体工商户设立登记", "食品经营许可（新办，餐饮服务）",
    ]  # fmt: skip


def test_members_that_wait_for_each_other_are_refused(catalogue: Catalogue) -> None:
    body = demo_catalogue()
    members = body["bundles"][0]["members"]
    members[0]["after"] = [members[1]["item"]]
    with pytest.raises(Problem) as caught:
        catalogue("define_items", OPERATOR, body)
    assert caught.value.code == "circular_order"
