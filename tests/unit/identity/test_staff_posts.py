"""Posts: given by the security administrator, apart where they must be, and ended at once."""

from typing import Any

import pytest
from identity_kit import OPERATOR, PLATFORM, SECURITY, People

from shared.problems import Problem

BODY = {"code": "11990102MB1A0001XF", "name": "区市场监督管理局", "region_code": "990102000000"}
CLERK = {
    "login": "wang.clerk",
    "password": "Counter-2026",
    "name": "王窗口",
    "roles": ["clerk"],
    "department_code": BODY["code"],
}


@pytest.fixture
def office(people: People) -> People:
    people("define_organisations", OPERATOR, {"organisations": [BODY]})
    return people


def refused(people: People, **changes: Any) -> str:
    with pytest.raises(Problem) as caught:
        people("create_staff", SECURITY, CLERK | changes)
    problem = caught.value
    return problem.errors[0].code if problem.errors else problem.code


def test_a_clerk_signs_in_with_department_and_region(office: People) -> None:
    office("create_staff", SECURITY, CLERK)
    actor = office.actor(office.sign_in("wang.clerk", CLERK["password"]))
    assert (actor.roles, actor.department_name, actor.region_code) == (
        frozenset({"clerk"}), BODY["name"], BODY["region_code"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"roles": ["operator", "audit_admin"]}, "roles_must_be_apart"),
        ({"roles": ["operator", "security_admin"]}, "roles_must_be_apart"),
        ({"roles": ["citizen"]}, "unknown_role"),
        ({"roles": ["service"]}, "unknown_role"),
        ({"department_code": "11990102MB1A00028F"}, "unknown_department"),
        ({"password": "short"}, "password_length"),
    ],
)
def test_posts_that_must_not_be(office: People, changes: dict[str, Any], code: str) -> None:
    assert refused(office, **changes) == code


def test_only_the_security_administrator_gives_posts(office: People) -> None:
    with pytest.raises(Problem) as caught:
        office("create_staff", OPERATOR, CLERK)
    assert caught.value.status == 403


def test_dismissal_ends_every_session_and_the_next_sign_in(office: People) -> None:
    made = office("create_staff", SECURITY, CLERK).value
    session = office.sign_in("wang.clerk", CLERK["password"])
    office("dismiss_staff", SECURITY, {"reason": "调离"}, params={"id": made["account_id"]})
    for operation, body in (
        ("refresh", {"refresh_token": session["refresh_token"]}),
        ("sign_in", {"login": "wang.clerk", "password": CLERK["password"]}),
    ):
        with pytest.raises(Problem) as caught:
            office(operation, body=body)
        assert caught.value.status == 401


def test_colleagues_are_those_of_ones_own_department(demo_city: tuple[People, list[dict[str, Any]]]) -> None:
    people, accounts = demo_city
    clerk = next(account for account in accounts if account["login"] == "clerk-market")
    actor = people.actor(people.sign_in(clerk["login"], clerk["password"]))
    found = people("colleagues", actor).value["items"]
    assert {role for colleague in found for role in colleague["roles"]} == {
        "clerk", "examiner", "approver", "department_head", "department_system",
    }  # fmt: skip
    assert len(people("organisations").value["items"]) == 14


def test_services_learn_which_post_an_account_holds_as_long_as_it_does(office: People) -> None:
    identifier = office("create_staff", SECURITY, CLERK).value["account_id"]
    found = office("account", PLATFORM, params={"id": identifier}).value
    assert (found["name"], found["roles"], found["department_code"]) == ("王窗口", ["clerk"], BODY["code"])
    office("dismiss_staff", SECURITY, {"reason": "调离"}, params={"id": identifier})
    assert "roles" not in office("account", PLATFORM, params={"id": identifier}).value
