"""Search: Chinese words anywhere in the name, filters, pages without gaps, only what is in use."""

from typing import Any

import pytest
from catalogue_kit import CITIZEN, OPERATOR, REVIEWER, Catalogue, demo_item

from shared.problems import Problem


def names(catalogue: Catalogue, **params: Any) -> set[str]:
    found = catalogue("search", CITIZEN, params=params).value["items"]
    return {card["name"] for card in found}


FOOD = "食品经营许可（新办，餐饮服务）"


@pytest.mark.parametrize(
    "params",
    [
        {"q": "食品"},
        {"q": "餐饮 许可"},
        {"q": "单位食堂"},
        {"q": "11990102mb1a0001xf4000100902000"},
        {"theme": "餐饮经营"},
        {"q": "许可", "department": "区市场监督管理局"},
        {"q": "食", "audience": "enterprise", "form": "original_verification", "item_type": "01"},
        {"q": "食", "region": "990102000000"},
        {"q": "食", "region": "990100000000"},
        {"q": "食", "region": "990000000000"},
    ],
)
def test_the_food_permit_is_found(stocked: Catalogue, params: dict[str, Any]) -> None:
    assert names(stocked, **params) == {FOOD}


@pytest.mark.parametrize(
    "params",
    [
        {"q": "%"},
        {"q": "_"},
        {"q": "食品", "region": "990103000000"},
        {"q": "食品", "region": "990100000000", "level": 3},
        {"q": "食品", "form": "original_pre_review"},
        {"q": "个体工商户", "audience": "enterprise"},
    ],
)
def test_what_does_not_fit_is_not_found(stocked: Catalogue, params: dict[str, Any]) -> None:
    assert names(stocked, **params) == set()


@pytest.mark.parametrize("sort", ["name", "department", "updated"])
def test_pages_of_any_order_hold_everything_once(stocked: Catalogue, sort: str) -> None:
    seen: list[str] = []
    after = ""
    while True:
        page = stocked("search", CITIZEN, params={"sort": sort, "limit": 5, "after": after}).value
        seen += [card["code"] for card in page["items"]]
        if page["next"] is None:
            break
        after = page["next"]
    assert len(seen) == len(set(seen)) == 12


def test_the_first_page_says_how_many_and_by_what_to_narrow(stocked: Catalogue) -> None:
    page = stocked("search", CITIZEN, params={"q": "许可"}).value
    assert page["total"] == len(page["items"])
    shown = {entry["label"]: entry["count"] for entry in page["facets"]["department"]}
    assert sum(shown.values()) == page["total"]
    assert {"value": "餐饮经营", "count": 1} in page["facets"]["theme"]


def test_a_suspended_item_disappears_until_it_is_resumed(stocked: Catalogue) -> None:
    code = demo_item("food-business-permit")["code"]
    stocked("suspend_item", REVIEWER, {"reason": "系统升级"}, params={"code": code})
    assert names(stocked, q="食品") == set()
    stocked("resume_item", REVIEWER, params={"code": code})
    assert names(stocked, q="食品") == {FOOD}


def test_a_draft_is_not_found(catalogue: Catalogue) -> None:
    catalogue("create_item", OPERATOR, demo_item("food-business-permit"))
    assert names(catalogue) == set()


def test_a_made_up_cursor_is_refused(stocked: Catalogue) -> None:
    with pytest.raises(Problem) as caught:
        stocked("search", CITIZEN, params={"after": "zzz"})
    assert caught.value.errors[0].code == "unknown_cursor"
