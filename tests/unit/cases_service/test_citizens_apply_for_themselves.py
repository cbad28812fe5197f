"""Online, a person applies under their own number, or says as an agent for whom (licensing law art. 29)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cases_world import CITIZEN, CLERK, FOOD, QUICK, STRANGER, World, application

from shared.problems import Problem
from shared.security.actor import Actor

PROXY = Actor("acc-proxy", frozenset({"proxy_agent"}), "帮办员", department_code="d")
LETTER = {"code": "M9", "name": "代理人授权委托书", "necessity": "conditional", "when": "委托他人办理"}


def agent(world: World, **changes: Any) -> dict[str, Any]:
    """An application by the stranger for the citizen, the power of attorney included."""
    world.catalogue.items[FOOD]["materials"].append(LETTER)
    contact = {"name": "李四", "id_type": "citizen_id", "id_no": world.identity.numbers[STRANGER.id]}
    materials = [*application()["materials"], {"code": "M9"}]
    return application(**({"contact": contact, "materials": materials} | changes))


def refuse(world: World, actor: Actor, body: dict[str, Any]) -> None:
    with pytest.raises(Problem) as caught:
        world.submit(actor, body)
    assert caught.value.status == 422
    assert [(e.field, e.code) for e in caught.value.errors] == [("applicant.id_no", "not_yours")]
    assert world.db.fetch("SELECT count(*) AS n FROM events") == [{"n": 0}]
    assert world.db.fetch("SELECT count(*) AS n FROM case_counter") == [{"n": 0}]


def test_nobody_applies_under_anothers_number(world: World) -> None:
    refuse(world, STRANGER, application())


def test_another_document_is_no_way_round(world: World) -> None:
    applicant = application()["applicant"] | {"id_type": "passport", "id_no": "E12345678"}
    refuse(world, CITIZEN, application(applicant=applicant))


def test_an_agent_hands_in_a_power_of_attorney(world: World) -> None:
    refuse(world, STRANGER, agent(world, materials=application()["materials"]))


def test_a_power_of_attorney_that_was_not_received_is_none(world: World) -> None:
    letter = {"code": "M9", "method": "paper", "quantity": 0}
    refuse(world, STRANGER, agent(world, materials=[*application()["materials"], letter]))


def test_another_paper_by_that_name_is_none(world: World) -> None:
    renamed = [each | {"name": "授权委托书"} for each in application()["materials"]]
    refuse(world, STRANGER, agent(world, materials=renamed))


def test_an_agent_is_the_contact_themselves(world: World) -> None:
    refuse(world, STRANGER, agent(world, contact={"name": "李四"}))


def test_an_agents_case_belongs_to_no_account_but_the_agent_handles_it(world: World) -> None:
    no = world.submit(STRANGER, agent(world))["case_no"]
    seen = world.call("case", STRANGER, no=no).value
    assert seen["applicant"]["subject_id"] is None
    assert world.act(STRANGER, no, "withdraw").value["status"] == "withdrawn"


@pytest.mark.parametrize("actor", [CLERK, PROXY])
def test_windows_and_proxies_apply_for_whoever_comes(world: World, actor: Actor) -> None:
    assert world.submit(actor)["case_no"]
    assert world.identity.asked == 0


def test_a_retry_asks_nobody(world: World) -> None:
    first = world.submit(key="k")
    world.identity.numbers.clear()
    assert world.submit(key="k") == first


def test_an_account_without_a_number_applies_for_nobody(world: World) -> None:
    refuse(world, replace(CITIZEN, id="acc-without"), application(QUICK))
