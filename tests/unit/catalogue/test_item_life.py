"""An item's way: written, reviewed by somebody else, published as the next version, out of use again."""

from time import monotonic
from typing import Any

import pytest
from catalogue_kit import CASES, CITIZEN, EDITOR, REVIEWER, Catalogue, demo_item

from shared.problems import Problem
from shared.security.actor import Actor


def refused(catalogue: Catalogue, operation: str, actor: Actor, *args: Any, **more: Any) -> str:
    with pytest.raises(Problem) as caught:
        catalogue(operation, actor, *args, **more)
    return caught.value.code


def publish(catalogue: Catalogue, code: str) -> None:
    params = {"code": code}
    catalogue("submit_item", EDITOR, params=params)
    catalogue("approve_item", REVIEWER, params=params)
    catalogue("publish_item", REVIEWER, params=params)


def test_an_item_is_reviewed_and_published_as_version_one(
    catalogue: Catalogue, food_permit: dict[str, Any]
) -> None:
    created = catalogue("create_item", EDITOR, food_permit)
    assert (created.status, created.version, created.value["edit_state"]) == (201, 1, "draft")
    publish(catalogue, food_permit["code"])
    snapshot = catalogue("item_for_case", CASES, params={"code": food_permit["code"]}).value
    assert snapshot["version"] == 1
    assert snapshot["department_name"] == food_permit["department"]


def test_a_change_leaves_the_published_version_in_force_until_it_is_published(
    stocked: Catalogue, food_permit: dict[str, Any]
) -> None:
    params = {"code": food_permit["code"]}
    stocked("change_item", EDITOR, food_permit | {"name": "食品经营许可（变更）"}, params=params)
    assert stocked("item_for_case", CASES, params=params).value["version"] == 1
    assert [item["edit_state"] for item in stocked("drafts", REVIEWER).value["items"]] == ["draft"]
    publish(stocked, food_permit["code"])
    after = stocked("item_for_case", CASES, params=params).value
    assert (after["version"], after["name"]) == (2, "食品经营许可（变更）")


def test_nobody_reviews_their_own_work(catalogue: Catalogue, food_permit: dict[str, Any]) -> None:
    params = {"code": food_permit["code"]}
    catalogue("create_item", REVIEWER, food_permit)
    catalogue("submit_item", REVIEWER, params=params)
    assert refused(catalogue, "approve_item", REVIEWER, params=params) == "own_work"


def test_a_rejected_item_goes_back_to_its_author_with_the_reason(
    catalogue: Catalogue, food_permit: dict[str, Any]
) -> None:
    params = {"code": food_permit["code"]}
    catalogue("create_item", EDITOR, food_permit)
    catalogue("submit_item", EDITOR, params=params)
    catalogue("reject_item", REVIEWER, {"reason": "依据不全"}, params=params)
    shown = catalogue("item", EDITOR, params=params).value
    assert (shown["edit_state"], shown["review"]["reason"]) == ("rejected", "依据不全")
    publish(catalogue, food_permit["code"])


def test_steps_out_of_order_are_refused(catalogue: Catalogue, food_permit: dict[str, Any]) -> None:
    params = {"code": food_permit["code"]}
    catalogue("create_item", EDITOR, food_permit)
    assert refused(catalogue, "publish_item", REVIEWER, params=params) == "not_in_edit_state"
    assert refused(catalogue, "approve_item", REVIEWER, params=params) == "not_in_edit_state"
    assert refused(catalogue, "create_item", EDITOR, food_permit) == "item_exists"
    assert refused(catalogue, "submit_item", EDITOR, params={"code": "NOSUCH"}) == "not_found"


def test_a_stale_version_is_refused(stocked: Catalogue, food_permit: dict[str, Any]) -> None:
    params = {"code": food_permit["code"]}
    assert (
        refused(stocked, "suspend_item", REVIEWER, {"reason": "x"}, params=params, if_match=1)
        == "stale_version"
    )


@pytest.mark.parametrize(
    ("operation", "state"), [("suspend_item", "suspended"), ("cancel_item", "cancelled")]
)
def test_no_case_begins_with_an_item_out_of_use(
    stocked: Catalogue, food_permit: dict[str, Any], operation: str, state: str
) -> None:
    params = {"code": food_permit["code"]}
    stocked(operation, REVIEWER, {"reason": "机构改革"}, params=params)
    with pytest.raises(Problem) as caught:
        stocked("item_for_case", CASES, params=params)
    assert (caught.value.code, caught.value.extra["use_state"]) == ("item_not_in_use", state)


def test_the_public_does_not_see_a_draft(catalogue: Catalogue, food_permit: dict[str, Any]) -> None:
    params = {"code": food_permit["code"]}
    catalogue("create_item", EDITOR, food_permit)
    assert refused(catalogue, "item", CITIZEN, params=params) == "not_found"
    assert refused(catalogue, "guide", CITIZEN, params=params) == "not_found"
    assert refused(catalogue, "create_item", CITIZEN, food_permit) == "forbidden"


def test_what_ends_a_version_is_answered_when_no_case_pins_it_any_more(stocked: Catalogue) -> None:
    params = {"code": demo_item("food-business-permit")["code"]}
    stocked.service.app.parts["item_lease"] = 0.05

    def seconds(name: str, **body: str) -> float:
        began = monotonic()
        stocked(name, REVIEWER, body, params=params, key=name)
        return monotonic() - began

    assert seconds("suspend_item", reason="升级") >= 0.05
    assert refused(stocked, "item_for_case", CASES, params=params) == "item_not_in_use"
    seconds("resume_item")
    assert seconds("cancel_item", reason="升级") >= 0.05
    assert seconds("cancel_item", reason="升级") >= 0.05, (
        "the first answer may have been cut off before its wait"
    )
