"""What an operator reads of a running platform."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import requests

from services.gateway.openapi.document import openapi_document
from services.gateway.table import ROUTES
from shared.client import ApiClient, ApiProblem
from shared.simulation.city import City

SignIn = Callable[[str], ApiClient]


def test_it_is_ready_and_every_service_tells_its_status(city: City) -> None:
    assert requests.get(f"{city.url}/readyz", timeout=20).status_code == 200
    status = city.operator.get("/operations/status").body
    assert status["simulated"] is True
    assert {"identity", "catalogue", "cases", "notify", "supervision"} <= set(status["services"])
    for name, said in status["services"].items():
        assert "problem" not in said, (name, said)


def test_the_feed_is_read_page_by_page_to_its_end(city: City) -> None:
    """Following `cursor` with small pages gives the same events, in the same order, as one large page."""

    def read(limit: int) -> list[str]:
        found: list[str] = []
        after = ""
        while True:
            page: Any = city.operator.get(
                "/operations/feed", service="catalogue", category="item", after=after, limit=limit
            )
            found += [event["id"] for event in page["events"]]
            if not page["events"]:
                return found
            after = page["cursor"]

    whole = read(1000)
    assert whole
    assert read(7) == whole
    assert len(set(whole)) == len(whole)


def test_a_cursor_of_another_epoch_is_refused(city: City) -> None:
    with pytest.raises(ApiProblem) as refused:
        city.operator.get("/operations/feed", service="catalogue", category="item", after="0000-1-1")
    assert (refused.value.status, refused.value.code) == (410, "unknown_cursor")


def test_the_clock_moves_for_everybody_and_only_forward(city: City) -> None:
    now = city.now()
    later = now + timedelta(minutes=1)
    city.operator.post("/operations/clock", {"now": later.isoformat()})
    services = city.operator.get("/operations/status")["services"]
    assert {said["now"] for said in services.values()} == {later.isoformat()}
    with pytest.raises(ApiProblem) as refused:
        city.operator.post("/operations/clock", {"now": now.isoformat()})
    assert refused.value.code == "clock_goes_back"


def test_nothing_is_parked(city: City) -> None:
    parked = city.operator.get("/operations/parked")
    assert (parked["items"], parked["unreachable"]) == ([], [])


def test_what_is_not_parked_can_be_neither_retried_nor_skipped(city: City) -> None:
    stream = "6a1f3c1e-0d5b-4f0e-8a56-3f1f9f7d2f10"
    for act in ("retry", "skip"):
        with pytest.raises(ApiProblem) as refused:
            city.operator.post(f"/operations/parked/supervision/case_clock/{stream}/{act}")
        assert 400 <= refused.value.status < 500


def test_the_served_contract_is_that_of_the_table(city: City) -> None:
    document = requests.get(f"{city.url}/openapi.json", timeout=20).json()
    assert document == openapi_document(ROUTES, document["servers"][0]["url"])


def test_the_published_keys_verify_a_real_token(city: City, sign_in: SignIn) -> None:
    import jwt  # noqa: PLC0415 - as another system would

    keys = jwt.PyJWKSet.from_dict(requests.get(f"{city.url}/jwks.json", timeout=20).json())
    token = sign_in("citizen").token
    options = {"verify_exp": False, "verify_iat": False}
    claims = jwt.decode(
        token or "", keys.keys[0].key, algorithms=["EdDSA"], audience="yiwang", options=options
    )
    assert "citizen" in claims["roles"]
