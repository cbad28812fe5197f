"""The client against the real gateway on a real socket."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from gateway_kit import House
from werkzeug.serving import make_server

from shared.client import ApiClient, ApiProblem
from shared.problems import FieldError, invalid
from shared.service.call import Answer


@pytest.fixture
def url(house: House) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, house.gateway, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join(timeout=10)
    server.server_close()


def test_signing_in_keeps_the_token(house: House, url: str) -> None:
    token = house.token("citizen")
    house.remote.answers["sign_in"] = Answer({"access_token": token, "user": {"id": "ann"}})
    client = ApiClient(url)
    client.sign_in("ann", "secret", "123456")
    assert house.remote.last.body == {"login": "ann", "password": "secret", "code": "123456"}
    assert client.user == {"id": "ann"}
    client.get("/me")
    assert house.remote.last.actor is not None
    assert house.remote.last.actor.id == "ann"


def test_a_command_has_a_key_and_may_name_a_version(house: House, url: str) -> None:
    client = ApiClient(url, house.token("clerk"))
    house.remote.answers["act"] = Answer({"case_no": "1"}, version=4, token="cases:9")
    answer = client.post("/cases/1/claim", if_match=3)
    assert (answer.version, answer.token, answer["case_no"]) == (4, "cases:9", "1")
    assert house.remote.last.if_match == 3
    first = house.remote.last.key
    client.post("/cases/1/claim", key="mine")
    assert (house.remote.last.key, bool(first)) == ("mine", True)


def test_a_problem_is_raised_with_its_document(house: House, url: str) -> None:
    house.remote.answers["submit"] = invalid([FieldError("item_code", "unknown", "no such item")])
    with pytest.raises(ApiProblem) as raised:
        ApiClient(url, house.token("citizen")).post("/cases", {})
    assert (raised.value.status, raised.value.code) == (422, "invalid_fields")
    assert raised.value.errors[0]["field"] == "item_code"
    assert "item_code: no such item" in str(raised.value)


def test_a_list_is_followed_to_its_end(house: House, url: str) -> None:
    pages = {None: ([{"n": 1}], "b"), "b": ([{"n": 2}], None)}
    client = ApiClient(url, house.token("clerk"))
    found = []
    for after, (items, following) in pages.items():
        house.remote.answers["list"] = Answer({"items": items, "next": following})
        found.append(client.get("/cases", after=after).get("next"))
    assert found == ["b", None]
    house.remote.answers["list"] = Answer({"items": [{"n": 3}], "next": None})
    assert list(client.pages("/cases", status="accepted")) == [{"n": 3}]
    assert house.remote.last.params == {"status": "accepted"}


def test_a_file_is_uploaded_from_the_disk(house: House, url: str, tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(b"%PDF-1.4")
    ApiClient(url, house.token("citizen")).upload(file, name="许可证.pdf")
    assert house.remote.last.body["name"] == "许可证.pdf"


def test_no_answer_at_all_is_a_problem_too() -> None:
    with pytest.raises(ApiProblem) as raised:
        ApiClient("http://127.0.0.1:1", timeout=2).get("/me")
    assert (raised.value.status, raised.value.code) == (0, "unreachable")
