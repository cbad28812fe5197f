"""What only shows on the wire: bodies that are refused unread, chunks, foreign methods, kept connections."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from http.client import HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from shared.client import ApiClient, ApiProblem
from shared.simulation.city import City

SignIn = Callable[[str], ApiClient]

MIB = 1024 * 1024


def raw(city: City, request: bytes) -> tuple[int, dict[str, str], bytes]:
    """Send exactly these bytes and read one answer."""
    address = urlsplit(city.url)
    with socket.create_connection((address.hostname, address.port), timeout=20) as connection:
        connection.sendall(request)
        response = HTTPResponse(connection)
        response.begin()
        return response.status, dict(response.getheaders()), response.read()


def head(sign_in: SignIn, line: str, **headers: str) -> bytes:
    token = sign_in("citizen").token
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"{line} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n{more}\r\n".encode()


def test_a_large_body_is_refused_before_it_is_sent(city: City, sign_in: SignIn) -> None:
    request = head(
        sign_in, "POST /api/v1/cases", Content_Type="application/json", Idempotency_Key="k",
        Content_Length=str(500 * MIB),
    )  # fmt: skip
    status, headers, body = raw(city, request)
    assert (status, json.loads(body)["code"]) == (413, "too_large")
    assert headers["Connection"] == "close"


def test_an_eager_client_still_reads_the_answer(city: City, sign_in: SignIn) -> None:
    token = sign_in("citizen").token
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "k", "Content-Type": "application/json"}
    response = requests.post(f"{city.url}/api/v1/cases", data=b" " * 5 * MIB, headers=headers, timeout=20)
    assert response.status_code == 413


def test_chunks_are_counted(city: City, sign_in: SignIn) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(40):
            yield b" " * 65536

    token = sign_in("citizen").token
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "k", "Content-Type": "application/json"}
    response = requests.post(f"{city.url}/api/v1/cases", data=endless(), headers=headers, timeout=20)
    assert response.status_code == 413


@pytest.mark.parametrize("method", ["TRACE", "PROPFIND", "X" * 100])
def test_foreign_methods_are_told_the_known_ones(city: City, sign_in: SignIn, method: str) -> None:
    status, headers, body = raw(city, head(sign_in, f"{method} /api/v1/cases"))
    assert (status, json.loads(body)["code"]) == (405, "method_not_allowed")
    assert headers["Allow"] == "GET, HEAD, OPTIONS, POST"


@pytest.mark.parametrize("path", ["/api/v1/%ff", "/api/v1/../../etc/passwd", "/api/v1/cases/%00"])
def test_strange_paths_are_problems(city: City, sign_in: SignIn, path: str) -> None:
    status, headers, body = raw(city, head(sign_in, f"GET {path}"))
    assert 400 <= status < 500
    assert headers["Content-Type"] == "application/problem+json"
    assert b"root:" not in body


def test_one_connection_serves_many_requests(city: City) -> None:
    with requests.Session() as session:
        for _ in range(20):
            assert session.get(f"{city.url}/livez", timeout=20).status_code == 200
            assert session.get(f"{city.url}/api/v1/none", timeout=20).status_code == 404


def test_a_file_is_kept_once_and_named_safely(city: City, sign_in: SignIn, tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 1000)
    client = sign_in("citizen")
    first = client.upload(file, name="../../营业执照.pdf", key="one-upload")
    again = client.upload(file, name="../../营业执照.pdf", key="one-upload")
    assert first.status == 201
    assert first["file_id"] == again["file_id"]
    assert (first["name"], first["media_type"]) == ("营业执照.pdf", "application/pdf")
    with pytest.raises(ApiProblem) as refused:
        client.upload(file, name="photo.jpg")
    assert (refused.value.status, refused.value.code) == (415, "file_type_mismatch")


def test_nobody_signs_in_by_guessing(city: City, sign_in: SignIn) -> None:
    client = ApiClient(city.url)
    codes = set()
    for _ in range(12):
        with pytest.raises(ApiProblem) as refused:
            client.sign_in("nobody-at-all", "guess")
        codes.add(refused.value.status)
    assert codes <= {401, 429}
