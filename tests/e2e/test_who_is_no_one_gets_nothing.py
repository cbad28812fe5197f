"""Others' cases do not exist for one; tokens not issued for us and roles without the right open nothing."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import jwt
import pytest

from shared.cli.throwaway import ThrowAway
from shared.contracts.cases import ACTIONS
from shared.runtime.folder import DataFolder, new_key_pair
from shared.simulation.city import City
from tests.e2e.strictness import Applicant, Store, refused, send

READS = ("", "/timeline", "/events", "/clock", "/documents", "/exchange")
APPLICANTS = [
    name for name, contract in ACTIONS.items()
    if any(permission in ("cases.applicant_action", "cases.rate") for permission in contract.permissions)
]  # fmt: skip


@pytest.fixture(scope="module")
def owner(city: City) -> Applicant:
    return Applicant(city)


@pytest.fixture(scope="module")
def case_no(owner: Applicant) -> str:
    return owner.submit()


@pytest.fixture(scope="module")
def stranger(city: City) -> Applicant:
    return Applicant(city)


@pytest.fixture(scope="module")
def store(platform: ThrowAway) -> Store:
    return Store(platform)


def same_but_for_the_number(seen: list[dict[str, Any]], numbers: tuple[str, str]) -> bool:
    hidden, missing = (
        json.dumps({**document, "instance": "", "request_id": ""}).replace(no, "?")
        for document, no in zip(seen, numbers, strict=True)
    )
    return hidden == missing


def other_clerk(city: City, department: str) -> str:
    other = next(code for code in sorted(city.departments()) if code != department)
    return city.person("clerk", other).token


@pytest.mark.parametrize("who", ["citizen", "clerk"])
@pytest.mark.parametrize("what", READS)
def test_reading_anothers_case_is_reading_none(
    city: City, stranger: Applicant, owner: Applicant, case_no: str, what: str, who: str
) -> None:
    stranger.sign_in()
    token = stranger.token if who == "citizen" else other_clerk(city, owner.item["department_code"])
    none = case_no[:-4] + "9999"
    seen = [refused(send(city, "GET", f"/cases/{no}{what}", token), 404) for no in (case_no, none)]
    assert same_but_for_the_number(seen, (case_no, none))


@pytest.mark.parametrize("body", [{}, {"nonsense": 1}])
@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_acting_on_anothers_case_is_acting_on_none(
    city: City, store: Store, stranger: Applicant, owner: Applicant, case_no: str, action: str, body: Any
) -> None:
    department = owner.item["department_code"]
    if action in APPLICANTS:
        stranger.sign_in()
        token = stranger.token
    else:
        other = next(code for code in sorted(city.departments()) if code != department)
        approves = "cases.approve" in ACTIONS[action].permissions
        examines = "cases.examine" in ACTIONS[action].permissions
        token = city.person("approver" if approves or examines else "clerk", other).token
    none = case_no[:-4] + "9999"
    with store.unchanged():
        seen = [
            refused(
                send(city, "POST", f"/cases/{no}/{action}", token, json=body, headers={"If-Match": '"5"'}),
                404,
            )
            for no in (case_no, none)
        ]
    assert same_but_for_the_number(seen, (case_no, none))


def test_a_list_holds_ones_own_cases_only(city: City, stranger: Applicant, case_no: str) -> None:
    stranger.sign_in()
    assert stranger.client.get("/cases/mine")["items"] == []
    refused(send(city, "GET", "/cases", stranger.token), 403)


def test_progress_needs_the_query_code(city: City, case_no: str) -> None:
    none = case_no[:-4] + "9999"
    seen = [
        refused(send(city, "GET", f"/progress?case_no={no}&query_code=ABCDEFGH", None), 404)
        for no in (case_no, none)
    ]
    assert same_but_for_the_number(seen, (case_no, none))


def claims(city: City, **changes: Any) -> dict[str, Any]:
    now = int(city.now().timestamp())
    sound = {"sub": "acc-1", "roles": ["operator"], "aud": "yiwang", "iat": now, "exp": now + 900}
    return {name: value for name, value in (sound | changes).items() if value is not None}


def bare(city: City) -> str:
    """Unsigned: `alg: none`."""
    parts = ({"alg": "none", "typ": "JWT"}, claims(city))
    head, body = (base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts)
    return f"{head}.{body}."


def forgeries(city: City, folder: DataFolder) -> dict[str, str]:
    right = folder.private_key.read_text()
    public = base64.b64encode(folder.public_key.read_bytes()).decode()
    other, _ = new_key_pair()
    past = int((city.now() - timedelta(hours=1)).timestamp())
    secret = folder.service_secret.read_text()
    return {
        "unsigned": bare(city),
        "another's key": jwt.encode(claims(city), other, algorithm="EdDSA"),
        "our public key as a secret": jwt.encode(claims(city), public, algorithm="HS256"),
        "expired": jwt.encode(claims(city, exp=past), right, algorithm="EdDSA"),
        "for others": jwt.encode(claims(city, aud="elsewhere"), right, algorithm="EdDSA"),
        "for nobody": jwt.encode(claims(city, aud=None), right, algorithm="EdDSA"),
        "without end": jwt.encode(claims(city, exp=None), right, algorithm="EdDSA"),
        "without roles": jwt.encode(claims(city, roles=None), right, algorithm="EdDSA"),
        "a service's": jwt.encode({"sub": "cases", "aud": "yiwang-internal"}, secret, algorithm="HS256"),
        "no token": "x.y.z",
    }


def test_nothing_but_our_own_sound_token_opens(platform: ThrowAway, city: City, store: Store) -> None:
    found = forgeries(city, DataFolder(platform.data))
    with store.unchanged():
        for kind, token in found.items():
            response = send(city, "GET", "/operations/status", token)
            assert response.status_code == 401, (kind, response.text)
            refused(response, 401)
            refused(send(city, "POST", "/cases", token, json={}), 401)
            page = send(city, "GET", "/../../office", None, headers={"Cookie": f"yw_access={token}"})
            assert page.status_code < 500, kind


def test_pages_take_no_forged_token_either(platform: ThrowAway, city: City) -> None:
    import requests  # noqa: PLC0415 - as a browser

    for kind, token in forgeries(city, DataFolder(platform.data)).items():
        cookies = {"yw_access": token}
        response = requests.get(
            f"{city.url}/office/operations", cookies=cookies, timeout=30, allow_redirects=False
        )
        assert response.status_code == 303, (kind, response.text[:500])
        assert response.headers["Location"].startswith("/sign-in")


def test_a_role_without_the_right_is_refused(
    city: City, owner: Applicant, store: Store, case_no: str
) -> None:
    owner.sign_in()
    clerk = city.person("clerk", owner.item["department_code"]).token
    with store.unchanged():
        refused(send(city, "POST", f"/cases/{case_no}/decide", clerk, json={"outcome": "granted"}), 403)
        refused(send(city, "POST", f"/cases/{case_no}/accept", owner.token, json={}), 403)
        refused(send(city, "GET", "/operations/status", owner.token), 403)
        refused(send(city, "POST", "/cases/imports", clerk, json={"cases": []}), 403)
        refused(send(city, "POST", "/cases", None, json={}), 401)
        refused(send(city, "GET", f"/cases/{case_no}", None), 401)
