"""What may not happen to a case does not: every action in many statuses, and with a version gone stale."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from shared.cli.throwaway import ThrowAway
from shared.contracts.cases import ACTIONS
from shared.simulation.city import City, Person
from tests.e2e.strictness import Applicant, Store, refused, send

BODIES: dict[str, dict[str, Any]] = {
    "pre-review": {"outcome": "passed"},
    "request-supplement": {"reason": "缺签字", "materials": ["M1"]},
    "supplement": {"materials": [{"code": "M1"}]},
    "not-accept": {"reason": "不属于受理范围"},
    "transfer": {"reason": "职责调整"},
    "recall": {"reason": "收回"},
    "record-step": {"step": "审查", "action": "passed", "opinion": "符合"},
    "start-special-procedure": {
        "type": "B", "name": "听证", "reason": "申请听证", "limit_days": 20, "approver": "负责人",
    },
    "end-special-procedure": {"result": "已听证", "opinion": "继续"},
    "decide": {"outcome": "granted"},
    "verify-originals": {"result": "passed", "method": "hall"},
    "pay": {"amount_fen": 100, "payment_no": "P1"},
    "dispatch": {"waybill_no": "W1"},
    "deliver": {"method": "hall"},
    "withdraw": {"reason": "不办了"},
    "void": {"reason": "作废"},
    "rate": {"score": 5},
    "correct": {"corrects": "none", "changes": {"a": "b"}, "reason": "录错"},
    "revoke-acceptance": {"reason": "撤销"},
    "revoke-result": {"reason": "撤销"},
}  # fmt: skip
"""A sound body of each action, so that nothing but the state speaks against it."""

ROLES = {"cases.window_action": "clerk", "cases.claim": "clerk", "cases.examine": "approver"}
Walk = Callable[["Office", str], None]


class Office:
    """The department's people, and the applicant."""

    def __init__(self, city: City, applicant: Applicant) -> None:
        self.city, self.applicant = city, applicant
        self.department = str(applicant.item["department_code"])

    def officer(self, role: str) -> Person:
        return self.city.person(role, self.department)

    def act(self, role: str, no: str, action: str, **body: Any) -> None:
        self.officer(role).post(f"/cases/{no}/{action}", BODIES.get(action, {}) | body)

    def who_may(self, action: str) -> str:
        """A token of somebody with the action's permission on this department's cases."""
        permission = ACTIONS[action].permissions[0]
        if permission in ("cases.applicant_action", "cases.rate"):
            return self.applicant.token
        return self.officer(ROLES.get(permission, "approver")).token


def _accept(office: Office, no: str) -> None:
    office.act("clerk", no, "accept")


def _steps(office: Office, no: str) -> None:
    _accept(office, no)
    second = office.officer("department_head").user["id"]
    for step in office.applicant.item["steps"]:
        if step["kind"] in ("examine", "approve"):
            two = {"co_officer": {"id": second}} if step["min_staff"] > 1 else {}
            role = "approver" if step["kind"] == "approve" else "examiner"
            office.act(role, no, "record-step", step=step["name"], **two)


def _decide(office: Office, no: str) -> None:
    _steps(office, no)
    office.act("approver", no, "decide")


def _complete(office: Office, no: str) -> None:
    _decide(office, no)
    office.act("clerk", no, "complete")


def _suspend(office: Office, no: str) -> None:
    _accept(office, no)
    office.act("examiner", no, "start-special-procedure")


def _withdraw(office: Office, no: str) -> None:
    office.applicant.client.post(f"/cases/{no}/withdraw", BODIES["withdraw"])


def _void(office: Office, no: str) -> None:
    office.officer("approver").post(f"/cases/{no}/void", BODIES["void"], if_match=1)


WALKS: dict[str, Walk] = {
    "submitted": lambda office, no: None,
    "supplement_required": lambda office, no: office.act("clerk", no, "request-supplement"),
    "accepted": _accept,
    "suspended": _suspend,
    "decided": _decide,
    "completed": _complete,
    "not_accepted": lambda office, no: office.act("clerk", no, "not-accept"),
    "withdrawn": lambda office, no: (
        office.applicant.client.post(f"/cases/{no}/withdraw", {"reason": "不办了"}) and None
    ),
    "voided": _void,
}


