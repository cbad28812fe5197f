"""/livez is about this process, /readyz about everybody."""

from __future__ import annotations

from gateway_kit import SERVICES, House, problem_of, unavailable

from shared.service.call import Answer


def test_alive_asks_nobody(house: House) -> None:
    assert house.get("/livez").get_json() == {"status": "alive"}
    assert house.remote.asked == []


def test_ready_when_every_service_answers(house: House) -> None:
    response = house.get("/readyz")
    assert response.status_code == 200
    assert response.get_json()["services"] == dict.fromkeys(SERVICES, "ready")
    assert {asked.service for asked in house.remote.asked} == set(SERVICES)


def test_not_ready_names_who_is_missing(house: House) -> None:
    house.remote.answers["notify.status"] = unavailable("notify")
    house.remote.answers["cases.status"] = Answer({"consuming": False})
    document = problem_of(house.get("/readyz"), 503, "not_ready")
    assert document["detail"] == "not ready: cases, notify"
    assert document["services"]["notify"] == "service_unavailable"
    assert document["services"]["cases"] == "not consuming"


def test_a_service_the_host_knows_to_be_down_is_not_ready(house: House) -> None:
    house.gateway.desk.app.parts["readiness"] = lambda: {"identity": False, "cases": True}
    document = problem_of(house.get("/readyz"), 503, "not_ready")
    assert document["detail"] == "not ready: identity"


def test_the_keys_are_public(house: House) -> None:
    house.remote.answers["public_keys"] = Answer({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "…"}]})
    response = house.get("/jwks.json")
    assert response.get_json()["keys"][0]["kty"] == "OKP"
    assert response.headers["Cache-Control"] == "public, max-age=300"
