"""One case over HTTP, on either shape: every view of it agrees with its events.

Days pass where the clock is virtual. On the stack everything happens within seconds, by the system clock.
"""

from __future__ import annotations

from datetime import timedelta
from random import Random
from time import monotonic, sleep
from typing import Any

import pytest

from shared.client import ApiClient, ApiProblem
from shared.simulation.city import City
from shared.simulation.people import citizen_number, person_name, phone

FOOD_PERMIT = "食品经营许可（新办，餐饮服务）"
PASSWORD = "Yi-Wang-2026"


def item(city: City) -> dict[str, Any]:
    found = city.operator.get("/items", q=FOOD_PERMIT)["items"]
    return city.operator.get(f"/items/{found[0]['code']}")["definition"]


def register(city: City) -> tuple[ApiClient, dict[str, str]]:
    random = Random()
    person = {"name": person_name(random), "id_no": citizen_number(random), "phone": phone(random)}
    client = ApiClient(city.url)
    client.post("/persons", {**person, "password": PASSWORD})
    client.sign_in(person["phone"], PASSWORD)
    return client, person


def application(code: str, person: dict[str, str]) -> dict[str, Any]:
    return {
        "item_code": code,
        "application_form": "original_verification",
        "situation": "S1",
        "applicant": {"type": "natural_person", "id_type": "citizen_id", "address": "和顺路1号", **person},
        "materials": [
            {"code": "M1", "method": "paper"},
            {"code": "M2", "method": "certificate_library"},
            {"code": "M3", "method": "paper"},
            {"code": "M4", "method": "paper"},
        ],
        "source": "portal",
        "delivery": {"method": "hall"},
    }