@pytest.fixture(scope="module")
def registered(city: City) -> Applicant:
    return Applicant(city)


@pytest.fixture
def office(city: City, registered: Applicant) -> Office:
    registered.sign_in()
    return Office(city, registered)


@pytest.fixture(scope="module")
def store(platform: ThrowAway) -> Store:
    return Store(platform)


@pytest.mark.parametrize("status", WALKS)
def test_no_action_happens_that_the_state_forbids(
    city: City, office: Office, store: Store, status: str
) -> None:
    no = office.applicant.submit()
    WALKS[status](office, no)
    case = city.operator.get(f"/cases/{no}").body
    assert case["status"] == status
    tried = 0
    for action in ACTIONS:
        token = office.who_may(action)
        offered = send(city, "GET", f"/cases/{no}", token).json()["allowed_actions"]
        if action in offered:
            continue
        version = {"If-Match": f'"{case["version"]}"'}
        with store.unchanged():
            response = send(
                city, "POST", f"/cases/{no}/{action}", token, json=BODIES.get(action, {}), headers=version
            )
            assert response.status_code in (409, 422), (action, response.text)
            refused(response, response.status_code)
        tried += 1
    assert tried >= 8
    assert city.operator.get(f"/cases/{no}")["version"] == case["version"]


def test_a_stale_version_is_refused(city: City, office: Office, store: Store) -> None:
    no = office.applicant.submit()
    _accept(office, no)
    for action in ACTIONS:
        token = office.who_may(action)
        with store.unchanged():
            document = refused(
                send(city, "POST", f"/cases/{no}/{action}", token, json=BODIES.get(action, {}),
                     headers={"If-Match": '"1"'}),
                412,
            )  # fmt: skip
        assert document["version"] == 2


@pytest.mark.parametrize(("header", "status"), [("1", 400), ('"one"', 400), ('"1", "2"', 400), (None, 428)])
def test_a_correction_says_which_version_it_means(
    city: City, office: Office, store: Store, header: str | None, status: int
) -> None:
    no = office.applicant.submit()
    headers = {"If-Match": header} if header else {}
    token = office.who_may("correct")
    body = BODIES["correct"]
    with store.unchanged():
        refused(send(city, "POST", f"/cases/{no}/correct", token, json=body, headers=headers), status)


@pytest.mark.parametrize("action", sorted(BODIES))
def test_an_unknown_field_of_an_action_is_named(
    city: City, office: Office, store: Store, action: str
) -> None:
    no = office.applicant.submit()
    body = BODIES[action] | {"colour": "red"}
    headers = {"If-Match": '"1"'}
    with store.unchanged():
        path = f"/cases/{no}/{action}"
        refused(send(city, "POST", path, office.who_may(action), json=body, headers=headers), 422, "colour")


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-11:00", "2026-03-09", 7]
)
def test_times_beyond_reason_are_refused(city: City, office: Office, store: Store, moment: Any) -> None:
    no = office.applicant.submit()
    for action, field in (("request-supplement", "due_at"), ("record-step", "started_at")):
        with store.unchanged():
            body = BODIES[action] | {field: moment}
            refused(
                send(city, "POST", f"/cases/{no}/{action}", office.who_may(action), json=body), 422, field
            )
    params = {"as_of": moment}
    refused(send(city, "GET", f"/cases/{no}", office.applicant.token, params=params), 422, "as_of")


def test_a_correction_is_not_released_by_a_name(city: City, office: Office, store: Store) -> None:
    no = office.applicant.submit()
    _complete(office, no)
    version = city.operator.get(f"/cases/{no}")["version"]
    event = city.operator.get(f"/cases/{no}/events")["items"][-1]["id"]
    for second in ("nobody", office.officer("clerk").user["id"]):
        body = BODIES["correct"] | {"corrects": event, "released_by": {"id": second, "name": "张局长"}}
        with store.unchanged():
            refused(
                send(city, "POST", f"/cases/{no}/correct", office.who_may("correct"), json=body,
                     headers={"If-Match": f'"{version}"'}),
                422, "released_by",
            )  # fmt: skip
