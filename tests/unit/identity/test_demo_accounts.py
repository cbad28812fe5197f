"""Demo accounts: every role, able to sign in, passwords made once per installation."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from identity_kit import PLATFORM, People

from shared.problems import Problem
from shared.security.roles import ROLES

Demo = tuple[People, list[dict[str, Any]]]
DEMO_ROLES = {
    "citizen", "enterprise_agent", "proxy_agent", "clerk", "hotline_agent", "examiner", "approver",
    "department_head", "catalogue_editor", "catalogue_reviewer", "supervisor", "operator", "security_admin",
    "audit_admin", "department_system",
}  # fmt: skip


def test_all_fifteen_roles_are_there_and_everybody_can_sign_in_as_what_they_are(demo_city: Demo) -> None:
    people, accounts = demo_city
    assert {account["role"] for account in accounts} == DEMO_ROLES == set(ROLES) - {"anonymous", "service"}
    for account in accounts:
        actor = people.actor(people.sign_in(account["login"], account["password"]))
        assert actor.roles == {account["role"]}
        assert actor.department_code == account.get("department_code")


def test_the_first_of_each_department_role_works_where_food_permits_are_granted(demo_city: Demo) -> None:
    _, accounts = demo_city
    for role in ("clerk", "examiner", "approver", "department_head"):
        mine = [account for account in accounts if account["role"] == role]
        assert mine[0]["department_name"] == "区市场监督管理局"
        assert len({account["department_code"] for account in mine}) == len(mine) == 11


def test_a_second_call_changes_nothing_and_tells_no_password(demo_city: Demo) -> None:
    people, first = demo_city
    events = people.db.fetch("SELECT count(*) AS n FROM events")
    second = people("ensure_demo_accounts", PLATFORM).value
    assert people.db.fetch("SELECT count(*) AS n FROM events") == events
    assert [account["login"] for account in second] == [account["login"] for account in first]
    assert not any("password" in account for account in second)
    assert len({account["password"] for account in first}) == len(first)


def test_a_lost_password_is_renewed_on_demand(people: People) -> None:
    first = people("ensure_demo_accounts", PLATFORM).value
    again = people("ensure_demo_accounts", PLATFORM, {"renew": ["citizen"]}).value
    renewed = next(account for account in again if account["login"] == "citizen")
    assert people.sign_in("citizen", renewed["password"])["user"]["roles"] == ["citizen"]
    assert sum("password" in account for account in again) == 1
    old = next(account for account in first if account["login"] == "citizen")["password"]
    with pytest.raises(Problem):
        people.sign_in("citizen", old)


def test_the_agent_acts_for_the_demo_enterprise(demo_city: Demo) -> None:
    people, accounts = demo_city
    agent = next(account for account in accounts if account["role"] == "enterprise_agent")
    me = people("me", people.actor(people.sign_in(agent["login"], agent["password"]))).value
    assert me["enterprise"]["role"] == "legal_representative"
    assert me["enterprise_id"] == me["enterprise"]["credit_code"]


def test_regions_and_bodies_agree_with_the_catalogues_demo_items() -> None:
    root = Path(__file__).parents[3] / "services"
    items = yaml.safe_load((root / "catalogue/demo/items.yaml").read_text("utf-8"))["items"]
    city = yaml.safe_load((root / "identity/demo/organisations.yaml").read_text("utf-8"))
    bodies = {
        (one["name"], one["code"], one["region_code"]) for one in city["organisations"] if one["handles"]
    }
    assert bodies == {(item["department"], item["department_code"], item["region_code"]) for item in items}
