"""A body that is too large is refused by its announcement, or at the limit."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from gateway_kit import KEY, House, problem_of
from werkzeug.test import EnvironBuilder

JSON = {"Content-Type": "application/json"}


class Untouched(io.RawIOBase):
    """A body that must not be read."""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        raise AssertionError("the body was read")

    readinto = None  # type: ignore[assignment]


def environ(house: House, path: str, body: Any, length: int | None, content_type: str) -> dict[str, Any]:
    headers = KEY | house.bearer("citizen", "operator") | {"Content-Type": content_type}
    made = EnvironBuilder(method="POST", path=path, headers=headers).get_environ()
    made["wsgi.input"] = body
    made.pop("CONTENT_LENGTH", None)
    made |= {"wsgi.input_terminated": True} if length is None else {"CONTENT_LENGTH": str(length)}
    return made


def test_an_announced_megabyte_too_much_is_not_read(house: House) -> None:
    made = environ(house, "/api/v1/cases", Untouched(), 1024 * 1024 + 1, "application/json")
    document = problem_of(house.run(made), 413, "too_large")
    assert document["limit"] == 1024 * 1024


def test_an_announced_file_that_is_too_large_is_not_read(house: House) -> None:
    made = environ(house, "/api/v1/files", Untouched(), 11 * 1024 * 1024, "application/octet-stream")
    problem_of(house.run(made), 413, "too_large")


def test_a_body_of_unknown_length_is_read_up_to_the_limit(house: House) -> None:
    endless = io.BytesIO(b" " * (3 * 1024 * 1024))
    made = environ(house, "/api/v1/cases", endless, None, "application/json")
    problem_of(house.run(made), 413, "too_large")
    assert endless.tell() < 1.2 * 1024 * 1024


def test_an_import_may_be_larger(make_house: Callable[..., House]) -> None:
    house = make_house()
    body = '{"rows": [' + ",".join(['"' + "x" * 1000 + '"'] * 3000) + "]}"
    response = house.post("/api/v1/items/imports", "operator", data=body, headers=KEY | JSON)
    assert response.status_code == 200


def test_nobody_unknown_gets_to_send_a_body(house: House) -> None:
    made = environ(house, "/api/v1/cases", Untouched(), 100, "application/json")
    made.pop("HTTP_AUTHORIZATION")
    problem_of(house.run(made), 401, "unauthenticated")


def test_a_body_that_ends_early_is_told(house: House) -> None:
    made = environ(house, "/api/v1/cases", io.BytesIO(b'{"a": 1'), 100, "application/json")
    problem_of(house.run(made), 400, "incomplete_body")
