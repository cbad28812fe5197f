"""A wrong application is refused with the field that is wrong, and leaves nothing behind."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cases_world import CITIZEN, CLERK, EXAMINER, LONG, STRANGER, World, application, enterprise_application

from shared.problems import Problem


def refuse(world: World, body: dict[str, Any], actor: Any = CITIZEN) -> Problem:
    with pytest.raises(Problem) as caught:
        world.submit(actor, body)
    assert world.db.fetch("SELECT count(*) AS n FROM events") == [{"n": 0}]
    assert world.db.fetch("SELECT count(*) AS n FROM case_counter") == [{"n": 0}]
    assert world.db.fetch("SELECT count(*) AS n FROM commands") == [{"n": 0}]
    return caught.value


def fields(problem: Problem) -> set[str]:
    return {error.field for error in problem.errors}


def test_unknown_fields(world: World) -> None:
    problem = refuse(world, application(colour="red"))
    assert problem.status == 422
    assert [(e.field, e.code) for e in problem.errors] == [("colour", "unknown_field")]


@pytest.mark.parametrize("number", ["110105194912310021", "11010519491331002X", "4405241880010100", "x"])
def test_a_wrong_citizen_number(world: World, number: str) -> None:
    body = application()
    body["applicant"]["id_no"] = number
    assert fields(refuse(world, body)) == {"applicant.id_no"}


def test_a_wrong_credit_code(world: World) -> None:
    body = enterprise_application()
    body["applicant"]["id_no"] = "91350100M000100Y44"
    assert fields(refuse(world, body)) == {"applicant.id_no"}


def test_the_contacts_number_is_checked_too(world: World) -> None:
    contact = {"name": "代理人", "id_type": "citizen_id", "id_no": "110105194912310021"}
    assert fields(refuse(world, application(contact=contact))) == {"contact.id_no"}


def test_a_small_x_is_stored_as_a_capital(world: World) -> None:
    body = application()
    body["applicant"]["id_no"] = "11010519491231002x"
    no = world.submit(body=body)["case_no"]
    assert world.call("case", CITIZEN, no=no).value["applicant"]["id_no"] == "11010519491231002X"


def test_an_unknown_item(world: World) -> None:
    assert fields(refuse(world, application("nothing"))) == {"item_code"}


def test_a_form_the_item_does_not_offer(world: World) -> None:
    problem = refuse(world, application(application_form="original_pre_review"))
    assert (problem.status, fields(problem)) == (422, {"application_form"})


def test_missing_required_material(world: World) -> None:
    assert fields(refuse(world, application(materials=[{"code": "M1"}]))) == {"materials"}


def test_fractions_in_a_form(world: World) -> None:
    assert fields(refuse(world, application(form={"area": 80.5}))) == {"form.area"}


def test_a_file_nobody_uploaded(world: World) -> None:
    materials = [
        {"code": "M1", "file_id": "2f1b4e0e-3c4c-4f5c-9a57-0c8f1d1d0001"},
        {"code": "M2", "file_id": "x" * 36},
    ]
    problem = refuse(world, application(materials=materials))
    assert fields(problem) == {"materials.0.file_id", "materials.1.file_id"}


def test_an_item_without_a_short_serial(world: World) -> None:
    world.catalogue.items[LONG]["serial"] = None
    assert refuse(world, application(LONG)).code == "item_without_serial"


def test_staff_who_are_no_window(world: World) -> None:
    assert refuse(world, application(), EXAMINER).status == 403


def test_an_account_without_a_real_name(world: World) -> None:
    assert refuse(world, application(), replace(CITIZEN, real_name_level=1)).code == "real_name_required"


def upload(world: World, actor: Any) -> str:
    body = {"sha256": "a" * 64, "size": 12, "media_type": "application/pdf", "name": "申请书.pdf"}
    answer = world.call("register_file", actor, body)
    assert answer.status == 201
    return str(answer.value["file_id"])


def test_ones_own_file_goes_with_the_application(world: World) -> None:
    file_id = upload(world, CITIZEN)
    materials = [{"code": "M1", "file_id": file_id}, {"code": "M2"}]
    no = world.submit(body=application(materials=materials))["case_no"]
    rows = world.call("exchange", CLERK, no=no).value["application_material"]
    assert rows[0]["attachment"]["sha256"] == "a" * 64


def test_a_strangers_file_does_not_exist(world: World) -> None:
    file_id = upload(world, STRANGER)
    problem = refuse_file(world, file_id)
    assert fields(problem) == {"materials.0.file_id"}


def refuse_file(world: World, file_id: str) -> Problem:
    materials = [{"code": "M1", "file_id": file_id}, {"code": "M2"}]
    with pytest.raises(Problem) as caught:
        world.submit(body=application(materials=materials))
    return caught.value


def test_an_action_nobody_knows(world: World) -> None:
    no = world.submit()["case_no"]
    with pytest.raises(Problem) as caught:
        world.act(CLERK, no, "dance")
    assert caught.value.status == 404


def test_an_action_with_a_wrong_body_names_the_field(world: World) -> None:
    no = world.submit()["case_no"]
    with pytest.raises(Problem) as caught:
        world.act(CLERK, no, "pre-review", {"outcome": "maybe"})
    assert fields(caught.value) == {"outcome"}


def test_a_stale_version_is_told_the_present_one(world: World) -> None:
    no = world.submit()["case_no"]
    world.act(CLERK, no, "accept")
    with pytest.raises(Problem) as caught:
        world.act(CLERK, no, "claim", if_match=1)
    assert (caught.value.status, caught.value.extra["version"]) == (412, 2)


def test_a_refusal_tells_status_and_version(world: World) -> None:
    no = world.submit()["case_no"]
    with pytest.raises(Problem) as caught:
        world.act(CLERK, no, "deliver", {"method": "hall"})
    problem = caught.value
    assert (problem.status, problem.code) == (409, "not_in_status")
    assert (problem.extra["current_status"], problem.extra["version"]) == ("submitted", 1)