class Story:
    """Plays the case once; the tests below look at what it left behind."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.days_pass: bool = city.operator.get("/operations/clock")["simulated"]
        self.item = item(city)
        self.citizen, self.person = register(city)
        self.department = self.item["department_code"]
        self.play()

    def play(self) -> None:
        body = application(self.item["code"], self.person)
        self.first = self.citizen.post("/cases", body, key="one-application")
        self.second = self.citizen.post("/cases", body, key="one-application")
        self.no = self.first["case_no"]
        self.pass_time(hours=2)
        self.officer("clerk", "request-supplement", reason="申请书缺少签字", materials=[{"code": "M1"}])
        self.pass_time(days=1)
        self.applicant("supplement", materials=[{"code": "M1", "method": "paper"}])
        self.officer("clerk", "accept")
        self.pass_time(days=1)
        self.officer(
            "examiner", "start-special-procedure", type="B", name="听证", reason="利害关系人申请听证",
            limit_days=20, approver="分管负责人",
        )  # fmt: skip
        self.pass_time(days=5)
        self.officer("examiner", "end-special-procedure", result="已听证", opinion="同意继续办理")
        self.steps()
        self.officer("approver", "decide", outcome="granted")
        self.pass_time(days=1)
        self.officer(
            "clerk", "complete", certificate={"name": "食品经营许可证", "no": "JY2990102", "validity": "5年"}
        )
        self.officer("clerk", "announce-result", ways=["hall", "courier"])
        self.pass_time(days=1)
        self.officer("clerk", "verify-originals", result="passed", method="hall")
        self.officer("clerk", "deliver", method="hall", collector={"name": self.person["name"]})
        self.last = self.applicant("rate", score=5)

    def steps(self) -> None:
        second = self.city.person("approver", self.department).user
        for step in self.item["steps"]:
            if step["kind"] not in ("examine", "approve"):
                continue
            more = {"co_officer": {"id": second["id"], "name": "第二人"}} if step["min_staff"] > 1 else {}
            role = "approver" if step["kind"] == "approve" else "examiner"
            self.officer(role, "record-step", step=step["name"], action="passed", opinion="符合条件", **more)

    def officer(self, role: str, action: str, /, **body: Any) -> Any:
        return self.city.person(role, self.department).post(f"/cases/{self.no}/{action}", body)

    def applicant(self, action: str, /, **body: Any) -> Any:
        self.citizen.sign_in(self.person["phone"], PASSWORD)
        return self.citizen.post(f"/cases/{self.no}/{action}", body)

    def pass_time(self, **span: float) -> None:
        if self.days_pass:
            self.city.advance_to(self.city.now() + timedelta(**span))

    def get(self, what: str = "") -> Any:
        return self.city.person("clerk", self.department).get(
            f"/cases/{self.no}{what}", after_token=self.last.token
        )


@pytest.fixture(scope="module")
def story(anywhere: City) -> Story:
    return Story(anywhere)


def test_the_same_key_twice_makes_one_case(story: Story) -> None:
    assert story.first["case_no"] == story.second["case_no"]
    assert story.first["query_code"] == story.second["query_code"]
    story.citizen.sign_in(story.person["phone"], PASSWORD)
    assert len(story.citizen.get("/cases/mine")["items"]) == 1


def test_the_same_key_with_another_body_is_refused(story: Story) -> None:
    body = application(story.item["code"], story.person) | {"delivery": {"method": "electronic"}}
    story.citizen.sign_in(story.person["phone"], PASSWORD)
    with pytest.raises(ApiProblem) as refused:
        story.citizen.post("/cases", body, key="one-application")
    assert (refused.value.status, refused.value.code) == (409, "idempotency_key_reused")


def test_the_events_tell_the_story_in_order(story: Story) -> None:
    events = story.get("/events")["items"]
    assert [event["type"].removeprefix("case.") for event in events] == [
        "submitted", "supplement_requested", "supplemented", "accepted", "special_procedure_started",
        "special_procedure_ended", "step_recorded", "step_recorded", "decided", "completed", "result_ready",
        "originals_verified", "delivered", "rated",
    ]  # fmt: skip
    assert [event["version"] for event in events] == list(range(1, len(events) + 1))


def test_the_case_and_the_work_list_say_what_the_events_say(story: Story) -> None:
    assert story.get()["status"] == "delivered"
    rows = story.city.operator.get("/cases", q=story.no)["items"]
    assert [(row["case_no"], row["status"]) for row in rows] == [(story.no, "delivered")]


def test_the_timeline_has_an_entry_per_event(story: Story) -> None:
    events = [event["type"] for event in story.get("/events")["items"]]
    assert [entry["type"] for entry in story.get("/timeline")["items"]] == events


def test_the_six_exchange_tables_are_filled_from_the_events(story: Story) -> None:
    tables = story.get("/exchange").body
    [application_row] = tables["application"]
    assert application_row["case_no"] == story.no
    assert application_row["applicant_name"] == story.person["name"]
    assert application_row["item_name"] == FOOD_PERMIT
    assert {row["material_name"] for row in tables["application_material"]} >= {
        "食品经营许可申请书",
        "营业执照",
    }
    [acceptance] = tables["acceptance"]
    assert acceptance["acceptance_document_no"]
    assert [row["step_name"] for row in tables["handling_step"]][:2] == [
        step["name"] for step in story.item["steps"] if step["kind"] in ("examine", "approve")
    ]
    [special] = tables["special_procedure"]
    assert (special["special_procedure_type"], special["special_procedure_name"]) == ("B", "听证")
    [completion] = tables["completion"]
    assert completion["result_certificate_no"] == "JY2990102"


def test_the_clock_explains_the_hearing_and_stays_green(story: Story) -> None:
    clock = story.get("/clock").body
    assert clock["state"] == "closed"
    assert clock["colour"] == "normal"
    assert any("听证" in str(reason) for reason in clock["reasons"])


def test_the_applicant_was_told_every_step(story: Story) -> None:
    """NOT-02, NOT-07, NOT-05, NOT-06: submitted, supplement, accepted, completed, result, originals."""
    story.citizen.sign_in(story.person["phone"], PASSWORD)
    until = monotonic() + 30
    while True:
        told = [message["title"] for message in story.citizen.get("/messages")["items"]]
        if len(told) >= 6 or monotonic() > until:
            break
        sleep(0.2)
    assert len(told) >= 6, told


def test_anybody_with_the_query_code_sees_masked_progress(story: Story) -> None:
    seen = (
        ApiClient(story.city.url)
        .get("/progress", case_no=story.no, query_code=story.first["query_code"])
        .body
    )
    assert seen["status"] == "delivered"
    assert story.person["name"] not in str(seen)
    assert story.person["id_no"] not in str(seen)
    with pytest.raises(ApiProblem) as refused:
        ApiClient(story.city.url).get("/progress", case_no=story.no, query_code="000000")
    assert refused.value.status == 404


def test_the_past_can_be_looked_at(story: Story) -> None:
    accepted = next(event for event in story.get("/events")["items"] if event["type"] == "case.accepted")
    clerk = story.city.person("clerk", story.department)
    assert clerk.get(f"/cases/{story.no}", as_of=accepted["recorded_at"])["status"] == "accepted"


def test_the_department_pulls_the_same_events_in_the_same_order(story: Story) -> None:
    """`GET /events?after=`, in small pages, as its own system reads on from the last cursor."""
    system = story.city.person("department_system", story.department)
    kinds = [event["type"] for event in story.get("/events")["items"]]
    pulled: list[dict[str, Any]] = []
    after, until = "", monotonic() + 30
    while len(pulled) < len(kinds) and monotonic() < until:
        page = system.get("/events", after=after, limit=5, case=story.no)
        pulled, after = pulled + page["items"], page["next"]
    assert [event["type"] for event in pulled] == kinds
    assert {event["subject"] for event in pulled} == {story.no}
    assert story.person["id_no"] not in str(pulled)
    assert story.person["name"] not in str(pulled)
