"""Enterprises are registered by their legal representative; mandates go three levels down."""

from typing import Any

import pytest
from identity_kit import PERSON, PLATFORM, People

from shared.problems import Problem
from shared.security.actor import Actor

ENTERPRISE = {
    "name": "宜望市第二餐饮有限公司",
    "credit_code": "91110000600037341L",
    "legal_representative": "王小明",
}
OTHERS = {
    "li": PERSON | {"login": "li-hua", "name": "李华", "id_no": "360426199101010071", "phone": "13900000002"},
    "zhao": PERSON
    | {"login": "zhaomin", "name": "赵敏", "id_no": "440524188001010014", "phone": "13900000003"},
}


def signed_in(people: People, login: str) -> Actor:
    return people.actor(people.sign_in(login))


def refused(people: People, operation: str, actor: Actor, body: dict[str, Any], **more: Any) -> str:
    with pytest.raises(Problem) as caught:
        people(operation, actor, body, **more)
    return caught.value.code


@pytest.fixture
def company(registered: People) -> People:
    for body in OTHERS.values():
        registered("register_person", body=body)
    registered("register_enterprise", signed_in(registered, "xiaoming"), ENTERPRISE)
    return registered


PARAMS = {"id": ENTERPRISE["credit_code"]}


def test_the_legal_representative_steps_into_the_enterprises_space_and_back(company: People) -> None:
    actor = signed_in(company, "xiaoming")
    assert company("me", actor).value["enterprises"][0]["name"] == ENTERPRISE["name"]
    inside = company("act_for", actor, {"enterprise_id": PARAMS["id"]}).value
    acting = company.actor(inside)
    assert (acting.roles, acting.enterprise_id) == (frozenset({"enterprise_agent"}), PARAMS["id"])
    renewed = company("refresh", body={"refresh_token": inside["refresh_token"]}).value
    assert company.actor(renewed).enterprise_id == PARAMS["id"]
    assert company.actor(company("act_for", acting, {"enterprise_id": None}).value).enterprise_id is None


def test_only_the_legal_representative_registers_and_the_code_must_be_right(company: People) -> None:
    other = ENTERPRISE | {"credit_code": "91350100M000100Y43"}
    li = signed_in(company, "li-hua")
    assert refused(company, "register_enterprise", li, other) == "not_legal_representative"
    mine = other | {"legal_representative": "李华"}
    assert (
        refused(company, "register_enterprise", li, mine | {"credit_code": "91350100M000100Y44"})
        == "bad_credit_code"
    )
    assert refused(company, "register_enterprise", li, ENTERPRISE) == "already_registered"


def test_mandates_are_given_downwards_only(company: People) -> None:
    head, li, zhao = (signed_in(company, login) for login in ("xiaoming", "li-hua", "zhaomin"))
    company("grant_mandate", head, {"login": "13900000002", "role": "administrator"}, params=PARAMS)
    company("grant_mandate", li, {"login": "zhaomin", "role": "agent"}, params=PARAMS)
    more = {"login": "zhaomin", "role": "administrator"}
    assert refused(company, "grant_mandate", li, more, params=PARAMS) == "not_entitled"
    assert refused(company, "grant_mandate", zhao, more, params=PARAMS) == "not_entitled"


def test_a_revoked_mandate_ends_at_the_next_renewal(company: People) -> None:
    head, li = signed_in(company, "xiaoming"), signed_in(company, "li-hua")
    company("grant_mandate", head, {"login": "li-hua", "role": "agent"}, params=PARAMS)
    inside = company("act_for", li, {"enterprise_id": PARAMS["id"]}).value
    company("revoke_mandate", head, {"account_id": li.id, "reason": "离职"}, params=PARAMS)
    assert refused(company, "refresh", li, {"refresh_token": inside["refresh_token"]}) == "unauthenticated"
    assert refused(company, "act_for", li, {"enterprise_id": PARAMS["id"]}) == "unauthenticated"


def test_an_enterprise_is_reached_through_its_legal_representative(company: People) -> None:
    reached = company("account", PLATFORM, params=PARAMS).value
    assert (reached["name"], reached["phone"]) == (ENTERPRISE["name"], PERSON["phone"])
