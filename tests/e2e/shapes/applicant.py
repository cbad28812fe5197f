"""A citizen who applies for the same thing again and again."""

from __future__ import annotations

from typing import Any

from shared.client import ApiAnswer, ApiClient
from shared.simulation.city import City

SUBMITTED_AT = "2024-03-04T09:00:00+08:00"


class Applicant:
    def __init__(self, city: City, item: str = "食品经营许可") -> None:
        found = city.operator.get("/items", q=item)["items"][0]
        self.item: dict[str, Any] = city.operator.get(f"/items/{found['code']}")["definition"]
        self.department: str = self.item["department_code"]
        account = city.person("citizen").account
        self._login = (account.login, account.password)
        self._url = city.url
        me = city.person("citizen").get("/me").body
        self._body = {
            "item_code": self.item["code"],
            "application_form": "full_online",
            "applicant": {
                "type": "natural_person", "name": me["name"], "id_type": "citizen_id", "id_no": me["id_no"],
            },
            "materials": [
                {"code": each["code"], "method": "paper"}
                for each in self.item["materials"]
                if each["necessity"] == "required"
            ],
            "source": "portal",
            "delivery": {"method": "hall"},
        }  # fmt: skip
        self._client = self.signed_in()

    def signed_in(self, timeout: float = 30.0) -> ApiClient:
        client = ApiClient(self._url, timeout=timeout)
        client.sign_in(*self._login)
        return client

    def submit(self, key: str | None = None, client: ApiClient | None = None) -> ApiAnswer:
        return (client or self._client).post("/cases", self._body, key=key)


def overdue_history(external_id: str, department: str) -> dict[str, Any]:
    """A case of a process log that ended a month after its deadline."""
    return {
        "external_id": external_id,
        "started_at": SUBMITTED_AT,
        "deadline": "2024-04-01T17:00:00+08:00",
        "planned_end": "2024-03-29T17:00:00+08:00",
        "ended_at": "2024-05-06T10:00:00+08:00",
        "channel": "Internet",
        "department": department,
        "responsible": "R21",
        "group": "G2",
        "events": [{"id": "e1", "name": "Check", "at": "2024-03-05T10:00:00+08:00", "resource": "R10"}],
    }
