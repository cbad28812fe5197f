"""A person's data is erased: by two, not while a case is open, and nowhere to be read again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cases_world import CITIZEN, CLERK, OPERATOR, World, application
from test_case_from_application_to_delivery import run_to_completion

from services.cases import SERVICE
from services.cases.streams import open_case
from shared.eventstore.sealing import verify_chain
from shared.problems import Problem
from shared.readmodel.rebuild import rebuild
from shared.readmodel.replay import local_reader
from shared.readmodel.verify import verify

SECOND = replace(OPERATOR, id="operator-2")
FILE = {"sha256": "ab" * 32, "size": 3, "media_type": "image/png", "name": "王小明身份证.png"}
PLANTED = ("王小明", "11010519491231002X", "13800001234", "某路1号", "经营面积")


def erase(world: World, actor: Any = OPERATOR, subject: str = CITIZEN.id, **marks: Any) -> dict[str, Any]:
    body = {"reason": "requested"}
    answer: dict[str, Any] = world.call("erase_subject", actor, body, id=subject, **marks).value
    return answer


def erased(world: World) -> dict[str, str]:
    submitted = run_to_completion(world)
    assert erase(world)["state"] == "proposed"
    assert erase(world, SECOND)["state"] == "erased"
    world.project()
    return submitted


def test_one_person_alone_erases_nobody(world: World) -> None:
    no = run_to_completion(world)["case_no"]
    erase(world)
    with pytest.raises(Problem) as refused:
        erase(world)
    assert refused.value.code == "needs_second_person"
    assert world.call("case", CITIZEN, no=no).value["applicant"]["name"] == "王小明"


def test_an_open_case_needs_its_person(world: World) -> None:
    no = world.submit()["case_no"]
    for actor in (OPERATOR, SECOND):
        with pytest.raises(Problem) as refused:
            erase(world, actor)
        assert refused.value.code == "open_cases"
        assert no in refused.value.detail


def test_who_is_in_post_is_not_erased(world: World) -> None:
    """What officers did stays signed while they do it: the field and the cause are named."""
    with pytest.raises(Problem) as refused:
        erase(world, subject=CLERK.id)
    [error] = refused.value.errors
    assert (refused.value.status, refused.value.code, error.field) == (422, "in_post", "id")
    assert "clerk" in error.message
    del world.identity.posts[CLERK.id]  # dismissed
    assert erase(world, subject=CLERK.id)["state"] == "proposed"


def test_who_was_erased_can_t_be_read_and_the_case_stays(world: World) -> None:
    submitted = erased(world)
    no = submitted["case_no"]
    shown = [
        world.call(name, CLERK, no=no).value
        for name in ("case", "timeline", "events", "exchange", "documents")
    ] + [world.call("list", CLERK).value]
    assert [text for text in PLANTED if text in str(shown)] == []
    case = shown[0]
    assert (case["applicant"]["name"], case["status"], case["outcome"]) == ("已删除", "completed", "granted")
    assert shown[-1]["items"][0]["applicant_masked"] == "已删除"
    assert [entry["type"] for entry in shown[1]["items"]][-1] == "case.subject_erased"
    # Whom to tell is nobody, and the code that opened the public progress opens nothing any more.
    service = replace(OPERATOR, roles=frozenset({"service"}))
    told = world.call("contacts", service, {"cases": [no, "nobody's"]}).value
    assert told[no]["applicant"]["phone"] is None
    assert told["nobody's"] is None
    with pytest.raises(Problem):
        world.call("progress", CITIZEN, case_no=no, query_code=submitted["query_code"])


def test_officers_stay_named_and_other_persons_too(world: World) -> None:
    other = world.submit(CLERK, application())["case_no"]
    no = erased(world)["case_no"]
    names = {entry["actor"]["name"] for entry in world.call("timeline", CLERK, no=no).value["items"]}
    assert CLERK.name in names
    assert world.call("case", CLERK, no=other).value["applicant"]["name"] == "王小明"


def test_the_hash_chain_holds_and_rows_equal_a_replay(world: World) -> None:
    no = erased(world)["case_no"]
    assert verify_chain(open_case(world.app.store, no).events) is None
    readers = {"cases": local_reader(world.app.store)}
    for model in SERVICE.read_models:
        assert verify(world.db, model, readers).equal, model.name
        rebuild(world.db, model, readers)
        assert verify(world.db, model, readers).equal, model.name


def test_files_and_stored_answers_go_too(world: World) -> None:
    file_id = world.call("register_file", CITIZEN, FILE).value["file_id"]
    materials = [{"code": "M1", "method": "attachment", "file_id": file_id}, {"code": "M2"}]
    submitted = world.submit(body=application(materials=materials), key="k-1")
    world.act(CITIZEN, submitted["case_no"], "withdraw", {"reason": "不办了"})
    erase(world)
    assert erase(world, SECOND, key="k-2")["files"] == [FILE["sha256"]]
    assert erase(world, SECOND, key="k-2")["files"] == [FILE["sha256"]]  # for who was killed before deleting
    assert world.db.fetch("SELECT * FROM file") == []
    assert submitted["query_code"] not in str(world.submit(key="k-1", body=application(materials=materials)))


def test_the_event_that_is_published_says_who_by_id_alone(world: World) -> None:
    erased(world)
    told = [e for e in world.app.store.read_feed().events if "erased" in e.type]
    published = [SERVICE.publish(event) for event in told if SERVICE.publish]
    assert [event.type for event in told] == ["subject.erased", "case.subject_erased"]
    assert {each["subject_id"] for each in published if each} == {CITIZEN.id}
    assert [text for text in PLANTED if text in str(published)] == []
