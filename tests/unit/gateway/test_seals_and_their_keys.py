"""Seals and the keys they are checked with, over HTTP."""

from __future__ import annotations

from collections.abc import Callable

from gateway_kit import KEY, House, problem_of

from shared.runtime.folder import new_key_pair
from shared.seals.signing import load_public_keys
from shared.service.call import Answer

KEYS = "/.well-known/yiwang-seal-keys.json"
SEALS = "/api/v1/operations/seals"


def test_the_present_key_and_former_ones_are_published(make_house: Callable[..., House]) -> None:
    present, former = new_key_pair()[1], new_key_pair()[1]
    house = make_house(seal_public_keys=former + present)
    answer = house.get(KEYS)
    assert answer.status_code == 200
    assert answer.mimetype == "application/jwk-set+json"
    assert load_public_keys(answer.get_data(as_text=True)).keys() == load_public_keys(former + present).keys()


def test_a_platform_without_keys_says_so(house: House) -> None:
    problem_of(house.get(KEYS), 404, "no_seal_keys")


def test_seals_are_listed_by_service_and_page(house: House) -> None:
    house.remote.answers["seals"] = Answer({"items": [{"number": 3}], "next": "3"})
    body = house.get(f"{SEALS}?service=cases&limit=1&after=4", "operator").get_json()
    assert body == {"items": [{"number": 3}], "next": "3"}
    assert (house.remote.last.service, house.remote.last.params) == ("cases", {"limit": 1, "after": 4})


def test_an_operator_seals_and_nobody_else_does(house: House) -> None:
    house.remote.answers["seal"] = Answer({"seal": None})
    assert house.post(f"{SEALS}?service=cases", "operator", headers=KEY).get_json() == {"seal": None}
    problem_of(house.post(f"{SEALS}?service=cases", "audit_admin", headers=KEY), 403, "forbidden")
    problem_of(house.post(f"{SEALS}?service=nobody", "operator", headers=KEY), 422, "invalid_fields")
