"""Who applies: identity documents, the legal representative, the contact person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from services.cases.domain.state import NATURAL_PERSON
from shared.domain.citizen_id import CitizenIdError, parse_citizen_id
from shared.domain.credit_code import CreditCodeError, is_organisation_code, parse_credit_code
from shared.domain.decision import Refusal
from shared.domain.working_calendar import LEGAL_ZONE

Applicant = Mapping[str, Any]

APPLICANT_TYPES = (
    NATURAL_PERSON, "enterprise", "public_institution", "social_organisation",
    "administrative_organ", "other_organisation", "legal_person",
)  # fmt: skip
CITIZEN_ID_TYPES = frozenset({"id_card", "citizen_id", "身份证", "居民身份证", "111", "10"})
CREDIT_CODE_TYPES = frozenset({"credit_code", "统一社会信用代码", "营业执照", "business_licence"})


def check_applicant(applicant: Applicant, at: datetime) -> Iterator[Refusal]:
    kind = applicant.get("type")
    if kind not in APPLICANT_TYPES:
        yield Refusal(
            "unknown_applicant_type", f"type is one of {', '.join(APPLICANT_TYPES)}", field="applicant.type"
        )
    for key in ("name", "id_type", "id_no"):
        if not applicant.get(key):
            yield Refusal(
                f"applicant_{key}_required", f"the applicant's {key} is missing", field=f"applicant.{key}"
            )
    if kind != NATURAL_PERSON and not applicant.get("legal_representative"):
        yield Refusal(
            "legal_representative_required",
            "a legal person names its legal representative",
            field="applicant.legal_representative",
            basis="CASE-36",
        )
    if applicant.get("id_no"):
        yield from _check_number(applicant, at)


def _check_number(applicant: Applicant, at: datetime) -> Iterator[Refusal]:
    try:
        if applicant.get("id_type") in CITIZEN_ID_TYPES:
            parse_citizen_id(str(applicant["id_no"]), today=at.astimezone(LEGAL_ZONE).date())
        elif applicant.get("id_type") in CREDIT_CODE_TYPES:
            parse_credit_code(str(applicant["id_no"]))
        elif applicant.get("id_type") == "organisation_code" and not is_organisation_code(
            str(applicant["id_no"])
        ):
            raise CreditCodeError("the organisation code's last character does not fit the others")
    except (CitizenIdError, CreditCodeError) as error:
        yield Refusal("id_no_invalid", str(error), field="applicant.id_no", basis=error.basis)


def contact_of(applicant: Applicant, contact: Mapping[str, Any] | None) -> dict[str, Any]:
    """Without an agent the contact is the applicant (CASE-35)."""
    if contact and contact.get("name"):
        return dict(contact)
    given = {key: value for key, value in (contact or {}).items() if value}
    taken = {key: applicant.get(key) for key in ("name", "id_type", "id_no", "phone", "email")}
    return {key: value for key, value in {**taken, **given}.items() if value is not None}
