"""My certificates are the results of my cases, told by the cases' published events."""

from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

from identity_kit import People

from services.identity.readmodels.certificates import Certificates
from shared.eventstore.event import Event

CASE = {
    "case_no": "C1", "item_code": "I1", "item_name": "食品经营许可", "department_code": "D1",
    "department_name": "区市场监督管理局", "region_code": "990102000000", "source": "portal",
    "application_form": "full_online",
}  # fmt: skip


def told(type: str, **data: Any) -> Event:
    now = datetime(2026, 3, 3, tzinfo=UTC)
    stream = uuid5(NAMESPACE_URL, "yiwang:case:C1")
    return Event(uuid4(), stream, 1, type, 1, {"case": CASE, **data}, {}, now, now, "cases")


def apply(people: People, *events: Event) -> None:
    with people.db.transaction() as db:
        db.execute("SET LOCAL search_path TO rm_certificates, public")
        Certificates().apply(db, events)


def test_a_completed_case_gives_its_holder_a_certificate_until_it_is_revoked(registered: People) -> None:
    actor = registered.actor(registered.sign_in("xiaoming"))
    certificate = {"no": "JY1990102", "name": "食品经营许可证", "validity": "5年"}
    apply(
        registered,
        told("case.submitted", applicant={"subject_id": actor.id, "type": "natural_person"}),
        told("case.completed", certificate=certificate),
    )
    mine = registered("certificates", actor).value["items"]
    assert [(one["certificate_no"], one["issuer_name"], one["revoked"]) for one in mine] == [
        ("JY1990102", "区市场监督管理局", False)
    ]
    apply(registered, told("case.result_revoked", reason="欺骗取得"))
    assert registered("certificates", actor).value["items"][0]["revoked"] is True
