"""Requests that must be refused, and a look into the database at what they left: nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any
from uuid import uuid4

import psycopg2
import requests

from shared.cli.throwaway import ThrowAway
from shared.client import ApiClient
from shared.simulation.city import City
from shared.simulation.people import citizen_number, person_name, phone

FOOD_PERMIT = "食品经营许可（新办，餐饮服务）"
PASSWORD = "Yi-Wang-2026"
_COUNTED = {
    "events": "SELECT count(*) FROM events",
    "commands": "SELECT count(*) FROM commands",
    "case numbers": "SELECT coalesce(sum(last), 0) FROM case_counter",
    "document numbers": "SELECT coalesce(sum(last), 0) FROM document_counter",
    "files": "SELECT count(*) FROM file",
}


class Store:
    """The database of the cases service, read past the platform."""

    def __init__(self, platform: ThrowAway) -> None:
        lines = (platform.data / "pg" / "postmaster.pid").read_text().splitlines()
        self._place = {"port": lines[3], "host": lines[4], "user": "postgres", "dbname": "cases"}

    def counts(self) -> dict[str, int]:
        connection = psycopg2.connect(**self._place)
        try:
            with connection.cursor() as cursor:
                found = {}
                for name, question in _COUNTED.items():
                    cursor.execute(question)
                    found[name] = int(cursor.fetchone()[0])
                return found
        finally:
            connection.close()

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        before = self.counts()
        yield
        assert self.counts() == before


def send(
    city: City, method: str, path: str, token: str | None, *, key: str | None = "", **options: Any
) -> requests.Response:
    """`key` None leaves the header out; nothing is checked or retried."""
    headers = dict(options.pop("headers", {}))
    if key is not None:
        headers.setdefault("Idempotency-Key", key or uuid4().hex)
    if token:
        headers["Authorization"] = f"Bearer {token}"
    return requests.request(
        method, f"{city.url}/api/v1{path}", headers=headers, timeout=30, allow_redirects=False, **options
    )


def refused(response: requests.Response, status: int, *fields: str) -> dict[str, Any]:
    """Hold the answer to what every refusal is; answers its document."""
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == "application/problem+json"
    for trace in ("Traceback", 'File "', ".py", "psycopg2", "marshmallow"):
        assert trace not in response.text
    document: dict[str, Any] = response.json()
    assert document["status"] == status
    assert document["code"]
    told = {error["field"] for error in document.get("errors", ())}
    assert set(fields) <= told, document
    return document


class Applicant:
    """A citizen registered for this test run, and the application they may rightly make."""

    def __init__(self, city: City) -> None:
        random = Random()
        self.city = city
        self.person = {"name": person_name(random), "id_no": citizen_number(random), "phone": phone(random)}
        self.client = ApiClient(city.url)
        self.client.post("/persons", {**self.person, "password": PASSWORD})
        self.sign_in()
        found = city.operator.get("/items", q=FOOD_PERMIT)["items"]
        self.item = city.operator.get(f"/items/{found[0]['code']}")["definition"]

    def sign_in(self) -> str:
        """Anew for each test: another may have moved the clock by days."""
        self.client.token = None
        self.client.sign_in(self.person["phone"], PASSWORD)
        return self.token

    @property
    def token(self) -> str:
        assert self.client.token
        return self.client.token

    def application(self, **changes: Any) -> dict[str, Any]:
        return {
            "item_code": self.item["code"],
            "application_form": "full_online",
            "situation": "S1",
            "applicant": {"type": "natural_person", "id_type": "citizen_id", **self.person},
            "materials": [
                {"code": code, "method": "certificate_library" if code == "M2" else "paper"}
                for code in ("M1", "M2", "M3", "M4")
            ],
            "source": "portal",
            "delivery": {"method": "hall"},
            "form": {"说明": "演示"},
        } | changes

    def with_applicant(self, **changes: Any) -> dict[str, Any]:
        whole = self.application()
        return whole | {"applicant": whole["applicant"] | changes}

    def submit(self) -> str:
        return str(self.client.post("/cases", self.application())["case_no"])
